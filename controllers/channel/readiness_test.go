/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"errors"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestReadiness mends one thing after the other, from the top of the table to its
// end: each row comes before those below it.
func TestReadiness(t *testing.T) {
	var got []metav1.Condition
	blindHPA := &autoscalingv2.HorizontalPodAutoscaler{Status: autoscalingv2.HorizontalPodAutoscalerStatus{
		Conditions: []autoscalingv2.HorizontalPodAutoscalerCondition{{Type: autoscalingv2.ScalingActive, Status: corev1.ConditionFalse, Reason: "FailedGetResourceMetric"}},
	}}
	platform := build.MakePlatform("lazio").Obj()
	platform.Spec.Image, platform.Spec.TimeZone = "", "UTC"
	kiosk := build.MakeChannel("web").With(func(c *v1alpha1.BookingChannel) { c.Spec.Type = "Kiosk" }).Obj()
	running := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web"}, Spec: appsv1.DeploymentSpec{Paused: true}, Status: appsv1.DeploymentStatus{
		Replicas: 9, UpdatedReplicas: 1, Conditions: []appsv1.DeploymentCondition{{
			Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: deadlineExceeded, Message: `ReplicaSet "web-6b" has timed out progressing.`,
		}},
	}}
	r := reporter{
		Writer: condition.Writer{Conditions: &got},
		seen:   &observed{channel: kiosk, taken: map[string]string{"Service": "Gateway old"}, autoscaler: blindHPA, deployment: running},
		done:   done{failed: map[string]error{"Service": errors.New("apply Service web: no")}},
	}
	now := time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	r.Now, r.wanted.plan.Floor.Replicas, r.seen.scalers = now, 9, []string{"HorizontalPodAutoscaler web-2"}
	r.overruled = v1alpha1.Overruled{Manager: "keda (KEDA)", Field: fieldReplicas, Time: &metav1.Time{Time: now.Add(-time.Minute)}}
	r.Set(v1alpha1.ConditionFloorHeld, condition.False(v1alpha1.ReasonPodsRefused, "2 pods are Ready, the floor is 9; no"))
	r.Set(v1alpha1.ConditionAvailable, condition.False(v1alpha1.ReasonMinimumReplicasUnavailable, ""))
	held := func(reason string) func() {
		return func() {
			r.Set(v1alpha1.ConditionFloorHeld, condition.False(reason, "4 pods are Ready, the floor is 9"))
		}
	}
	for _, step := range []struct {
		want string // until it is mended
		mend func()
	}{
		{"Reconciling PlatformNotFound there is no BookingPlatform lazio in this namespace: create it, or make a channel of another platform; until then what runs stays as it is",
			func() { r.seen.platform, r.seen.set.Platform = true, platform }},
		{`Stalled InvalidSpec spec.type: this operator does not know the channel type "Kiosk": upgrade the operator, or use Web, App, CallCentre; until then what runs stays as it is`,
			func() { kiosk.Spec.Type = v1alpha1.ChannelWeb }},
		{"Stalled NameTaken the channel needs a name that is already taken: Service web, which belongs to Gateway old. Delete or rename it, or make a channel of another name; it is left alone",
			func() { r.seen.taken = nil }},
		{"Stalled NoImage no image is named: set spec.workload.image, or spec.image of BookingPlatform lazio", func() { platform.Spec.Image = "example/booking:1" }},
		{"Reconciling WriteFailed apply Service web: no", func() { r.done = done{} }},
		{"Reconciling ReplicasOverruled keda (KEDA) lowered the replicas of Deployment web below the floor of 9 at 22:59:00 UTC, and it was set back: " +
			"remove it, or set spec.scaling.autoscaler to External and let it scale the channel", func() { r.overruled = v1alpha1.Overruled{} }},
		{"Stalled SecondAutoscaler HorizontalPodAutoscaler web-2 scales the channel, which has an autoscaler of its own: what it asks for is a floor. " +
			"Remove it, or set spec.scaling.autoscaler to External", func() { r.seen.scalers = nil }},
		{"Stalled RolloutPaused somebody has paused Deployment web: no change of its pod template is rolled out, and a half-done rollout stays so " +
			"(1 of 9 pods have the new template): `kubectl rollout resume deployment web`", func() { running.Spec.Paused = false }},
		{"Stalled RolloutStuck the rollout of Deployment web is stuck (1 of 9 pods have the new template): ReplicaSet \"web-6b\" has timed out progressing." +
			". Correct the image or what else keeps new pods from being Ready", func() {
			running.Status.Conditions[0].Status, running.Status.Conditions[0].Reason = corev1.ConditionTrue, "ReplicaSetUpdated"
		}},
		{"Reconciling PodsRefused 2 pods are Ready, the floor is 9; no. Raise the limit that is named, or create what is missing", held(v1alpha1.ReasonPodsUnschedulable)},
		{"Reconciling PodsUnschedulable 4 pods are Ready, the floor is 9. Add nodes, or let the pods onto those that exist", held(v1alpha1.ReasonBelowFloor)},
		{"Reconciling BelowFloor 4 pods are Ready, the floor is 9; the missing pods should have started by now: check them", held(v1alpha1.ReasonWaitsForConnections)},
		{"Reconciling Progressing the first pods are starting", func() {
			r.Set(v1alpha1.ConditionAvailable, condition.True(v1alpha1.ReasonMinimumReplicasAvailable, ""))
		}},
		{"Reconciling RollingOut a pod template is being rolled out: 1 of 9 pods have the new template", func() {
			running.Status.Conditions[0].Reason = "NewReplicaSetAvailable"
		}},
		{"Reconciling RollingOut a pod template is being rolled out: 1 of 9 pods have the new template", func() { running.Status.UpdatedReplicas = 9 }},
		{"Reconciling WaitsForConnections 4 pods are Ready, the floor is 9", held(v1alpha1.ReasonPodsStarting)},
		{"Ready PodsStarting the floor has risen and pods are starting, on schedule", held(v1alpha1.ReasonFloorReached)},
		{"Ready AutoscalerBlind the floor holds, but the autoscaler has no metrics to scale by above it: `kubectl describe hpa web` says why", func() { r.seen.autoscaler = nil }},
		{"Ready Succeeded the channel serves at its floor or above", func() {}},
	} {
		condition.Summarize(r.Writer, readiness, r)
		for _, kind := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled} {
			c := condition.In(got, kind)
			if text := kind + " " + c.Reason + " " + c.Message; c.Status == metav1.ConditionTrue && text != step.want {
				t.Errorf("got %s, want %s", text, step.want)
			}
		}
		step.mend()
	}
}
