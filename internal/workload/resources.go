/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// amounts are a container's requests and limits.
type amounts struct{ requests, limits corev1.ResourceList }

// resources returns the declared amounts, or those of the reference booking server. The
// CPU has no limit: it would throttle the very first minute.
func resources(c *v1alpha1.BookingChannel) amounts {
	w := c.Spec.Workload
	if w == nil || w.Resources == nil {
		memory := resource.MustParse("256Mi")
		return amounts{
			requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("250m"), corev1.ResourceMemory: memory},
			limits:   corev1.ResourceList{corev1.ResourceMemory: memory},
		}
	}
	return amounts{requests: list(w.Resources.Requests), limits: list(w.Resources.Limits)}
}

func list(from *v1alpha1.ResourceList) corev1.ResourceList {
	if from == nil {
		return nil
	}
	l := corev1.ResourceList{}
	if from.CPU != nil {
		l[corev1.ResourceCPU] = from.CPU.DeepCopy()
	}
	if from.Memory != nil {
		l[corev1.ResourceMemory] = from.Memory.DeepCopy()
	}
	return l
}

// configuration returns nil if a is empty: an empty list would be owned.
func (a amounts) configuration() *corev1ac.ResourceRequirementsApplyConfiguration {
	if len(a.requests)+len(a.limits) == 0 {
		return nil
	}
	r := corev1ac.ResourceRequirements()
	if len(a.requests) > 0 {
		r.WithRequests(a.requests)
	}
	if len(a.limits) > 0 {
		r.WithLimits(a.limits)
	}
	return r
}

// only returns the amounts for which wanted is true.
func (a amounts) only(wanted func(kind string, name corev1.ResourceName) bool) amounts {
	pick := func(kind string, from corev1.ResourceList) corev1.ResourceList {
		picked := corev1.ResourceList{}
		for name, amount := range from {
			if wanted(kind, name) {
				picked[name] = amount
			}
		}
		return picked
	}
	return amounts{requests: pick("requests", a.requests), limits: pick("limits", a.limits)}
}
