/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"strings"
	"testing"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestLiftsFromZero: at 0 replicas an autoscaler is off, so the Deployment is
// scaled to the floor itself.
func TestLiftsFromZero(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.at("2026-12-01 23:50:00").settle()
	s.scaleDeployment(0, "kubectl")
	s.reconcile()
	if got := s.replicas(); got != s.floor() {
		t.Errorf("the Deployment has %d replicas, want the floor %d", got, s.floor())
	}
	last := s.seen().Status.LastOverruled
	if last.Manager != "kubectl" || last.Field != "spec.replicas" || !last.Time.Time.Equal(s.clock.Now()) {
		t.Errorf("last overruled is %+v, want kubectl", last)
	}
	if events := s.events(); !strings.Contains(events, "Warning DeploymentLifted") {
		t.Errorf("no event says so:\n%s", events)
	}
	// Above the floor the replicas are the autoscaler's.
	s.scaleDeployment(20, "kubectl")
	s.settle()
	if got := s.replicas(); got != 20 {
		t.Errorf("the Deployment has %d replicas, want what was set", got)
	}
}

func TestExternal(t *testing.T) {
	s := newStage(t, build.MakePlatform("lazio").Obj(),
		build.MakeCampaign("over-80").Expects(120_000).Through("web", 100).Obj(),
		build.MakeChannel("web").External().Between(2, 30).Obj())
	s.reconcile()
	if s.get("web", &autoscalingv2.HorizontalPodAutoscaler{}) {
		t.Error("there is an autoscaler of ours")
	}
	want := func(replicas int32) {
		t.Helper()
		s.settle()
		if got := s.replicas(); got != replicas {
			t.Errorf("%d replicas, want %d", got, replicas)
		}
	}
	want(2) // the base, at the first look
	s.ask(9)
	want(9)
	s.ask(3)
	want(3) // down at once, if the other side says so
	s.ask(99)
	want(30) // the cap
	s.ask(1)
	s.at("2026-12-01 23:50:00")
	want(17) // the floor
	if got := s.seen().Spec.Replicas; got != 1 {
		t.Errorf("spec.replicas is %d, want it left alone", got)
	}
	s.scaleDeployment(5, "kubectl")
	want(17)
	if last := s.seen().Status.LastOverruled; last.Manager != "kubectl" || last.Field != "spec.replicas" {
		t.Errorf("last overruled is %+v, want kubectl", last)
	}
}

// TestSwitchToExternal: what our autoscaler ran is released gently, since the
// other side starts from spec.replicas.
func TestSwitchToExternal(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.scaleDeployment(50, "kube-controller-manager")
	s.runs(50)
	external := func(c *v1alpha1.BookingChannel) { c.Spec.Scaling.Autoscaler = v1alpha1.AutoscalerExternal }
	s.edit(external)
	result := s.settle()
	if s.get("web", &autoscalingv2.HorizontalPodAutoscaler{}) {
		t.Error("our autoscaler is still there")
	}
	if got := s.replicas(); got != 50 {
		t.Errorf("%d replicas, want all 50 that ran", got)
	}
	if result.RequeueAfter != time.Minute {
		t.Errorf("looks again after %s, want 1m", result.RequeueAfter)
	}
	if events := s.events(); !strings.Contains(events, "Normal HandedOver") {
		t.Errorf("no event says so:\n%s", events)
	}
	for _, want := range []int32{45, 41, 37} {
		s.later(5 * time.Minute).settle()
		if got := s.replicas(); got != want {
			t.Errorf("%d replicas, want %d", got, want)
		}
	}
	s.ask(40) // the other side has noticed
	s.settle()
	s.ask(10)
	s.settle()
	if got := s.replicas(); got != 10 {
		t.Errorf("%d replicas, want what is asked for after the handover", got)
	}
	if notes := s.deployment().Annotations; notes["booking.mezzanotte.dev/handover"] != "" {
		t.Errorf("the handover is still remembered: %v", notes)
	}
}

// TestExternalFloorFallsGently when people change their minds under the crowd: a
// campaign goes, and what runs is released as if the plan had known.
func TestExternalFloorFallsGently(t *testing.T) {
	s := newStage(t, build.MakePlatform("lazio").Obj(),
		build.MakeCampaign("over-80").Opens("2026-12-01", "24:00").Expects(240_000).Through("web", 100).Obj(),
		build.MakeCampaign("over-70").Opens("2026-12-01", "24:00").Expects(210_000).Through("web", 100).Obj(),
		build.MakeChannel("web").External().Obj())
	s.settle()
	s.at("2026-12-01 23:50:00").settle()
	before := s.replicas()
	s.runs(before)
	s.at("2026-12-02 00:20:00").settle()
	over70 := &v1alpha1.Campaign{}
	s.must("over-70", over70)
	if err := s.client.Delete(t.Context(), over70); err != nil {
		t.Fatal(err)
	}
	result := s.settle()
	floor := s.seen().Status.Floor.Replicas
	if got := s.replicas(); got != before || floor >= before*2/3 {
		t.Fatalf("%d replicas over a floor of %d, want all %d that ran and a lower floor", got, floor, before)
	}
	if result.RequeueAfter != time.Minute {
		t.Errorf("looks again after %s, want 1m", result.RequeueAfter)
	}
	last := []int32{before, before, before, before, before} // one a minute
	for range 40 {
		s.later(time.Minute).settle()
		got := s.replicas()
		if most := max(1, last[0]/10); got < last[0]-most || got > last[4] {
			t.Fatalf("%s: %d replicas after %v", s.clock.Now(), got, last)
		}
		last = append(last[1:], got)
	}
	if last[4] != floor {
		t.Errorf("%d replicas in the end, want the floor %d", last[4], floor)
	}
	if notes := s.deployment().Annotations; notes["booking.mezzanotte.dev/handover"] != "" {
		t.Errorf("the handover is still remembered: %v", notes)
	}
}

// TestExternalFloorFallsGentlyThroughFailures: whichever write fails, nothing falls at once.
func TestExternalFloorFallsGentlyThroughFailures(t *testing.T) {
	for _, broken := range []string{"apply Deployment", "update scale", "patch status"} {
		t.Run(broken, func(t *testing.T) {
			s := newStage(t, build.MakePlatform("lazio").Obj(), build.MakeChannel("web").External().Between(50, 80).Obj())
			s.settle()
			s.edit(func(c *v1alpha1.BookingChannel) { c.Spec.Scaling.MinReplicas = 2 })
			for range 3 {
				s.breakOnce(broken)
				_, _ = s.try("web")
				s.later(time.Second)
			}
			s.breaks = nil
			s.settle()
			if got := s.replicas(); got != 50 {
				t.Errorf("%d replicas, want all 50 that ran", got)
			}
			s.later(5 * time.Minute).settle()
			if got := s.replicas(); got != 45 {
				t.Errorf("%d replicas five minutes later, want 45", got)
			}
		})
	}
}

// TestHandoverBlamesNobody: what our autoscaler left behind stands under its
// controller's name, and the next ramp overrules nobody. An autoscaler that
// lowers the Deployment does get named.
func TestHandoverBlamesNobody(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.scaleDeployment(2, "kube-controller-manager")
	s.edit(func(c *v1alpha1.BookingChannel) { c.Spec.Scaling.Autoscaler = v1alpha1.AutoscalerExternal })
	s.settle()
	s.at("2026-12-01 23:50:00").settle()
	if got := s.replicas(); got != 17 {
		t.Errorf("%d replicas, want the floor 17", got)
	}
	if last := s.seen().Status.LastOverruled; last.Manager != "" {
		t.Errorf("last overruled is %+v, want nobody", last)
	}
	s.scaleDeployment(5, "kube-controller-manager")
	s.settle()
	if last := s.seen().Status.LastOverruled; s.replicas() != 17 || last.Manager != "kube-controller-manager" {
		t.Errorf("%d replicas, last overruled is %+v, want 17 and kube-controller-manager", s.replicas(), last)
	}
}

func TestSwitchToManaged(t *testing.T) {
	s := newStage(t, build.MakePlatform("lazio").Obj(), build.MakeChannel("web").External().Replicas(25).Obj())
	s.settle()
	s.edit(func(c *v1alpha1.BookingChannel) { c.Spec.Scaling.Autoscaler = v1alpha1.AutoscalerManaged })
	s.settle()
	if got := s.replicas(); got != 25 {
		t.Errorf("%d replicas, want all 25 that ran", got)
	}
	if got := s.floor(); got != 25 { // spec.replicas is a floor set by hand
		t.Errorf("the floor is %d, want 25", got)
	}
}

// TestSwitchSurvivesACrash: our autoscaler goes only once the Deployment
// remembers what it ran.
func TestSwitchSurvivesACrash(t *testing.T) {
	for _, broken := range []string{"apply Deployment", "delete", "update scale", "patch status"} {
		t.Run(broken, func(t *testing.T) {
			s := newLaunch(t)
			s.settle()
			s.scaleDeployment(50, "kube-controller-manager")
			s.edit(func(c *v1alpha1.BookingChannel) { c.Spec.Scaling.Autoscaler = v1alpha1.AutoscalerExternal })
			s.breakOnce(broken)
			_, _ = s.try("web")
			if got := s.replicas(); got != 50 {
				t.Errorf("%d replicas after the failure, want 50", got)
			}
			s.settle()
			if got := s.replicas(); got != 50 {
				t.Errorf("%d replicas, want all 50 that ran", got)
			}
			if s.get("web", &autoscalingv2.HorizontalPodAutoscaler{}) {
				t.Error("our autoscaler is still there")
			}
		})
	}
}
