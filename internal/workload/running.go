/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
)

// Running is the running pod template, as far as we applied it and still own it. It is
// good for one reconciliation: [Make] passes the template on, and a client may write
// the API server's answer into what it applies.
type Running struct {
	// Template as we applied it, less what others have taken from us. Nil if we have
	// applied none.
	Template *corev1ac.PodTemplateSpecApplyConfiguration
	// Inputs is the hash of its declared inputs.
	Inputs string
	// Taken lists the container's resources that other managers own, such as
	// requests.cpu, with their owners.
	Taken map[string]string

	requestsCPU bool // the container does, whoever set it
}

// Observe reads what runs from the live Deployment as the API server returned it, or
// nil. manager is our own field manager.
func Observe(live *appsv1.Deployment, manager string) (Running, error) {
	if live == nil {
		return Running{}, nil
	}
	applied, err := appsv1ac.ExtractDeploymentFrom(live, manager, "")
	if err != nil {
		return Running{}, fmt.Errorf("extract what %s applied to Deployment %s: %w", manager, live.Name, err)
	}
	r := Running{}
	if r.Taken, err = taken(live.ManagedFields, manager); err != nil {
		return Running{}, fmt.Errorf("read the field managers of Deployment %s: %w", live.Name, err)
	}
	if applied.Spec != nil {
		r.Template = applied.Spec.Template
	}
	if applied.ObjectMetaApplyConfiguration != nil {
		r.Inputs = applied.Annotations[AnnotationInputs]
	}
	r.requestsCPU = slices.ContainsFunc(live.Spec.Template.Spec.Containers, func(c corev1.Container) bool {
		return c.Name == Container && !c.Resources.Requests.Cpu().IsZero()
	})
	return r, nil
}

// resourcesPath is the path in managed fields to the container's resources.
var resourcesPath = []string{"f:spec", "f:template", "f:spec", "f:containers", `k:{"name":"` + Container + `"}`, "f:resources"}

// taken finds the container's resources that other managers own, whatever operation
// they used. Owning one together with us counts: both agree on its value today, and our
// next rendering must not change theirs.
func taken(entries []metav1.ManagedFieldsEntry, manager string) (map[string]string, error) {
	found := map[string]string{}
	for _, e := range entries {
		if e.Manager == manager || e.FieldsV1 == nil {
			continue
		}
		resources, err := fieldsUnder(e.FieldsV1, resourcesPath)
		if err != nil {
			return nil, err
		}
		for kind, names := range resources {
			under, _ := names.(map[string]any)
			for name := range under {
				if field, ok := strings.CutPrefix(name, "f:"); ok {
					found[strings.TrimPrefix(kind, "f:")+"."+field] = e.Manager
				}
			}
		}
	}
	return found, nil
}

// fieldsUnder returns the part of a set of fields below a path.
func fieldsUnder(fields *metav1.FieldsV1, path []string) (map[string]any, error) {
	var at map[string]any
	if err := json.NewDecoder(fields.GetRawReader()).Decode(&at); err != nil {
		return nil, err
	}
	for _, step := range path {
		at, _ = at[step].(map[string]any)
	}
	return at, nil
}

// untaken drops the amounts that another manager owns.
func (r Running) untaken(wanted amounts) *corev1ac.ResourceRequirementsApplyConfiguration {
	return wanted.only(func(kind string, name corev1.ResourceName) bool {
		_, others := r.Taken[kind+"."+string(name)]
		return !others
	}).configuration()
}

// kept returns the running template. It restores a CPU request that nobody sets any
// more, because another manager first took it and then released it: without one the
// autoscaler is blind. In a freeze the request waits, too. It is the only field that
// every version of the operator renders, so the only one whose absence means that it
// was lost.
func (r Running) kept(in Input) *corev1ac.PodTemplateSpecApplyConfiguration {
	cpu, declared := resources(in.Channel).requests[corev1.ResourceCPU]
	if in.Freeze || r.requestsCPU || !declared || r.Template.Spec == nil {
		return r.Template
	}
	at := slices.IndexFunc(r.Template.Spec.Containers, func(c corev1ac.ContainerApplyConfiguration) bool {
		return c.Name != nil && *c.Name == Container
	})
	if at < 0 {
		return r.Template
	}
	// Copies all the way down to what changes: Running is the caller's.
	template, spec := *r.Template, *r.Template.Spec
	spec.Containers = slices.Clone(spec.Containers)
	spec.Containers[at].Resources = withCPU(spec.Containers[at].Resources, cpu)
	template.Spec = &spec
	return &template
}

func withCPU(there *corev1ac.ResourceRequirementsApplyConfiguration, cpu resource.Quantity) *corev1ac.ResourceRequirementsApplyConfiguration {
	r := corev1ac.ResourceRequirements()
	requests := corev1.ResourceList{}
	if there != nil {
		*r = *there
		if there.Requests != nil {
			requests = maps.Clone(*there.Requests)
		}
	}
	requests[corev1.ResourceCPU] = cpu
	r.Requests = &requests
	return r
}
