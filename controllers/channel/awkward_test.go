/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"testing"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestNoMetricsAllNight: an autoscaler without metrics still lifts to the floor
// that it is told, and keeps what runs when that comes down. The channel says so,
// and is Ready.
func TestNoMetricsAllNight(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	hpa := s.hpa()
	hpa.Status.Conditions = []autoscalingv2.HorizontalPodAutoscalerCondition{{
		Type: autoscalingv2.ScalingActive, Status: corev1.ConditionFalse, Reason: "FailedGetResourceMetric",
	}}
	if err := s.client.Status().Update(t.Context(), hpa); err != nil {
		t.Fatal(err)
	}
	s.at("2026-12-01 23:50:00").settle()
	if got := s.floor(); got != 17 {
		t.Errorf("the floor is %d, want 17", got)
	}
	s.scaleDeployment(s.floor(), "the-autoscaler") // without metrics it does this much
	s.runs(17)
	s.settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonAutoscalerBlind)
	s.wantCondition(v1alpha1.ConditionFloorHeld, metav1.ConditionTrue, "")

	s.at("2026-12-02 03:00:00").settle()
	if s.floor() >= 17 || s.replicas() != 17 {
		t.Errorf("the floor is %d and %d replicas are asked for, want a lower floor and the 17 that run", s.floor(), s.replicas())
	}
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonAutoscalerBlind)
}

// TestTheDeskKeepsItsPlaceWhenTheWebIsOverrun: a crowd that nobody announced has
// driven the web to its maximum since noon, and stays. The agents' desk gets all
// its pods in time, without waiting for one connection.
func TestTheDeskKeepsItsPlaceWhenTheWebIsOverrun(t *testing.T) {
	s := newStage(t,
		build.MakePlatform("lazio").Connections(300).Obj(),
		build.MakeCampaign("over-80").Opens("2026-12-01", "24:00").Expects(410_000).Through("web", 88).Through("phone", 12).Obj(),
		build.MakeChannel("web").Obj(),
		build.MakeChannel("phone").Desk(80, 200).Obj(),
	)
	for _, name := range []string{"web", "phone", "web", "phone"} {
		s.reconcileNamed(name)
	}
	overrun := func() {
		t.Helper()
		s.reconcileNamed("web")
		s.scaleDeploymentOf("web", s.maximum("web"))
	}
	overrun()
	for _, at := range []string{"2026-12-01 22:50:00", "2026-12-01 23:40:00", "2026-12-01 23:42:30"} {
		s.at(at)
		overrun()
		s.reconcileNamed("phone")
	}
	desk := &autoscalingv2.HorizontalPodAutoscaler{}
	s.must("phone", desk)
	if got := *desk.Spec.MinReplicas; got != 8 {
		t.Errorf("the call centre's floor is %d, want 8 for its 80 agents", got)
	}
	web, phone := s.maximum("web"), s.maximum("phone")
	if web < 40 {
		t.Errorf("the web's maximum is %d: it is not overrun, and this tries nothing", web)
	}
	if used := (web+1)*connectionsOf(s, "web") + (phone+1)*connectionsOf(s, "phone") + 20; used > 300 {
		t.Errorf("%d for the web and %d for the call centre take %d connections of 300", web, phone, used)
	}
}

func connectionsOf(s *stage, name string) int32 {
	s.Helper()
	c := &v1alpha1.BookingChannel{}
	s.must(name, c)
	return c.Spec.Capacity.DatabaseConnections
}
