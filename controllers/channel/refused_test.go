/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// fails sets a condition of the Deployment, as its controller does.
func (s *stage) fails(c appsv1.DeploymentCondition) {
	s.Helper()
	d := s.deployment()
	for i := range d.Status.Conditions {
		if d.Status.Conditions[i].Type == c.Type {
			d.Status.Conditions = append(d.Status.Conditions[:i], d.Status.Conditions[i+1:]...)
			break
		}
	}
	d.Status.Conditions = append(d.Status.Conditions, c)
	if err := s.client.Status().Update(s.Context(), d); err != nil {
		s.Fatal(err)
	}
}

// TestRefusedPodsAreQuotedAtOnce: a quota, a LimitRange or a PriorityClass that is missing.
func TestRefusedPodsAreQuotedAtOnce(t *testing.T) {
	const why = `pods "web-5d4f8c7b9-x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5`
	s := newLaunch(t)
	s.settle()
	s.runs(5)
	s.settle()
	s.fails(appsv1.DeploymentCondition{Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: why})
	s.settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "") // nothing is missing

	s.at("2026-12-01 23:42:00").settle()
	held := s.wantCondition(v1alpha1.ConditionFloorHeld, metav1.ConditionFalse, v1alpha1.ReasonPodsRefused)
	ready := s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonPodsRefused)
	for _, said := range []string{held.Message, ready.Message, v1alpha1.Trouble(s.seen())} {
		if !strings.Contains(said, why) || !strings.Contains(said, "; 5 pods are Ready, the floor is 17") {
			t.Errorf("it does not quote the refusal: %q", said)
		}
	}
	s.runs(17)
	s.settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "")
}

// TestPodsWithoutANodeAreQuotedAtOnce: taints, or no room.
func TestPodsWithoutANodeAreQuotedAtOnce(t *testing.T) {
	const why = "0/3 nodes are available: 3 node(s) had untolerated taint {maintenance: true}."
	s := newLaunch(t)
	s.settle()
	s.runs(2)
	s.at("2026-12-01 23:42:00").settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonPodsStarting)
	for i, says := range []string{why, why, "0/3 nodes are available: 3 Insufficient cpu.", why} {
		pod := build.MakePod(fmt.Sprintf("web-%d", i), "web").Obj()
		if i == 3 {
			pod = build.MakePod("foreign", "web").Foreign().Obj()
		}
		s.create(pod)
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: says}}
		if err := s.client.Status().Update(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
	}
	if result := s.reconcile(); result.RequeueAfter != 5*time.Second {
		t.Errorf("looks again after %s, want 5s: no watch shows what the scheduler says", result.RequeueAfter)
	}
	s.wantCondition(v1alpha1.ConditionFloorHeld, metav1.ConditionFalse, v1alpha1.ReasonPodsUnschedulable)
	said := s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonPodsUnschedulable)
	if want := "2 pods find no node: " + why + "; 2 pods are Ready, the floor is 17"; !strings.HasPrefix(said.Message, want) {
		t.Errorf("got %q, want %q…", said.Message, want)
	}
}
