/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// rivalFloor is another manager that sets the floor to 1.
func (s *stage) rivalFloor(manager string) {
	s.Helper()
	one := int32(1)
	change(s, &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, manager,
		func(h *autoscalingv2.HorizontalPodAutoscaler) { h.Spec.MinReplicas = &one })
}

// TestOverrulesAFloor: at once, by name, and then every few seconds, since a low
// floor costs capacity in a launch.
func TestOverrulesAFloor(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.at("2026-12-01 23:50:00").settle()

	s.rivalFloor("someone")
	s.reconcile()
	if got := s.floor(); got != 17 {
		t.Errorf("the floor is %d, want 17", got)
	}
	first := s.clock.Now()
	last := s.seen().Status.LastOverruled
	if last.Manager != "someone" || last.Field != "spec.minReplicas" || !last.Time.Time.Equal(first) {
		t.Errorf("last overruled is %+v, want someone's spec.minReplicas at %s", last, first)
	}
	if events := s.events(); !strings.Contains(events, "Warning Overruled someone had written spec.minReplicas") {
		t.Errorf("no event says so:\n%s", events)
	}

	s.rivalFloor("someone")
	s.later(2 * time.Second).forget()
	result := s.reconcile()
	if writes := s.written(); len(writes) > 0 {
		t.Errorf("written within seconds: %v", writes)
	}
	if result.RequeueAfter > 3*time.Second {
		t.Errorf("looks again after %s, want when 5 s are over", result.RequeueAfter)
	}
	s.later(3 * time.Second).reconcile()
	if got := s.floor(); got != 17 {
		t.Errorf("the floor is %d 5 s later, want 17", got)
	}

	s.rivalFloor("someone else")
	s.later(5 * time.Second).reconcile()
	if last := s.seen().Status.LastOverruled; s.floor() != 17 || last.Manager != "someone else" {
		t.Errorf("the floor is %d, last overruled %+v; want 17, someone else", s.floor(), last)
	}
}

// TestFightsOnceAMinuteAtTheBase: where nothing is at stake, two programs do not
// write against each other as fast as they can.
func TestFightsOnceAMinuteAtTheBase(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.rivalFloor("someone")
	s.reconcile()
	s.rivalFloor("someone")
	s.later(10 * time.Second).forget()
	result := s.reconcile()
	if writes := s.written(); len(writes) > 0 {
		t.Errorf("written within the minute: %v", writes)
	}
	if result.RequeueAfter > 50*time.Second {
		t.Errorf("looks again after %s, want when the minute is over", result.RequeueAfter)
	}
	s.later(50 * time.Second).reconcile()
	if got := s.floor(); got != 2 {
		t.Errorf("the floor is %d a minute later, want 2", got)
	}
}

// TestAStepDoesNotWaitForAFight: the minute is for rivals, not for the plan.
func TestAStepDoesNotWaitForAFight(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.rivalFloor("someone")
	s.at("2026-12-01 23:41:50").reconcile()
	s.rivalFloor("someone")
	s.at("2026-12-01 23:42:10").reconcile() // within the minute, but the ramp has begun
	if got := s.floor(); got != 17 {
		t.Errorf("the floor is %d, want 17", got)
	}
}

// TestNamesARivalThatItHasNotSeen: the rival wrote after our cache was read.
func TestNamesARivalThatItHasNotSeen(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.at("2026-12-01 23:50:00")
	s.breaks = func(write string) error {
		if write == "apply HorizontalPodAutoscaler" {
			s.breaks = nil
			s.rivalFloor("someone")
		}
		return nil
	}
	s.reconcile()
	if last := s.seen().Status.LastOverruled; s.floor() != 17 || last.Manager != "someone" || last.Field != "spec.minReplicas" {
		t.Errorf("the floor is %d, last overruled %+v; want 17, someone", s.floor(), last)
	}
}

// TestKeepsWhatOthersSet: labels, annotations and resources of their own on our Deployment.
func TestKeepsWhatOthersSet(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	change(s, &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, "someone", func(d *appsv1.Deployment) {
		d.Labels["team"] = "booking"
		d.Annotations["note"] = "kept"
		c := &d.Spec.Template.Spec.Containers[0]
		c.Resources.Requests[corev1.ResourceCPU] = resource.MustParse("2")
	})
	s.settle()
	s.edit(ownWorkload) // a new template does not take the resources back, either
	s.settle()
	d := s.deployment()
	if d.Labels["team"] != "booking" || d.Annotations["note"] != "kept" {
		t.Errorf("labels %v, annotations %v", d.Labels, d.Annotations)
	}
	c := d.Spec.Template.Spec.Containers[0]
	if cpu := c.Resources.Requests[corev1.ResourceCPU]; cpu.String() != "2" || c.Image != "example/booking:1" {
		t.Errorf("image %s with a CPU request of %s, want example/booking:1 with the 2 of someone", c.Image, cpu.String())
	}
	if last := s.seen().Status.LastOverruled; last.Manager != "" {
		t.Errorf("%s was overruled, want nobody", last.Manager)
	}
}

func TestOverrulesALabelOfOurs(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	change(s, &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, "someone", func(o *corev1.Service) {
		o.Spec.Selector = map[string]string{"app": "other"}
	})
	s.settle()
	service := &corev1.Service{}
	s.must("web", service)
	if service.Spec.Selector["booking.mezzanotte.dev/channel"] != "web" {
		t.Errorf("the Service selects %v", service.Spec.Selector)
	}
	if last := s.seen().Status.LastOverruled; last.Manager != "someone" || last.Field != "spec.selector" {
		t.Errorf("last overruled is %+v, want someone's spec.selector", last)
	}
}

// rival is an autoscaler that nobody told us of.
func rival(name, kind string) *autoscalingv2.HorizontalPodAutoscaler {
	one := int32(1)
	version := "apps/v1"
	if kind == "BookingChannel" {
		version = v1alpha1.GroupVersion.String()
	}
	return &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: version, Kind: kind, Name: "web"}, MinReplicas: &one, MaxReplicas: 5,
		},
	}
}

// TestASecondAutoscalerIsOverruledAndNamed: `kubectl autoscale deployment web --min=1 --max=5`
// takes pods away every 15 s across the opening. They are back at once, the rival is named,
// and pods that come and go do not count as starting.
func TestASecondAutoscalerIsOverruledAndNamed(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.at("2026-12-01 23:50:00").settle()
	s.scaleDeployment(17, "kube-controller-manager") // ours
	s.runs(17)
	s.settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "")
	second := rival("web-2", "Deployment")
	s.create(second, rival("elsewhere", "StatefulSet"))

	for range 3 {
		s.later(15 * time.Second)
		s.scaleDeployment(5, "kube-controller-manager")
		s.reconcile()
		if got := s.replicas(); got != 17 {
			t.Errorf("the Deployment has %d replicas, want 17 at once", got)
		}
		last := s.seen().Status.LastOverruled
		if last.Manager != "HorizontalPodAutoscaler web-2" || last.Field != "spec.replicas" || !last.Time.Time.Equal(s.clock.Now()) {
			t.Errorf("last overruled is %+v, want web-2 now", last)
		}
		s.runs(5) // the others start again
		s.settle()
		s.wantCondition(v1alpha1.ConditionFloorHeld, metav1.ConditionFalse, v1alpha1.ReasonBelowFloor)
		s.runs(17)
		s.settle()
		s.wantCondition(v1alpha1.ConditionFloorHeld, metav1.ConditionTrue, "")
		said := s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonReplicasOverruled)
		if want := "HorizontalPodAutoscaler web-2 lowered the replicas of Deployment web below the floor of 17 at 23:5"; !strings.HasPrefix(said.Message, want) {
			t.Errorf("got %q, want %q…", said.Message, want)
		}
	}
	if err := s.client.Delete(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	s.later(2 * time.Minute).settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "")
}

// TestWhoeverLowersTheReplicasIsNamed with its kind; our own autoscaler, which has not yet
// seen the floor, is left alone.
func TestWhoeverLowersTheReplicasIsNamed(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.scaleDeployment(2, "kube-controller-manager")
	s.runs(2)
	s.at("2026-12-01 23:42:00").settle()
	if got := s.replicas(); got != 2 || s.seen().Status.LastOverruled.Manager != "" {
		t.Fatalf("the Deployment has %d replicas, %+v: want it left to our autoscaler", got, s.seen().Status.LastOverruled)
	}
	scaled := rival("keda-hpa-web", "Deployment")
	scaled.Labels = map[string]string{"scaledobject.keda.sh/name": "web"}
	s.create(scaled)
	for manager, want := range map[string]string{
		"kube-controller-manager":       "KEDA's ScaledObject web (HorizontalPodAutoscaler keda-hpa-web)",
		"keda":                          "keda (KEDA)",
		"kubernetes-cronhpa-controller": "kubernetes-cronhpa-controller (a CronHPA)",
		"pykube-ng":                     "pykube-ng (kube-downscaler)",
		"argocd-controller":             "argocd-controller (Argo CD)",
		"kubectl-scale":                 "kubectl-scale",
	} {
		s.scaleDeployment(17, "kube-controller-manager")
		s.runs(17)
		s.later(10 * time.Second).settle()
		s.scaleDeployment(3, manager)
		s.later(5 * time.Second).reconcile()
		if last := s.seen().Status.LastOverruled; s.replicas() != 17 || last.Manager != want {
			t.Errorf("%s: the Deployment has %d replicas, last overruled is %q, want 17 and %q", manager, s.replicas(), last.Manager, want)
		}
	}
}

// TestAnAutoscalerOfAManagedChannelIsNamed: it sets spec.replicas through /scale, which is
// only a floor there.
func TestAnAutoscalerOfAManagedChannelIsNamed(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.runs(5)
	second := rival("web-2", "BookingChannel")
	s.create(second)
	change(s, &v1alpha1.BookingChannel{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, "kube-controller-manager", func(c *v1alpha1.BookingChannel) { c.Spec.Replicas = 5 })
	if result := s.settle(); result.RequeueAfter != 20*time.Second {
		t.Errorf("looks again after %s, want 20s: no watch shows when it goes", result.RequeueAfter)
	}
	said := s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonSecondAutoscaler)
	if !strings.HasPrefix(said.Message, "HorizontalPodAutoscaler web-2 scales the channel") {
		t.Errorf("it is not named: %s", said.Message)
	}
	if err := s.client.Delete(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	s.settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "")
}
