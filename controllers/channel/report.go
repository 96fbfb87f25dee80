/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// report writes what differs in the status. It sends what changed and nothing
// else, whatever has happened to the object since: an overruled writer's name is
// in no other place any more, and must not be lost to a conflict.
func (r *Reconciler) report(ctx context.Context, before, after *v1alpha1.BookingChannel) error {
	if equality.Semantic.DeepEqual(before.Status, after.Status) {
		return nil
	}
	if err := r.Client.Status().Patch(ctx, after.DeepCopy(), client.MergeFrom(before), Manager); err != nil {
		return fmt.Errorf("write the status: %w", err)
	}
	return nil
}

// announce records events for what has happened, after it was reported.
func (r *Reconciler) announce(before, after *v1alpha1.BookingChannel, wanted intent, done outcome) {
	if r.Recorder == nil {
		return
	}
	e := announcer{reconciler: r, channel: after}
	e.floor(before.Status.Floor, after.Status.Floor)
	if done.lifted {
		e.warning(v1alpha1.EventDeploymentLifted, v1alpha1.ActionScale,
			"the Deployment had 0 replicas, where nothing scales it; scaled to the floor of %d", after.Status.Floor.Replicas)
	}
	if done.handedOver {
		e.normal(v1alpha1.EventHandedOver, v1alpha1.ActionScale,
			"the autoscaler of ours is gone; spec.replicas is followed, what runs beyond it is let go by a fiftieth a minute")
	}
	for _, rival := range done.overruled {
		e.warning(v1alpha1.EventOverruled, v1alpha1.ActionApply, "%s had written %s; it was set back", rival.Manager, rival.Field)
	}
	if wanted.freeze.campaign != "" && wanted.freeze.broken != "" && before.Status.Template != "" && before.Status.Template != after.Status.Template {
		e.warning(v1alpha1.EventFreezeBroken, v1alpha1.ActionApply,
			"the pod template changes in the launch of campaign %s: %s", wanted.freeze.campaign, wanted.freeze.broken)
	}
	if frozen := conditionOf(after, v1alpha1.ConditionReconciling); newly(before, after, v1alpha1.ConditionReconciling, v1alpha1.ReasonLaunchFreeze) {
		e.normal(v1alpha1.EventFreezeHolds, v1alpha1.ActionApply, "%s", frozen.Message)
	}
	if stalled := conditionOf(after, v1alpha1.ConditionStalled); newly(before, after, v1alpha1.ConditionStalled, v1alpha1.ReasonNameTaken) {
		e.warning(v1alpha1.EventNameTaken, v1alpha1.ActionApply, "%s", stalled.Message)
	}
}

// newly tells whether a condition has a reason that it had not.
func newly(before, after *v1alpha1.BookingChannel, kind, reason string) bool {
	return conditionOf(after, kind).Reason == reason && conditionOf(before, kind).Reason != reason
}

// announcer records events of one channel.
type announcer struct {
	reconciler *Reconciler
	channel    *v1alpha1.BookingChannel
}

func (a announcer) floor(before, after v1alpha1.FloorStatus) {
	switch {
	case before.Replicas == 0:
	case after.Replicas > before.Replicas:
		a.normal(v1alpha1.EventFloorRaised, v1alpha1.ActionScale, "from %d to %d: %s", before.Replicas, after.Replicas, after.Reason)
	case after.Replicas < before.Replicas:
		a.normal(v1alpha1.EventFloorLowered, v1alpha1.ActionScale, "from %d to %d: %s", before.Replicas, after.Replicas, after.Reason)
	}
}

func (a announcer) normal(reason, action, note string, args ...any) {
	a.reconciler.Recorder.Eventf(a.channel, nil, corev1.EventTypeNormal, reason, action, note, args...)
}

func (a announcer) warning(reason, action, note string, args ...any) {
	a.reconciler.Recorder.Eventf(a.channel, nil, corev1.EventTypeWarning, reason, action, note, args...)
}
