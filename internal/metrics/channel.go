/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package metrics

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/kind"
)

var channelLabels = []string{"namespace", "platform", "channel"}

// channel is a channel and its autoscaler, nil if there is none of ours.
type channel struct {
	*v1alpha1.BookingChannel
	autoscaler *autoscalingv2.HorizontalPodAutoscaler
}

// desired returns the replicas that the autoscaler wants. One without conditions has
// not looked yet.
func (c channel) desired() (float64, bool) {
	if c.Spec.Scaling.Autoscaler == v1alpha1.AutoscalerExternal {
		return positive(c.Status.Asked.Replicas)
	}
	if c.autoscaler == nil || len(c.autoscaler.Status.Conditions) == 0 || !metav1.IsControlledBy(c.autoscaler, c) {
		return 0, false
	}
	return float64(c.autoscaler.Status.DesiredReplicas), true
}

// nextStep of the plan, or the zero value.
func (c channel) nextStep() v1alpha1.FloorStep {
	if len(c.Status.NextSteps) == 0 {
		return v1alpha1.FloorStep{}
	}
	return c.Status.NextSteps[0]
}

var channels = newSubject(channelLabels,
	metric[channel]{"channel_floor_replicas", unitReplicas,
		"The fewest replicas that may run now.",
		func(c channel) (float64, bool) { return positive(c.Status.Floor.Replicas) }},
	metric[channel]{"channel_cap_replicas", unitReplicas,
		"The most replicas that may run now: spec.scaling.maxReplicas, or less where channels share the store's connections.",
		func(c channel) (float64, bool) { return positive(c.Status.Cap) }},
	metric[channel]{"channel_desired_replicas", unitReplicas,
		"Replicas that the autoscaler asks for: ours (Managed), or the one that drives /scale (External).",
		channel.desired},
	metric[channel]{"channel_replicas", unitReplicas,
		"Replicas that exist.",
		func(c channel) (float64, bool) { return given(c.Status.Replicas) }},
	metric[channel]{"channel_ready_replicas", unitReplicas,
		"Replicas that are Ready.",
		func(c channel) (float64, bool) { return given(c.Status.ReadyReplicas) }},
	metric[channel]{"channel_next_step_timestamp_seconds", unitInstant,
		"Instant of the plan's next step; in the past if the step is overdue. Absent if the floor stays.",
		func(c channel) (float64, bool) { return instant(c.nextStep().At) }},
	metric[channel]{"channel_next_step_floor_replicas", unitReplicas,
		"Floor from the next step on.",
		func(c channel) (float64, bool) { return positive(c.nextStep().Floor) }},
	metric[channel]{"channel_start_up_seconds", unitSeconds,
		"Learned time from a pod's creation to Ready, 95th percentile. Absent until a pod was seen to start.",
		func(c channel) (float64, bool) { return positive(c.Status.StartUpSeconds) }},
	metric[channel]{"channel_overruled_timestamp_seconds", unitInstant,
		"Instant at which another writer was last overruled; status.lastOverruled names the writer.",
		func(c channel) (float64, bool) { return instant(c.Status.LastOverruled.Time) }},
)

var channelConditions = newConditions("channel_condition",
	"Conditions of the channel: 1 for the current status, 0 for the others.",
	channelLabels,
	v1alpha1.ConditionReady, v1alpha1.ConditionAvailable, v1alpha1.ConditionFloorHeld,
	v1alpha1.ConditionLaunching, v1alpha1.ConditionStaffingSufficient)

// callCentres are the metrics of channels with agents. What the forecast needs is
// absent unless a launch lies ahead.
var callCentres = newSubject(channelLabels,
	metric[channel]{"call_centre_agents", unitAgents,
		"Agents rostered for the opening (spec.callCentre.agents).",
		func(c channel) (float64, bool) { return positive(c.Spec.CallCentre.Agents) }},
	metric[channel]{"call_centre_lines", unitLines,
		"Lines into the call centre (spec.callCentre.lines).",
		func(c channel) (float64, bool) { return positive(c.Spec.CallCentre.Lines) }},
	metric[channel]{"call_centre_service_level_target_ratio", unitRatio,
		"Fraction of callers whom the service level requires to be answered in time.",
		func(c channel) (float64, bool) { return percent(&c.Spec.CallCentre.ServiceLevel.Percent) }},
	metric[channel]{"call_centre_opening_timestamp_seconds", unitInstant,
		"Instant of the opening with the most calls, ahead or under way. The load, the answered ratio and the needed agents and lines refer to it.",
		func(c channel) (float64, bool) { return instant(c.Status.CallCentre.OpensAt) }},
	metric[channel]{"call_centre_offered_erlangs", unitErlangs,
		"Offered load at the peak of the opening with the most calls.",
		func(c channel) (float64, bool) { return positive(c.Status.CallCentre.OfferedErlangs) }},
	metric[channel]{"call_centre_service_level_ratio", unitRatio,
		"Fraction of callers whom today's roster answers in time at the peak of the opening with the most calls.",
		func(c channel) (float64, bool) { return percent(c.Status.CallCentre.ServiceLevelPercent) }},
	metric[channel]{"call_centre_agents_needed", unitAgents,
		"Agents that the service level needs at the peak of the opening with the most calls.",
		func(c channel) (float64, bool) { return positive(c.Status.CallCentre.AgentsNeeded) }},
	metric[channel]{"call_centre_lines_needed", unitLines,
		"Lines that those agents need, and that block at most 1 % of callers.",
		func(c channel) (float64, bool) { return positive(c.Status.CallCentre.LinesNeeded) }},
)

func percent(n *int32) (float64, bool) {
	value, known := given(n)
	return value / 100, known
}

func sayChannel(to *sink, c channel) {
	platform := c.Spec.PlatformRef.Name
	channels.say(to, c, c.Namespace, platform, c.Name)
	channelConditions.say(to, c.Status.Conditions, c.Namespace, platform, c.Name)
	if kind.HasAgents(c.BookingChannel) {
		callCentres.say(to, c, c.Namespace, platform, c.Name)
	}
}
