/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
	"github.com/mezzanotte/mezzanotte/internal/kind"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// status returns the channel's status. It changes only if something has happened.
func status(seen *observed, wanted wanted, done done) v1alpha1.BookingChannelStatus {
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
			out.Floor = v1alpha1.FloorStatus{Replicas: int32(wanted.plan.Floor.Replicas), Reason: condition.Brief(wanted.plan.Floor.String())}
		}
		out.NextSteps = steps(wanted.plan.Steps)
		out.Asked = wanted.scale.asked.status()
	}
	out.Template = seen.running.Inputs
	if wanted.template != "" && done.failed[kindDeployment] == nil {
		out.Template = wanted.template
	}
	if manager, field, at := done.lastOverruled(wanted.now); at != nil {
		out.LastOverruled = v1alpha1.Overruled{Manager: condition.Cut(manager, 256), Field: condition.Cut(field, 256), Time: at}
	}
	r := reporter{
		Writer: condition.Writer{Conditions: &out.Conditions, Generation: seen.channel.Generation, Now: wanted.now},
		seen:   seen, wanted: wanted, done: done, ready: int(ready), overruled: out.LastOverruled,
	}
	r.Set(v1alpha1.ConditionAvailable, r.available())
	r.Set(v1alpha1.ConditionFloorHeld, r.floorHeld())
	if wanted.planned {
		condition.LaunchingAt(wanted.now, wanted.plan.Launches).Write(r.Writer, seen.set.Zone())
	} else {
		r.Set(v1alpha1.ConditionLaunching, r.unplanned("there is no plan without a platform"))
	}
	if kind.HasAgents(seen.channel) {
		out.CallCentre = feasibility.Staffing(seen.channel.Spec.CallCentre, wanted.plan.Launches, wanted.now)
		r.Set(v1alpha1.ConditionStaffingSufficient, r.staffingSufficient(out.CallCentre))
	}
	condition.Summarize(r.Writer, readiness, r)
	if wanted.waits {
		r.Set(v1alpha1.ConditionReconciling, condition.True(v1alpha1.ReasonLaunchFreeze, r.launchFreeze()))
	}
	return out
}

func steps(planned []plan.Step) []v1alpha1.FloorStep {
	var out []v1alpha1.FloorStep
	for _, step := range planned[:min(len(planned), mostSteps)] {
		out = append(out, v1alpha1.FloorStep{
			At: &metav1.Time{Time: step.At}, Floor: int32(step.Floor.Replicas), Reason: condition.Brief(step.Floor.String()),
		})
	}
	return out
}

// reporter writes the conditions.
type reporter struct {
	condition.Writer
	seen   *observed
	wanted wanted
	done   done
	ready  int
	// overruled is the last rival, also of this reconciliation.
	overruled v1alpha1.Overruled
}

// available returns the condition Available: enough pods for the base.
func (r reporter) available() condition.Verdict {
	base, pods := r.seen.channel.Spec.Scaling.MinReplicas, int32(0)
	if r.seen.deployment != nil {
		pods = r.seen.deployment.Status.AvailableReplicas
	}
	message := fmt.Sprintf("%d pods are available, scaling.minReplicas asks for %d", pods, base)
	if pods < base {
		return condition.False(v1alpha1.ReasonMinimumReplicasUnavailable, message)
	}
	return condition.True(v1alpha1.ReasonMinimumReplicasAvailable, message)
}

// floorHeld returns the condition FloorHeld: the number of Ready pods reaches the floor.
// If it does not, pods are starting for as long as no missing pod has had the time to
// start, or the condition has not been False for that long. Pods that are refused, or that
// find no node, are reported at once.
func (r reporter) floorHeld() condition.Verdict {
	floor := r.wanted.plan.Floor.Replicas
	message := fmt.Sprintf("%d pods are Ready, the floor is %d", r.ready, floor)
	switch before := condition.In(*r.Conditions, v1alpha1.ConditionFloorHeld); {
	case !r.wanted.planned:
		return r.unplanned("there is no plan without a platform; what runs stays")
	case r.ready >= floor:
		return condition.True(v1alpha1.ReasonFloorReached, message)
	case r.ready >= r.wanted.most:
		return condition.False(v1alpha1.ReasonWaitsForConnections, fmt.Sprintf(
			"%s, and only %d may run until other channels release connections to the store", message, r.wanted.most))
	case r.seen.refused() != "":
		return condition.False(v1alpha1.ReasonPodsRefused, r.seen.refused()+"; "+message)
	case r.seen.homeless() != "":
		return condition.False(v1alpha1.ReasonPodsUnschedulable, r.seen.homeless()+"; "+message)
	case fightsOver(r.overruled, r.Now): // pods that go and come again are not starting on schedule
		return condition.False(v1alpha1.ReasonBelowFloor, message)
	case r.ready >= r.wanted.due,
		before.Status != metav1.ConditionFalse,
		r.Now.Before(before.LastTransitionTime.Add(plan.StartUp(r.wanted.learned.time()))):
		return condition.False(v1alpha1.ReasonPodsStarting, message)
	}
	return condition.False(v1alpha1.ReasonBelowFloor, message)
}

// unplanned returns a condition of a channel without a plan: its type is unknown, or
// its platform is missing.
func (r reporter) unplanned(withoutPlatform string) condition.Verdict {
	if reason, message := r.typeUnknown(); reason != "" {
		return condition.Unknown(reason, message)
	}
	return condition.Unknown(v1alpha1.ReasonPlatformNotFound, withoutPlatform)
}

// staffingSufficient returns the condition StaffingSufficient: the roster meets its
// service level. It has no part in Ready: a roster is people, and the channel's pods can
// serve any number of them.
func (r reporter) staffingSufficient(is v1alpha1.CallCentreStatus) condition.Verdict {
	switch {
	case !r.wanted.planned:
		return r.unplanned("there is no forecast without a platform")
	case is.OpensAt == nil:
		return condition.Unknown(v1alpha1.ReasonNoForecast,
			"no campaign ahead, or in its window, forecasts calls: name this channel in its forecast.channelShares")
	}
	return feasibility.JudgeStaffing(r.seen.channel.Spec.CallCentre, is, r.seen.set.Zone())
}

// waitsUnwatched reports whether the channel waits for what changes with time alone, or for
// what no watch shows: what the scheduler says of its pods, a name that becomes free, or
// another autoscaler.
func waitsUnwatched(conditions []metav1.Condition) bool {
	switch condition.In(conditions, v1alpha1.ConditionFloorHeld).Reason {
	case v1alpha1.ReasonPodsStarting, v1alpha1.ReasonPodsUnschedulable, v1alpha1.ReasonBelowFloor:
		return true
	}
	switch condition.In(conditions, v1alpha1.ConditionReady).Reason {
	case v1alpha1.ReasonNameTaken, v1alpha1.ReasonSecondAutoscaler, v1alpha1.ReasonReplicasOverruled:
		return true
	}
	return false
}
