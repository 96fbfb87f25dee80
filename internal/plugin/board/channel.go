/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"fmt"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// Channel is one row of the list of channels. Numbers are replicas; 0 is unknown.
type Channel struct {
	Name    string
	Verdict Verdict
	// Floor in force, Desired and Ready replicas now, and the Cap.
	Floor, Desired, Ready, Cap int32
	// Peak is the opening's peak floor, or the floor if the opening needs nothing.
	Peak int32
	// Autoscaler describes the autoscaler's wish and its metric.
	Autoscaler string
	// Next is the next step of the plan: "23:32 → 130". Because is its reason.
	Next, Because string
}

// rows has the platform's channels, and channels that the opening needs but that do not
// exist.
func (s view) rows(f focus) []Channel {
	needs := f.needs(s.readyBefore())
	var rows []Channel
	for _, c := range s.channels {
		row := s.row(c)
		n, asked := needs[c.Name]
		switch {
		case f.none() && row.Verdict.Word == Nothing:
			row.Verdict.Why = fmt.Sprintf("%d Ready, the floor is %d", row.Ready, row.Floor)
		case asked:
			row.Verdict, row.Peak = s.judge(n), max(n.peak, 1)
		}
		rows = append(rows, row)
	}
	for _, campaign := range f.campaigns {
		for _, share := range campaign.Spec.Forecast.ChannelShares {
			n, asked := needs[share.Channel]
			if asked && s.channel(share.Channel) == nil {
				rows = append(rows, Channel{Name: share.Channel, Verdict: s.judge(n), Autoscaler: "-", Next: "-"})
				delete(needs, share.Channel)
			}
		}
	}
	return rows
}

func (s view) row(c *v1alpha1.BookingChannel) Channel {
	status := c.Status
	row := Channel{
		Name:    c.Name,
		Verdict: Verdict{Word: Nothing, Why: "not used by this opening"},
		Floor:   status.Floor.Replicas,
		Desired: valueOf(status.Replicas),
		Ready:   valueOf(status.ReadyReplicas),
		Cap:     status.Cap,
		Peak:    max(1, status.Floor.Replicas),
		Next:    s.next(c),
		Because: status.Floor.Reason,
	}
	if row.Cap == 0 {
		row.Cap = c.Spec.Scaling.MaxReplicas
	}
	if trouble := v1alpha1.Trouble(c); trouble != "" {
		row.Verdict.Why = trouble
	}
	switch held := conditionOf(status.Conditions, v1alpha1.ConditionFloorHeld); held.Reason {
	case v1alpha1.ReasonBelowFloor, v1alpha1.ReasonPodsRefused, v1alpha1.ReasonPodsUnschedulable:
		row.Verdict = Verdict{Word: NoGo, Why: held.Message}
	}
	s.wish(c, &row)
	return row
}

// wish sets what the channel's autoscaler wants.
func (s view) wish(c *v1alpha1.BookingChannel, row *Channel) {
	if c.Spec.Scaling.Autoscaler == v1alpha1.AutoscalerExternal {
		asked := c.Status.Asked.Replicas
		if asked == 0 {
			asked = c.Spec.Replicas
		}
		row.Autoscaler = fmt.Sprintf("external asks %d", asked)
		row.Desired = min(max(row.Desired, asked, row.Floor), row.Cap)
		return
	}
	if s.scene.Hidden[Autoscalers] != "" {
		row.Autoscaler = "HPA not visible"
		return
	}
	hpa := s.autoscalers[c.Name]
	if hpa == nil {
		row.Autoscaler = "no HPA yet"
		return
	}
	if hpa.Status.DesiredReplicas > 0 {
		row.Desired = hpa.Status.DesiredReplicas
	}
	row.Autoscaler = fmt.Sprintf("HPA wants %d, %s", hpa.Status.DesiredReplicas, metric(hpa))
}

// metric describes the first metric of an autoscaler and its target.
func metric(hpa *autoscalingv2.HorizontalPodAutoscaler) string {
	for _, c := range hpa.Status.Conditions {
		if c.Type == autoscalingv2.ScalingActive && c.Status == corev1.ConditionFalse {
			return "no metrics"
		}
	}
	for _, wanted := range hpa.Spec.Metrics {
		name, target := utilization(wanted)
		if target == nil {
			continue
		}
		for _, current := range hpa.Status.CurrentMetrics {
			if is, value := currently(current); is == name && value != nil {
				return fmt.Sprintf("%s %d%% of %d%%", name, *value, *target)
			}
		}
		return fmt.Sprintf("%s ?%% of %d%%", name, *target)
	}
	return "no metrics"
}

func utilization(m autoscalingv2.MetricSpec) (name corev1.ResourceName, target *int32) {
	switch {
	case m.ContainerResource != nil:
		return m.ContainerResource.Name, m.ContainerResource.Target.AverageUtilization
	case m.Resource != nil:
		return m.Resource.Name, m.Resource.Target.AverageUtilization
	}
	return "", nil
}

func currently(m autoscalingv2.MetricStatus) (name corev1.ResourceName, value *int32) {
	switch {
	case m.ContainerResource != nil:
		return m.ContainerResource.Name, m.ContainerResource.Current.AverageUtilization
	case m.Resource != nil:
		return m.Resource.Name, m.Resource.Current.AverageUtilization
	}
	return "", nil
}

// next returns the next step of the plan.
func (s view) next(c *v1alpha1.BookingChannel) string {
	for _, step := range c.Status.NextSteps {
		if step.At != nil && step.At.After(s.now) {
			return fmt.Sprintf("%s → %d", s.hour(step.At.Time), step.Floor)
		}
	}
	return "-"
}
