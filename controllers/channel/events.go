/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/condition"
)

const normal, warning = corev1.EventTypeNormal, corev1.EventTypeWarning

// happened returns the events of this reconciliation.
func happened(before, after *v1alpha1.BookingChannel, wanted wanted, done done) (all []apply.Event) {
	say := func(kind, reason, action, note string) {
		all = append(all, apply.Event{Type: kind, Reason: reason, Action: action, Note: note})
	}
	was, is := before.Status.Floor, after.Status.Floor
	switch move := fmt.Sprintf("from %d to %d: %s", was.Replicas, is.Replicas, is.Reason); {
	case was.Replicas == 0:
	case is.Replicas > was.Replicas:
		say(normal, v1alpha1.EventFloorRaised, v1alpha1.ActionScale, move)
	case is.Replicas < was.Replicas:
		say(normal, v1alpha1.EventFloorLowered, v1alpha1.ActionScale, move)
	}
	if done.lifted {
		say(warning, v1alpha1.EventDeploymentLifted, v1alpha1.ActionScale, fmt.Sprintf(
			"the Deployment had 0 replicas, where nothing scales it; scaled to the floor of %d", is.Replicas))
	}
	if done.handedOver {
		say(normal, v1alpha1.EventHandedOver, v1alpha1.ActionScale,
			"our autoscaler is removed; the channel follows spec.replicas and releases what runs beyond it by a fiftieth a minute")
	}
	for _, kind := range done.adopted {
		say(normal, v1alpha1.EventAdopted, v1alpha1.ActionApply, fmt.Sprintf(
			"%s %s was made for a channel of this name that is gone, as after a restore; it is this channel's now", kind, after.Name))
	}
	for _, rival := range done.overruled {
		say(warning, v1alpha1.EventOverruled, v1alpha1.ActionApply, fmt.Sprintf("%s had written %s; it was set back", rival.Manager, rival.Field))
	}
	if wanted.freeze.campaign != "" && wanted.freeze.broken != "" && before.Status.Template != "" && before.Status.Template != after.Status.Template {
		say(warning, v1alpha1.EventFreezeBroken, v1alpha1.ActionApply, fmt.Sprintf(
			"the pod template changes in the launch of campaign %s: %s", wanted.freeze.campaign, wanted.freeze.broken))
	}
	if frozen, isNew := newly(before, after, v1alpha1.ConditionReconciling, v1alpha1.ReasonLaunchFreeze); isNew {
		say(normal, v1alpha1.EventFreezeHolds, v1alpha1.ActionApply, frozen)
	}
	if stalled, isNew := newly(before, after, v1alpha1.ConditionStalled, v1alpha1.ReasonNameTaken); isNew {
		say(warning, v1alpha1.EventNameTaken, v1alpha1.ActionApply, stalled)
	}
	return all
}

// newly reports whether a condition has a reason that it did not have, with its message.
func newly(before, after *v1alpha1.BookingChannel, kind, reason string) (message string, isNew bool) {
	is, was := condition.In(after.Status.Conditions, kind), condition.In(before.Status.Conditions, kind)
	return is.Message, is.Reason == reason && was.Reason != reason
}
