/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// freeze holds the pod template from the start of a ramp until the peak has
// been kept.
type freeze struct {
	// campaign that is being launched, and until when; empty: none is.
	campaign string
	until    time.Time
	// broken is the reason that a person gave for letting a change through all the same.
	broken string
	// unproved says that the running template has never been Available, so that
	// there is nothing to protect.
	unproved bool
}

func (f freeze) holds() bool { return f.campaign != "" && f.broken == "" && !f.unproved }

// frozen is the launch that lasts longest of those that now lies in.
func frozen(seen *observed, p plan.ChannelPlan, now time.Time) freeze {
	out := freeze{
		broken:   seen.channel.Annotations[v1alpha1.AnnotationBreakFreeze],
		unproved: seen.deployment != nil && !rolledOut(seen.deployment),
	}
	for _, launch := range p.Launches {
		ends := launch.KeepUntil
		if !now.Before(launch.Begins()) && now.Before(ends) && ends.After(out.until) {
			out.campaign, out.until = launch.Campaign, ends
		}
	}
	return out
}

// rolledOut tells whether the running template was once complete and Available:
// the Deployment's controller says so, and does not take it back when pods fail.
func rolledOut(d *appsv1.Deployment) bool {
	for _, c := range d.Status.Conditions {
		if c.Type == appsv1.DeploymentProgressing {
			return c.Status == corev1.ConditionTrue && c.Reason == "NewReplicaSetAvailable"
		}
	}
	return false
}
