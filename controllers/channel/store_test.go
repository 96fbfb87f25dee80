/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"fmt"
	"testing"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/workload"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// reconcileNamed looks at one of several channels.
func (s *stage) reconcileNamed(name string) {
	s.Helper()
	if _, err := s.try(name); err != nil {
		s.Fatalf("reconcile %s: %v", name, err)
	}
}

// maximum of a channel's autoscaler.
func (s *stage) maximum(name string) int32 {
	s.Helper()
	hpa := &autoscalingv2.HorizontalPodAutoscaler{}
	s.must(name, hpa)
	return hpa.Spec.MaxReplicas
}

// TestChannelsShareTheStore: the autoscalers' maxima together never need more
// than the store's connections; a channel that may have more waits until the other has
// released, and reports that.
func TestChannelsShareTheStore(t *testing.T) {
	s := newStage(t,
		build.MakePlatform("lazio").Connections(300).Obj(), // 280 − 8 for rollouts are 68 pods of four connections
		build.MakeCampaign("over-80").Opens("2026-12-01", "24:00").Expects(410_000).Through("web", 100).Obj(),
		build.MakeChannel("web").Obj(),
		build.MakeChannel("app").Obj(),
	)
	quiet := []string{"web", "app", "web", "app"}
	for _, name := range quiet {
		s.reconcileNamed(name)
	}
	if web, app := s.maximum("web"), s.maximum("app"); web != 34 || app != 34 {
		t.Errorf("at noon the maxima are %d and %d, want half of the store each", web, app)
	}
	s.scaleDeploymentOf("app", 30)
	s.at("2026-12-01 23:00:00") // within the hour before the ramp; web needs 56
	s.reconcileNamed("app")
	if app := s.maximum("app"); app != 30 {
		t.Errorf("the app's maximum is %d, want the 30 that run", app)
	}
	s.at("2026-12-01 23:44:00").reconcileNamed("web")
	if web, floor := s.maximum("web"), s.floor(); web != 38 || floor != 38 {
		t.Errorf("web has the floor %d and the maximum %d, want 38, which the app has left", floor, web)
	}
	s.runs(38)
	s.reconcileNamed("web")
	s.wantCondition(v1alpha1.ConditionFloorHeld, metav1.ConditionFalse, v1alpha1.ReasonWaitsForConnections)
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonWaitsForConnections)
	if status := s.seen().Status; status.Cap != 38 || status.Floor.Replicas != 56 {
		t.Errorf("the status says floor %d and cap %d, want 56 and 38", status.Floor.Replicas, status.Cap)
	}
	if result := s.reconcile(); result.RequeueAfter > 5*time.Second {
		t.Errorf("it looks again after %s", result.RequeueAfter)
	}

	s.scaleDeploymentOf("app", 3) // as its autoscaler does
	s.reconcileNamed("app")
	s.reconcileNamed("web")
	if web, floor := s.maximum("web"), s.floor(); web < 56 || floor != 56 {
		t.Errorf("web has the floor %d and the maximum %d, want 56 at least", floor, web)
	}
	if web, app := s.maximum("web"), s.maximum("app"); 4*(web+1)+4*(app+1)+20 > 300 {
		t.Errorf("the maxima %d and %d need more than the store's 300 connections", web, app)
	}
}

func (s *stage) scaleDeploymentOf(name string, replicas int32) {
	s.Helper()
	d := s.deploymentOf(name)
	d.Spec.Replicas = &replicas
	if err := s.client.Update(s.Context(), d); err != nil {
		s.Fatal(err)
	}
}

// TestStartUpIsLearned: pods that need four minutes have the ramp begin earlier. Pods
// that only carry the channel's label teach nothing.
func TestStartUpIsLearned(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	rampStarts := func() time.Time { return s.seen().Status.NextSteps[0].At.Time }
	before := rampStarts()
	pods := []*corev1.Pod{build.MakePod("somebody", "web").Foreign().Obj()} // its 260 s teach nothing
	for i := range 3 {
		pods = append([]*corev1.Pod{build.MakePod(fmt.Sprintf("web-%d", i), "web").Obj()}, pods...)
	}
	for i, pod := range pods {
		s.create(pod)
		pod.Status.Conditions = []corev1.PodCondition{{
			Type: corev1.PodReady, Status: corev1.ConditionTrue,
			LastTransitionTime: metav1.NewTime(pod.CreationTimestamp.Add(time.Duration(200+20*i) * time.Second)),
		}}
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
			Name: workload.Container, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: pod.CreationTimestamp}},
		}}
		if err := s.client.Status().Update(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
	}
	s.settle()
	if got := s.seen().Status.StartUpSeconds; got != 240 {
		t.Errorf("learned are %d s, want 240", got)
	}
	if got := before.Sub(rampStarts()); got != 2*time.Minute { // 240 s, where 120 s were counted
		t.Errorf("the ramp begins %s earlier, want 2m0s", got)
	}
}

// TestLaunching says whether now lies in the window of a launch.
func TestLaunching(t *testing.T) {
	s := newLaunch(t)
	for at, want := range map[string]metav1.ConditionStatus{
		"2026-12-01 12:00:00": metav1.ConditionFalse, "2026-12-01 23:45:00": metav1.ConditionTrue,
		"2026-12-02 23:59:59": metav1.ConditionTrue, "2026-12-03 00:00:00": metav1.ConditionFalse,
	} {
		s.at(at).reconcile()
		s.wantCondition(v1alpha1.ConditionLaunching, want, "")
	}
}

// TestPauseOverTheOpeningKeepsTheFloor, however long it lasts, and for an hour
// after people may book again.
func TestPauseOverTheOpeningKeepsTheFloor(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	pause := func(reason string, pauses ...v1alpha1.PausedSpan) {
		c := &v1alpha1.Campaign{ObjectMeta: metav1.ObjectMeta{Name: "over-80"}}
		change(s, c, "a-person", func(c *v1alpha1.Campaign) { c.Spec.Pause.Reason = reason })
		c.Status.Pauses = pauses
		if err := s.client.Status().Update(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	instant := func(text string) *metav1.Time { return &metav1.Time{Time: rome(t, text)} }
	pause("a fault", v1alpha1.PausedSpan{From: instant("2026-12-01 23:50:00")})
	want := func(at string, floor int32) {
		t.Helper()
		if s.at(at).reconcile(); s.floor() != floor {
			t.Errorf("at %s the floor is %d, want %d", at, s.floor(), floor)
		}
	}
	want("2026-12-02 00:00:00", 17)
	want("2026-12-03 09:00:00", 17)
	pause("", v1alpha1.PausedSpan{From: instant("2026-12-01 23:50:00"), Until: instant("2026-12-03 09:00:00")})
	want("2026-12-03 10:00:00", 17)
	want("2026-12-04 09:00:00", 2)
}
