/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"context"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// noDeployments is a client whose reads do not show Deployments.
type noDeployments struct{ client.Client }

func (c noDeployments) Get(ctx context.Context, key client.ObjectKey, object client.Object, opts ...client.GetOption) error {
	if _, ok := object.(*appsv1.Deployment); ok {
		return apierrors.NewNotFound(schema.GroupResource{Group: "apps", Resource: "deployments"}, key.Name)
	}
	return c.Client.Get(ctx, key, object, opts...)
}

func newImage(c *v1alpha1.BookingChannel) {
	c.Spec.Workload = &v1alpha1.Workload{Image: "example/booking:2"}
}

func (s *stage) image() string { return s.deployment().Spec.Template.Spec.Containers[0].Image }

// TestLaunchFreeze: between the start of the ramp and the end of the peak a
// change of the template waits, and says so; then it is made.
func TestLaunchFreeze(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.runs(17)
	s.settle()
	s.at("2026-12-01 23:50:00").settle()
	s.edit(newImage)
	s.settle()
	if got := s.image(); got != "mezzanotte/booking:v0.1.0" {
		t.Errorf("the image is %s in a launch", got)
	}
	said := s.wantCondition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonLaunchFreeze)
	for _, want := range []string{"over-80", "2026-12-02 01:00:00 CET", v1alpha1.AnnotationBreakFreeze, `"2026-12-01T23:00:00Z: REASON"`} {
		if !strings.Contains(said.Message, want) {
			t.Errorf("the condition does not say %s: %s", want, said.Message)
		}
	}
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "")
	if events := s.events(); strings.Count(events, "FreezeHolds") != 1 {
		t.Errorf("want one event:\n%s", events)
	}
	kept := s.seen().Status.Template
	s.at("2026-12-02 00:59:59").settle()
	if s.image() != "mezzanotte/booking:v0.1.0" || s.seen().Status.Template != kept {
		t.Error("the template has changed before the peak was over")
	}
	s.at("2026-12-02 01:00:00").settle()
	if s.image() != "example/booking:2" || s.seen().Status.Template == kept {
		t.Error("the template has not changed after the peak")
	}
	s.wantCondition(v1alpha1.ConditionReconciling, metav1.ConditionFalse, "")
}

// TestFreezeOutlastsARolloutOfOthers: somebody restarts the pods in a launch, and
// our own change still waits; a template of ours that never ran does not.
func TestFreezeOutlastsARolloutOfOthers(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.runs(17)
	s.settle()
	s.at("2026-12-01 23:50:00").settle()
	s.edit(newImage)
	s.settle()
	s.rolls()
	s.settle()
	if got := s.image(); got != "mezzanotte/booking:v0.1.0" {
		t.Errorf("the image is %s while somebody else's rollout goes on in a launch", got)
	}
	s.wantCondition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonLaunchFreeze)

	s.at("2026-12-02 01:00:00").settle()
	s.rolls()
	s.settle()
	s.at("2026-12-01 23:50:00")
	s.edit(func(c *v1alpha1.BookingChannel) { c.Spec.Workload.Image = "example/booking:3" })
	s.settle()
	if got := s.image(); got != "example/booking:3" {
		t.Errorf("the image is %s, want the new one: the one before never ran", got)
	}
}

// TestANewTemplateIsUnproved until the Deployment's controller has looked at it.
func TestANewTemplateIsUnproved(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.runs(17)
	s.settle()
	s.edit(newImage)
	s.settle() // the status is that of the template before
	s.rolls()
	s.settle()
	s.at("2026-12-01 23:50:00")
	s.edit(func(c *v1alpha1.BookingChannel) { c.Spec.Workload.Image = "example/booking:3" })
	s.settle()
	if got := s.image(); got != "example/booking:3" {
		t.Errorf("the image is %s, want the new one: the one before never ran", got)
	}
}

// rolls is a change of the template of 17 pods that the Deployment's controller is busy with.
func (s *stage) rolls() {
	s.Helper()
	const pods = 17
	d := s.deployment()
	d.Status = appsv1.DeploymentStatus{
		ObservedGeneration: d.Generation, Replicas: pods + 1, ReadyReplicas: pods, AvailableReplicas: pods, UpdatedReplicas: 1,
		Conditions: []appsv1.DeploymentCondition{{
			Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "ReplicaSetUpdated",
		}},
	}
	if err := s.client.Status().Update(s.Context(), d); err != nil {
		s.Fatal(err)
	}
}

func TestFreezeIsBroken(t *testing.T) {
	for name, prepare := range map[string]func(s *stage){
		"by an annotation": func(s *stage) {
			s.runs(17)
			s.edit(func(c *v1alpha1.BookingChannel) {
				c.Annotations = map[string]string{v1alpha1.AnnotationBreakFreeze: "2026-12-01T23:00:00Z: the old image does not start"}
			})
		},
		"by a template that was never Available": func(*stage) {},
	} {
		t.Run(name, func(t *testing.T) {
			s := newLaunch(t)
			s.settle()
			prepare(s)
			s.at("2026-12-01 23:50:00").settle()
			s.edit(newImage)
			s.settle()
			if got := s.image(); got != "example/booking:2" {
				t.Errorf("the image is %s, want the new one", got)
			}
		})
	}
}

// TestAStuckOrPausedRolloutIsNotReady: all old pods serve, and yet the channel is not as
// declared, days before a launch as well as in one.
func TestAStuckOrPausedRolloutIsNotReady(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.runs(17)
	s.settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "")

	s.edit(newImage)
	s.reconcile() // the Deployment's status is still that of the old template
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonRollingOut)
	s.rolls()
	s.settle()
	said := s.wantCondition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonRollingOut)
	if want := "a pod template is being rolled out: 1 of 18 pods have the new template"; said.Message != want || v1alpha1.Trouble(s.seen()) != want {
		t.Errorf("got %q, want %q", said.Message, want)
	}

	s.fails(appsv1.DeploymentCondition{
		Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: "ProgressDeadlineExceeded", Message: "timed out progressing",
	})
	s.settle()
	s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonRolloutStuck)
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonRolloutStuck)

	change(s, &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, "kubectl-rollout", func(d *appsv1.Deployment) { d.Spec.Paused = true })
	s.settle()
	said = s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonRolloutPaused)
	if !strings.Contains(said.Message, "`kubectl rollout resume deployment web`") {
		t.Errorf("it does not say what to do: %s", said.Message)
	}
	change(s, &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, "kubectl-rollout", func(d *appsv1.Deployment) { d.Spec.Paused = false })
	s.runs(17)
	s.settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "")
}

// TestAStaleBreakHasNoEffect: the annotation breaks the launch that it names. One from
// last month, or without an opening or a reason, breaks nothing, and the channel says so.
func TestAStaleBreakHasNoEffect(t *testing.T) {
	for name, value := range map[string]string{
		"from last month": "2026-11-01T23:00:00Z: the old image does not start",
		"no opening":      "the old image does not start",
		"no reason":       "2026-12-01T23:00:00Z",
		"a blank reason":  "2026-12-01T23:00:00Z:  ",
		"empty otherwise": "-",
	} {
		t.Run(name, func(t *testing.T) {
			s := newLaunch(t)
			s.settle()
			s.edit(func(c *v1alpha1.BookingChannel) {
				c.Annotations = map[string]string{v1alpha1.AnnotationBreakFreeze: value}
			})
			s.runs(17)
			s.settle()
			ready := s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded)
			s.at("2026-12-01 23:50:00").settle()
			s.edit(newImage)
			s.settle()
			if got := s.image(); got != "mezzanotte/booking:v0.1.0" {
				t.Errorf("the image is %s in a launch", got)
			}
			frozen := s.wantCondition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonLaunchFreeze)
			for _, said := range []string{ready.Message, frozen.Message} {
				if !strings.Contains(said, "the annotation break-freeze has no effect") {
					t.Errorf("the channel does not say that the annotation has no effect: %s", said)
				}
			}
		})
	}
}

// TestABreakForALaterLaunchWaits: it is not stale before its launch begins.
func TestABreakForALaterLaunchWaits(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.edit(func(c *v1alpha1.BookingChannel) {
		c.Annotations = map[string]string{v1alpha1.AnnotationBreakFreeze: "2026-12-02T00:00:00+01:00: the old image does not start"}
	})
	s.runs(17)
	s.settle()
	said := s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded)
	if strings.Contains(said.Message, "break-freeze") {
		t.Errorf("the channel calls it stale before its launch: %s", said.Message)
	}
	s.at("2026-12-02 12:00:00").settle()
	said = s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded)
	if !strings.Contains(said.Message, "remove it") {
		t.Errorf("the channel does not ask to remove it after its launch: %s", said.Message)
	}
}
