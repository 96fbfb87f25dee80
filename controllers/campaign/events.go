/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/condition"
)

const normal, warning = corev1.EventTypeNormal, corev1.EventTypeWarning

// happened returns the events for what changed between two statuses.
func happened(before, after v1alpha1.CampaignStatus) []apply.Event {
	return slices.Concat(moved(before, after), proving(before, after), doors(before, after))
}

// moved returns the events of the opening and its plan.
func moved(before, after v1alpha1.CampaignStatus) (all []apply.Event) {
	switch {
	case after.OpensAt == nil:
	case before.OpensAt == nil:
		all = append(all, apply.Event{Type: normal, Reason: v1alpha1.EventScheduled, Action: v1alpha1.ActionSchedule, Note: "opens " + after.OpensAtLocal})
	case !before.OpensAt.Equal(after.OpensAt):
		all = append(all, apply.Event{Type: normal, Reason: v1alpha1.EventRescheduled, Action: v1alpha1.ActionSchedule, Note: fmt.Sprintf("the opening has moved from %s to %s", before.OpensAtLocal, after.OpensAtLocal)})
	}
	if is, was := turned(before, after, v1alpha1.ConditionFeasible); is.Status == metav1.ConditionFalse && is.Reason != was.Reason {
		all = append(all, apply.Event{Type: warning, Reason: v1alpha1.EventInfeasible, Action: v1alpha1.ActionSchedule, Note: is.Message})
	}
	return all
}

// proving returns the events of what the pods have proved.
func proving(before, after v1alpha1.CampaignStatus) []apply.Event {
	is, was := turned(before, after, v1alpha1.ConditionPrescaled)
	switch {
	case is.Status == metav1.ConditionTrue && was.Status != is.Status:
		kind := normal
		if provedOpen(after) {
			kind = warning
		}
		return []apply.Event{{Type: kind, Reason: v1alpha1.EventPrescaled, Action: v1alpha1.ActionProve, Note: is.Message}}
	case is.Reason == v1alpha1.ReasonCapacityLost && was.Reason != is.Reason:
		return []apply.Event{{Type: warning, Reason: v1alpha1.EventCapacityLost, Action: v1alpha1.ActionProve, Note: is.Message}}
	case is.Reason == v1alpha1.ReasonNotProved && was.Reason != is.Reason:
		return []apply.Event{{Type: warning, Reason: v1alpha1.EventNotProved, Action: v1alpha1.ActionProve, Note: is.Message}}
	}
	return nil
}

// provedOpen reports whether a channel was at its peak only after the opening.
func provedOpen(c v1alpha1.CampaignStatus) bool {
	return slices.ContainsFunc(c.Channels, func(l v1alpha1.ChannelLaunch) bool {
		return l.ProvedReadyAt != nil && c.OpensAt != nil && c.OpensAt.Before(l.ProvedReadyAt)
	})
}

// doors returns the events of opening, pausing and closing.
func doors(before, after v1alpha1.CampaignStatus) (all []apply.Event) {
	say := func(reason, note string) {
		all = append(all, apply.Event{Type: normal, Reason: reason, Action: v1alpha1.ActionOpen, Note: note})
	}
	is, was := turned(before, after, v1alpha1.ConditionOpen)
	if was.Reason == v1alpha1.ReasonPaused && is.Reason != was.Reason {
		say(v1alpha1.EventResumed, is.Message)
	}
	if before.OpenedAt == nil && after.OpenedAt != nil {
		say(v1alpha1.EventOpened, is.Message)
	}
	if is.Reason == was.Reason {
		return all
	}
	switch is.Reason {
	case v1alpha1.ReasonPaused:
		say(v1alpha1.EventPaused, is.Message)
	case v1alpha1.ReasonClosed:
		say(v1alpha1.EventClosed, is.Message)
	}
	return all
}

// turned returns a condition as it is and as it was; the zero condition if there was none.
func turned(before, after v1alpha1.CampaignStatus, kind string) (is, was metav1.Condition) {
	return condition.In(after.Conditions, kind), condition.In(before.Conditions, kind)
}
