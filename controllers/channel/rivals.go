/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/condition"
)

const (
	fieldReplicas = "spec.replicas"
	// autoscalers is the field manager under which every HorizontalPodAutoscaler scales.
	autoscalers = "kube-controller-manager"
	// labelScaledObject on an autoscaler names the ScaledObject that KEDA made it for.
	labelScaledObject = "scaledobject.keda.sh/name"
	// rivalStays is the time after which somebody who lowered the replicas has given up.
	// Autoscalers and pipelines come back within it.
	rivalStays = 2 * time.Minute
)

// fightsOver reports whether somebody lowered the replicas a short while ago.
func fightsOver(last v1alpha1.Overruled, now time.Time) bool {
	return last.Field == fieldReplicas && last.Time != nil && now.Before(last.Time.Add(rivalStays))
}

// lowered reports whether somebody has set fewer replicas than the floor in force. Just
// after the floor has risen there are too few as well, until our autoscaler has seen it:
// then no pods go, and nobody has written since.
func (o *observed) lowered(floor int, now time.Time) bool {
	if o.deployment == nil {
		return false
	}
	was, found := o.channel.Status, replicasOf(o.deployment)
	if found >= min(was.Floor.Replicas, was.Cap, int32(floor)) {
		return false
	}
	existed := o.deployment.Status.Replicas
	if was.Replicas != nil {
		existed = max(existed, *was.Replicas)
	}
	if found < existed || fightsOver(was.LastOverruled, now) {
		return true
	}
	owner, since := apply.Owner(o.deployment, "spec", "replicas")
	if owner == "" || owner == string(Manager) || owner == autoscalers {
		return false
	}
	return o.autoscaler == nil || !since.Before(apply.LastWrite(o.autoscaler, Manager))
}

// rival names who last set the Deployment's replicas, with its kind; "" if nobody but our
// autoscaler is known to have. An autoscaler's write may leave no field manager, and even
// take away the one that was there.
func (o *observed) rival() string {
	owner, _ := apply.Owner(o.deployment, "spec", "replicas")
	switch {
	case owner != "" && owner != string(Manager) && owner != autoscalers:
		return apply.Described(owner)
	case len(o.rivals) > 0:
		return strings.Join(o.rivals, ", ")
	case owner == autoscalers && o.external():
		return owner
	}
	return ""
}

// scaledByOther reports whether an autoscaler sets spec.replicas of a channel that has
// ours.
func (o *observed) scaledByOther() bool {
	owner, _ := apply.Owner(o.channel, "spec", "replicas")
	return !o.external() && (owner == autoscalers || owner == "" && o.channel.Spec.Replicas > 1)
}

// readRivals lists other autoscalers of the channel or its Deployment, if there is a trace
// of one. No cache holds them.
func (r *Reconciler) readRivals(ctx context.Context, seen *observed) error {
	floor := int(seen.channel.Status.Floor.Replicas)
	if !seen.scaledByOther() && !seen.lowered(floor, r.Clock.Now()) {
		return nil
	}
	reader := r.Live
	if reader == nil {
		reader = r.Client
	}
	var all autoscalingv2.HorizontalPodAutoscalerList
	if err := reader.List(ctx, &all, client.InNamespace(seen.channel.Namespace)); err != nil {
		return fmt.Errorf("list other autoscalers: %w", err)
	}
	for i := range all.Items {
		hpa := &all.Items[i]
		if seen.autoscaler != nil && hpa.UID == seen.autoscaler.UID || hpa.Spec.ScaleTargetRef.Name != seen.channel.Name {
			continue
		}
		switch hpa.Spec.ScaleTargetRef.Kind {
		case kindDeployment:
			seen.rivals = append(seen.rivals, described(hpa))
		case "BookingChannel":
			seen.scalers = append(seen.scalers, described(hpa))
		}
	}
	slices.Sort(seen.rivals)
	slices.Sort(seen.scalers)
	return nil
}

func described(hpa *autoscalingv2.HorizontalPodAutoscaler) string {
	if of := hpa.Labels[labelScaledObject]; of != "" {
		return fmt.Sprintf("KEDA's ScaledObject %s (HorizontalPodAutoscaler %s)", of, hpa.Name)
	}
	return "HorizontalPodAutoscaler " + hpa.Name
}

// replicasOverruled applies while somebody lowers the replicas again and again.
func (r reporter) replicasOverruled() (reason, message string) {
	if !fightsOver(r.overruled, r.Now) {
		return "", ""
	}
	return v1alpha1.ReasonReplicasOverruled, fmt.Sprintf(
		"%s lowered the replicas of Deployment %s below the floor of %d at %s, and it was set back: remove it, or set spec.scaling.autoscaler to External and let it scale the channel",
		r.overruled.Manager, r.seen.channel.Name, r.wanted.plan.Floor.Replicas, r.overruled.Time.In(r.seen.set.Zone()).Format("15:04:05 MST"))
}

// secondAutoscaler applies if somebody's autoscaler targets a channel that has ours.
func (r reporter) secondAutoscaler() (reason, message string) {
	scalers := r.seen.scalers
	return condition.When(!r.seen.external() && len(scalers) > 0, v1alpha1.ReasonSecondAutoscaler, fmt.Sprintf(
		"%s scales the channel, which has an autoscaler of its own: what it asks for is a floor. Remove it, or set spec.scaling.autoscaler to External",
		strings.Join(scalers, ", ")))
}
