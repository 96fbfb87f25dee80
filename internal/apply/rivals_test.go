/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/mezzanotte/mezzanotte/internal/apply"
)

func entry(manager string, operation metav1.ManagedFieldsOperationType, fields string) metav1.ManagedFieldsEntry {
	return metav1.ManagedFieldsEntry{Manager: manager, Operation: operation, FieldsV1: metav1.NewFieldsV1(fields)}
}

func wanted() *appsv1ac.DeploymentApplyConfiguration {
	return appsv1ac.Deployment("web", "lazio").WithLabels(map[string]string{"app": "booking"}).
		WithSpec(appsv1ac.DeploymentSpec().WithTemplate(corev1ac.PodTemplateSpec().
			WithSpec(corev1ac.PodSpec().WithContainers(corev1ac.Container().WithName("booking").WithImage("booking:1")))))
}

func TestRivals(t *testing.T) {
	const ours = `{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"booking\"}":{".":{},"f:name":{}}}}}}}`
	for name, test := range map[string]struct {
		entries []metav1.ManagedFieldsEntry
		want    []apply.Rival
	}{
		"nobody": {},
		"one who shares a value": {
			entries: []metav1.ManagedFieldsEntry{entry("kubectl", "Update", `{"f:metadata":{"f:labels":{"f:app":{}}}}`)},
		},
		"one with fields of its own": {
			entries: []metav1.ManagedFieldsEntry{entry("kubectl", "Update", `{"f:metadata":{"f:labels":{"f:team":{}}},"f:spec":{"f:replicas":{}}}`)},
		},
		"one who took the image": {
			entries: []metav1.ManagedFieldsEntry{entry("kubectl", "Update",
				`{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"booking\"}":{"f:image":{}},"k:{\"name\":\"sidecar\"}":{"f:image":{}}}}}}}`)},
			want: []apply.Rival{{Manager: "kubectl", Field: `spec.template.spec.containers{"name":"booking"}.image`}},
		},
		"one who writes the status": {
			entries: []metav1.ManagedFieldsEntry{{Manager: "k", Subresource: "status", FieldsV1: metav1.NewFieldsV1(`{"f:spec":{"f:template":{}}}`)}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			live := &appsv1.Deployment{}
			live.ManagedFields = append(live.ManagedFields, test.entries...)
			live.ManagedFields = append(live.ManagedFields, entry("us", metav1.ManagedFieldsOperationApply, ours))
			got, err := apply.Rivals(live, "us", wanted())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

func TestRivalsOfBrokenFields(t *testing.T) {
	live := &appsv1.Deployment{}
	live.ManagedFields = []metav1.ManagedFieldsEntry{entry("kubectl", "Update", `{`)}
	if _, err := apply.Rivals(live, "us", wanted()); err == nil {
		t.Error("no error")
	}
	if owner, _ := apply.Owner(live, "spec"); owner != "" {
		t.Errorf("the owner is %s, want nobody", owner)
	}
}

func TestConflicts(t *testing.T) {
	conflict := apierrors.NewApplyConflict([]metav1.StatusCause{
		{Type: metav1.CauseTypeFieldManagerConflict, Message: `conflict with "kubectl-edit" using autoscaling/v2`, Field: ".spec.minReplicas"},
		{Type: metav1.CauseTypeFieldValueInvalid, Message: "something else"},
	}, "conflict")
	want := []apply.Rival{{Manager: "kubectl-edit", Field: "spec.minReplicas"}}
	if diff := cmp.Diff(want, apply.Conflicts(fmt.Errorf("apply: %w", conflict))); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	for _, err := range []error{nil, apierrors.NewInternalError(fmt.Errorf("no"))} {
		if got := apply.Conflicts(err); got != nil {
			t.Errorf("%v has the rivals %v", err, got)
		}
	}
}

func TestOwner(t *testing.T) {
	live := &appsv1.Deployment{}
	first, then := metav1.Unix(100, 0), metav1.Unix(200, 0)
	live.ManagedFields = []metav1.ManagedFieldsEntry{
		{Manager: "later", Time: &then, FieldsV1: metav1.NewFieldsV1(`{"f:spec":{"f:replicas":{}}}`)},
		{Manager: "sooner", Time: &first, FieldsV1: metav1.NewFieldsV1(`{"f:spec":{"f:replicas":{}}}`)},
		{Manager: "other", Time: &then, FieldsV1: metav1.NewFieldsV1(`{"f:spec":{"f:paused":{}}}`)},
	}
	if got, since := apply.Owner(live, "spec", "replicas"); got != "later" || !since.Equal(then.Time) {
		t.Errorf("the owner is %q since %s, want later", got, since)
	}
	if got := apply.LastWrite(live, "sooner"); !got.Equal(first.Time) {
		t.Errorf("sooner last wrote at %s, want %s", got, first)
	}
	if got, _ := apply.Owner(live, "spec", "selector"); got != "" {
		t.Errorf("the owner is %q, want nobody", got)
	}
}

func TestDescribed(t *testing.T) {
	for manager, want := range map[string]string{
		"keda-operator":                 "keda-operator (KEDA)",
		"kubernetes-cronhpa-controller": "kubernetes-cronhpa-controller (a CronHPA)",
		"argocd-controller":             "argocd-controller (Argo CD)",
		"pykube-ng":                     "pykube-ng (kube-downscaler)",
		"helm":                          "helm (Helm)",
		"helm-controller":               "helm-controller (Flux)",
		"somebody":                      "somebody",
	} {
		if got := apply.Described(manager); got != want {
			t.Errorf("%s: got %q, want %q", manager, got, want)
		}
	}
}
