/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
)

// occurrence is an event that is to be recorded.
type occurrence struct{ kind, reason, action, note string }

const normal, warning = corev1.EventTypeNormal, corev1.EventTypeWarning

// happened is what has changed between two statuses, in the order in which it
// concerns people.
func happened(before, after v1alpha1.CampaignStatus) []occurrence {
	return slices.Concat(moved(before, after), proving(before, after), opening(before, after))
}

// moved is what has become of the opening and its plan.
func moved(before, after v1alpha1.CampaignStatus) (all []occurrence) {
	switch {
	case after.OpensAt == nil:
	case before.OpensAt == nil:
		all = append(all, occurrence{normal, v1alpha1.EventScheduled, v1alpha1.ActionSchedule, "opens " + after.OpensAtLocal})
	case !before.OpensAt.Equal(after.OpensAt):
		all = append(all, occurrence{normal, v1alpha1.EventRescheduled, v1alpha1.ActionSchedule,
			fmt.Sprintf("the opening has moved from %s to %s", before.OpensAtLocal, after.OpensAtLocal)})
	}
	if is, was := turned(before, after, v1alpha1.ConditionFeasible); is.Status == metav1.ConditionFalse && is.Reason != was.Reason {
		all = append(all, occurrence{warning, v1alpha1.EventInfeasible, v1alpha1.ActionSchedule, is.Message})
	}
	return all
}

// proving is what the pods have shown.
func proving(before, after v1alpha1.CampaignStatus) []occurrence {
	is, was := turned(before, after, v1alpha1.ConditionPrescaled)
	switch {
	case is.Status == metav1.ConditionTrue && was.Status != is.Status:
		return []occurrence{{normal, v1alpha1.EventPrescaled, v1alpha1.ActionProve, is.Message}}
	case is.Reason == v1alpha1.ReasonCapacityLost && was.Reason != is.Reason:
		return []occurrence{{warning, v1alpha1.EventCapacityLost, v1alpha1.ActionProve, is.Message}}
	case is.Reason == v1alpha1.ReasonNotProved && was.Reason != is.Reason:
		return []occurrence{{warning, v1alpha1.EventNotProved, v1alpha1.ActionProve, is.Message}}
	}
	return nil
}

// opening is what the clock and people have done to the doors.
func opening(before, after v1alpha1.CampaignStatus) (all []occurrence) {
	say := func(reason, note string) {
		all = append(all, occurrence{normal, reason, v1alpha1.ActionOpen, note})
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

// turned is a condition as it is and as it was; the zero condition if there was none.
func turned(before, after v1alpha1.CampaignStatus, kind string) (is, was metav1.Condition) {
	if c := meta.FindStatusCondition(after.Conditions, kind); c != nil {
		is = *c
	}
	if c := meta.FindStatusCondition(before.Conditions, kind); c != nil {
		was = *c
	}
	return is, was
}

func (r *Reconciler) record(campaign *v1alpha1.Campaign, all []occurrence) {
	for _, one := range all {
		r.Recorder.Eventf(campaign, nil, one.kind, one.reason, one.action, "%s", condition.Brief(one.note))
	}
}
