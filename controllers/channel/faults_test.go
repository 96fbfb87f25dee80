/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"errors"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

var errInjected = errors.New("the API server is having a bad night")

// breakOnce lets the next write of that kind fail.
func (s *stage) breakOnce(broken string) {
	s.breaks = func(write string) error {
		if write != broken {
			return nil
		}
		s.breaks = nil
		return errInjected
	}
}

// TestEveryWriteMayFail: each write fails once, at the creation and in the ramp.
// What fails is reported, does not keep the rest from being done, and is made
// good the next time.
func TestEveryWriteMayFail(t *testing.T) {
	for _, broken := range []string{
		"apply ServiceAccount", "apply NetworkPolicy", "apply Service", "apply PodDisruptionBudget",
		"apply Deployment", "apply HorizontalPodAutoscaler", "patch status",
	} {
		t.Run(broken, func(t *testing.T) {
			s := newLaunch(t)
			s.breakOnce(broken)
			_, err := s.try("web")
			if !errors.Is(err, errInjected) {
				t.Fatalf("err = %v, want the injected one", err)
			}
			if broken != "patch status" {
				failed := s.wantCondition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonWriteFailed)
				if !strings.Contains(failed.Message, errInjected.Error()) {
					t.Errorf("the condition says %q", failed.Message)
				}
			}
			for kind, object := range children() {
				if there := s.get("web", object); there == (broken == "apply "+kind) && broken != "apply Deployment" {
					t.Errorf("after the failure, the %s is there: %t", kind, there)
				}
			}
			s.settle()
			for kind, object := range children() {
				if !s.get("web", object) {
					t.Errorf("there is no %s the next time", kind)
				}
			}
			s.wantCondition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonProgressing)
		})
	}
}

// TestFloorSurvivesFailures: in the ramp a failed write leaves the floor where it
// was, never lower, and the status says what is in force.
func TestFloorSurvivesFailures(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.breaks = func(write string) error {
		if write == "apply HorizontalPodAutoscaler" {
			return errInjected
		}
		return nil
	}
	s.at("2026-12-01 23:50:00")
	for range 3 {
		if _, err := s.try("web"); !errors.Is(err, errInjected) {
			t.Fatalf("err = %v, want the injected one", err)
		}
	}
	if got := s.seen().Status.Floor.Replicas; s.floor() != 2 || got != 2 {
		t.Errorf("the floor is %d, the status says %d; want 2 in force", s.floor(), got)
	}
	s.breaks = nil
	s.reconcile()
	if got := s.seen().Status.Floor.Replicas; s.floor() != 17 || got != 17 {
		t.Errorf("the floor is %d, the status says %d; want 17", s.floor(), got)
	}
	if events := s.events(); strings.Count(events, "FloorRaised") != 1 {
		t.Errorf("want one event for one step:\n%s", events)
	}
}

// TestAnOverruledNameSurvives: a forced apply erases the rival's name, so it must
// reach the status although a person changes the channel at the same time.
func TestAnOverruledNameSurvives(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.rivalFloor("someone")
	s.breaks = func(write string) error {
		if write == "patch status" {
			s.breaks = nil
			s.edit(func(c *v1alpha1.BookingChannel) { c.Spec.Scaling.MaxReplicas = 150 })
		}
		return nil
	}
	s.reconcile()
	if last := s.seen().Status.LastOverruled; last.Manager != "someone" {
		t.Errorf("last overruled is %+v, want someone", last)
	}
}

func TestScaleMayFail(t *testing.T) {
	s := newStage(t, build.MakePlatform("lazio").Obj(), build.MakeChannel("web").External().Replicas(9).Obj())
	s.breakOnce("update scale")
	if _, err := s.try("web"); !errors.Is(err, errInjected) {
		t.Fatalf("err = %v, want the injected one", err)
	}
	s.settle()
	if got := s.replicas(); got != 9 {
		t.Errorf("%d replicas the next time, want 9", got)
	}
}

// TestNeverLowersOnStaleSight: a Deployment that was raised since it was read is not lowered.
func TestNeverLowersOnStaleSight(t *testing.T) {
	s := newStage(t, build.MakePlatform("lazio").Obj(), build.MakeChannel("web").External().Replicas(20).Obj())
	s.settle()
	s.ask(10)
	s.breaks = func(write string) error {
		if write == "update scale" {
			s.breaks = nil
			s.scaleDeployment(30, "someone")
		}
		return nil
	}
	if _, err := s.try("web"); !apierrors.IsConflict(err) {
		t.Errorf("err = %v, want a conflict", err)
	}
	if got := s.replicas(); got != 30 {
		t.Errorf("%d replicas, want the 30 that someone has just set", got)
	}
}

// TestRefusedByTheAPIServer: what the API server calls invalid is not sent again and
// again. The channel is Stalled and quotes it, until somebody changes the channel.
func TestRefusedByTheAPIServer(t *testing.T) {
	s := newStage(t, build.MakePlatform("lazio").Obj(), build.MakeChannel("web").Obj())
	invalid := field.ErrorList{field.Invalid(field.NewPath("spec", "template"), "bad key!", "a qualified name must consist of alphanumeric characters")}
	s.breaks = func(write string) error {
		if write != "apply Deployment" {
			return nil
		}
		return apierrors.NewInvalid(schema.GroupKind{Group: "apps", Kind: "Deployment"}, "web", invalid)
	}
	if _, err := s.try("web"); !errors.Is(err, reconcile.TerminalError(nil)) {
		t.Errorf("err = %v, want a terminal one", err)
	}
	said := s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonRefused)
	for _, want := range []string{"Deployment web", "a qualified name must consist of alphanumeric characters", "correct the channel"} {
		if !strings.Contains(said.Message, want) {
			t.Errorf("the condition does not say %q: %s", want, said.Message)
		}
	}
	s.breaks = nil
	s.settle()
	s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionFalse, "")
}

// TestRefusedWhileItRuns: a real refusal, of a Deployment whose selector cannot change.
// What runs keeps its floor by the clock, and there is no error to retry.
func TestRefusedWhileItRuns(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	other := s.deployment()
	if err := s.client.Delete(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	other.ObjectMeta = metav1.ObjectMeta{Name: "web", Labels: other.Labels, OwnerReferences: other.OwnerReferences}
	other.Spec.Selector.MatchLabels["pod"] = "booking"
	other.Spec.Template.Labels["pod"] = "booking"
	s.create(other)
	s.reconcile()
	said := s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonRefused)
	if !strings.Contains(said.Message, "field is immutable") {
		t.Errorf("the condition does not quote the API server: %s", said.Message)
	}
	result := s.at("2026-12-01 23:50:00").reconcile()
	if s.floor() != 17 || result.RequeueAfter <= 0 {
		t.Errorf("the floor is %d and the next look in %s; want 17, by the clock", s.floor(), result.RequeueAfter)
	}
}
