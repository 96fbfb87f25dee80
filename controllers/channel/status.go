/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"fmt"
	"slices"
	"strings"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// podsCheck is how often starting pods are looked at, besides when they change.
const podsCheck = 30 * time.Second

// status is what is reported. It changes only when something has happened.
func status(seen *observed, wanted intent, done outcome) v1alpha1.BookingChannelStatus {
	out := *seen.channel.Status.DeepCopy()
	out.ObservedGeneration = seen.channel.Generation
	out.Selector = workload.SelectorString(seen.channel)
	replicas, ready := int32(0), int32(0)
	if seen.deployment != nil {
		replicas, ready = seen.deployment.Status.Replicas, seen.deployment.Status.ReadyReplicas
	}
	out.Replicas, out.ReadyReplicas = &replicas, &ready
	out.NextSteps, out.CallCentre = nil, v1alpha1.CallCentreStatus{}
	out.StartUpSeconds, out.StartUpLearnedAt = wanted.learned.seconds, wanted.learned.at
	if wanted.planned {
		if done.inForce(wanted.scale) {
			out.Cap = int32(wanted.most)
			out.Floor = v1alpha1.FloorStatus{Replicas: int32(wanted.plan.Floor.Replicas), Reason: reasonOf(wanted.plan.Floor)}
		}
		out.NextSteps = steps(wanted.plan.Steps)
		out.Asked = wanted.scale.asked.status()
	}
	out.Template = seen.running.Inputs
	if wanted.template != "" && done.failed[kindDeployment] == nil {
		out.Template = wanted.template
	}
	if manager, field, at := done.lastOverruled(wanted.now); at != nil {
		out.LastOverruled = v1alpha1.Overruled{Manager: short(manager, 256), Field: short(field, 256), Time: at}
	}
	r := reporter{
		Writer: condition.Writer{Conditions: &out.Conditions, Generation: seen.channel.Generation, Now: wanted.now},
		seen:   seen, wanted: wanted, done: done, ready: int(ready),
	}
	r.available()
	r.floorHeld()
	r.launching()
	if seen.channel.Spec.Type == v1alpha1.ChannelCallCentre {
		out.CallCentre = feasibility.Staffing(seen.channel.Spec.CallCentre, wanted.plan.Launches, wanted.now)
		r.staffingSufficient(out.CallCentre)
	}
	r.summary()
	return out
}

func steps(planned []plan.Step) []v1alpha1.FloorStep {
	var out []v1alpha1.FloorStep
	for _, step := range planned[:min(len(planned), mostSteps)] {
		out = append(out, v1alpha1.FloorStep{
			At: &metav1.Time{Time: step.At}, Floor: int32(step.Floor.Replicas), Reason: reasonOf(step.Floor),
		})
	}
	return out
}

func reasonOf(floor plan.Floor) string { return short(floor.String(), 1024) }

// short cuts a text to so many characters.
func short(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// reporter writes the conditions.
type reporter struct {
	condition.Writer
	seen   *observed
	wanted intent
	done   outcome
	ready  int
}

// available: enough pods for the base.
func (r reporter) available() {
	base, pods := r.seen.channel.Spec.Scaling.MinReplicas, int32(0)
	if r.seen.deployment != nil {
		pods = r.seen.deployment.Status.AvailableReplicas
	}
	message := fmt.Sprintf("%d pods are available, scaling.minReplicas asks for %d", pods, base)
	if pods >= base {
		r.True(v1alpha1.ConditionAvailable, v1alpha1.ReasonMinimumReplicasAvailable, message)
		return
	}
	r.False(v1alpha1.ConditionAvailable, v1alpha1.ReasonMinimumReplicasUnavailable, message)
}

// floorHeld: as many pods are Ready as the floor asks for. Where they are not,
// they are starting as long as either no pod that is missing has had the time
// to, or the condition has not been False for that long.
func (r reporter) floorHeld() {
	floor := r.wanted.plan.Floor.Replicas
	message := fmt.Sprintf("%d pods are Ready, the floor is %d", r.ready, floor)
	switch before := conditionIn(*r.Conditions, v1alpha1.ConditionFloorHeld); {
	case !r.wanted.planned:
		r.Unknown(v1alpha1.ConditionFloorHeld, v1alpha1.ReasonPlatformNotFound, "there is no plan without a platform; what runs stays")
	case r.ready >= floor:
		r.True(v1alpha1.ConditionFloorHeld, v1alpha1.ReasonFloorReached, message)
	case r.ready >= r.wanted.most:
		r.False(v1alpha1.ConditionFloorHeld, v1alpha1.ReasonWaitsForConnections, fmt.Sprintf(
			"%s, and %d may run until other channels have let go of the store's connections", message, r.wanted.most))
	case r.ready >= r.wanted.due,
		before.Status != metav1.ConditionFalse,
		r.Now.Before(before.LastTransitionTime.Add(plan.StartUp(r.wanted.learned.time()))):
		r.False(v1alpha1.ConditionFloorHeld, v1alpha1.ReasonPodsStarting, message)
	default:
		r.False(v1alpha1.ConditionFloorHeld, v1alpha1.ReasonBelowFloor, message)
	}
}

// launching: now lies in the window of a launch.
func (r reporter) launching() {
	if !r.wanted.planned {
		r.Unknown(v1alpha1.ConditionLaunching, v1alpha1.ReasonPlatformNotFound, "there is no plan without a platform")
		return
	}
	condition.LaunchingAt(r.Now, r.wanted.plan.Launches).Write(r.Writer, r.seen.set.Zone())
}

// staffingSufficient: the roster meets the service level that it is held against.
// It has no part in Ready: a roster is people, and the channel's pods can serve
// all of them however few they are.
func (r reporter) staffingSufficient(is v1alpha1.CallCentreStatus) {
	switch {
	case !r.wanted.planned:
		r.Unknown(v1alpha1.ConditionStaffingSufficient, v1alpha1.ReasonPlatformNotFound, "there is no forecast without a platform")
	case is.OpensAt == nil:
		r.Unknown(v1alpha1.ConditionStaffingSufficient, v1alpha1.ReasonNoForecast,
			"no campaign ahead, or in its window, forecasts calls: name this channel in its forecast.channelShares")
	default:
		v := feasibility.JudgeStaffing(r.seen.channel.Spec.CallCentre, is, r.seen.set.Zone())
		r.Set(v1alpha1.ConditionStaffingSufficient, v.Status, v.Reason, v.Message)
	}
}

// summary is Ready, Reconciling and Stalled: the first that applies.
func (r reporter) summary() {
	platform := r.seen.channel.Spec.PlatformRef.Name
	_, image := workload.Image(r.seen.channel, r.platform())
	available := meta.IsStatusConditionTrue(*r.Conditions, v1alpha1.ConditionAvailable)
	held := conditionIn(*r.Conditions, v1alpha1.ConditionFloorHeld)
	switch {
	case !r.seen.platform:
		r.Reconciling(v1alpha1.ReasonPlatformNotFound, fmt.Sprintf(
			"there is no BookingPlatform %s in this namespace: create it, or make a channel of another platform; until then what runs stays as it is", platform))
	case len(r.seen.taken) > 0:
		r.Stalled(v1alpha1.ReasonNameTaken, r.nameTaken())
	case !image:
		r.Stalled(v1alpha1.ReasonNoImage, fmt.Sprintf(
			"no image is named: set spec.workload.image, or spec.image of BookingPlatform %s", platform))
	case len(r.done.failed) > 0:
		r.Reconciling(v1alpha1.ReasonWriteFailed, r.done.err().Error())
	case held.Reason == v1alpha1.ReasonBelowFloor:
		r.Reconciling(v1alpha1.ReasonBelowFloor, held.Message+"; the missing ones have had the time to start: look at the pods")
	case !available:
		r.Reconciling(v1alpha1.ReasonProgressing, "the first pods are starting")
	case held.Reason == v1alpha1.ReasonWaitsForConnections:
		r.Reconciling(v1alpha1.ReasonWaitsForConnections, held.Message)
	case held.Reason == v1alpha1.ReasonPodsStarting:
		r.Ready(v1alpha1.ReasonPodsStarting, "the floor has risen and pods are starting, on schedule")
	case blind(r.seen.autoscaler):
		r.Ready(v1alpha1.ReasonAutoscalerBlind, fmt.Sprintf(
			"the floor holds, but the autoscaler has no metrics to scale by above it: `kubectl describe hpa %s` says why", r.seen.channel.Name))
	default:
		r.Ready(v1alpha1.ReasonSucceeded, "the channel serves at its floor or above")
	}
	if r.wanted.waits {
		r.True(v1alpha1.ConditionReconciling, v1alpha1.ReasonLaunchFreeze, r.launchFreeze())
	}
}

func (r reporter) platform() *v1alpha1.BookingPlatform {
	if r.seen.platform {
		return r.seen.set.Platform
	}
	return &v1alpha1.BookingPlatform{}
}

func (r reporter) nameTaken() string {
	var taken []string
	for kind, owner := range r.seen.taken {
		taken = append(taken, fmt.Sprintf("%s %s, which belongs to %s", kind, r.seen.channel.Name, owner))
	}
	slices.Sort(taken)
	return "the channel needs a name that is already taken: " + strings.Join(taken, "; ") +
		". Delete or rename it, or make a channel of another name; it is left alone"
}

func (r reporter) launchFreeze() string {
	until := "until " + r.wanted.freeze.until.In(r.seen.set.Zone()).Format("2006-01-02 15:04:05 MST")
	if r.wanted.freeze.until.Year() > 9999 {
		until = "for as long as it is paused"
	}
	return fmt.Sprintf("the launch of campaign %s keeps the pod template %s; the annotation %s, with a reason, lets the change through",
		r.wanted.freeze.campaign, until, v1alpha1.AnnotationBreakFreeze)
}

// blind tells whether an autoscaler has no metrics. At 0 replicas it is off, which is not the same.
func blind(hpa *autoscalingv2.HorizontalPodAutoscaler) bool {
	if hpa == nil {
		return false
	}
	for _, c := range hpa.Status.Conditions {
		if c.Type == autoscalingv2.ScalingActive {
			return c.Status == corev1.ConditionFalse && c.Reason != "ScalingDisabled"
		}
	}
	return false
}

func conditionOf(channel *v1alpha1.BookingChannel, kind string) metav1.Condition {
	return conditionIn(channel.Status.Conditions, kind)
}

// conditionIn is a condition, or the zero value.
func conditionIn(conditions []metav1.Condition, kind string) metav1.Condition {
	if found := meta.FindStatusCondition(conditions, kind); found != nil {
		return *found
	}
	return metav1.Condition{}
}

// startsPods tells whether time alone will change what is said of the pods.
func startsPods(channel *v1alpha1.BookingChannel) bool {
	return conditionOf(channel, v1alpha1.ConditionFloorHeld).Reason == v1alpha1.ReasonPodsStarting
}
