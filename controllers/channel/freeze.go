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

// annotationProved on the Deployment is the memory of the last template of ours that
// was rolled out: the hash of its inputs. Somebody else's change of the template
// has the Deployment roll again, and does not unprove it.
const annotationProved = "booking.mezzanotte.dev/template-proved"

// freeze holds the pod template from the start of a ramp until the peak has
// been kept.
type freeze struct {
	// campaign that is being launched, and until when; empty: none is.
	campaign string
	until    time.Time
	// broken is the reason that a person gave for letting a change through all the same.
	broken string
	// unproved says that the running template, as we rendered it, has never been
	// Available, so that there is nothing to protect.
	unproved bool
}

func (f freeze) holds() bool { return f.campaign != "" && f.broken == "" && !f.unproved }

// frozen is the launch that lasts longest of those that now lies in.
func frozen(seen *observed, p plan.ChannelPlan, now time.Time) freeze {
	out := freeze{
		broken:   seen.channel.Annotations[v1alpha1.AnnotationBreakFreeze],
		unproved: seen.deployment != nil && !proved(seen),
	}
	for _, launch := range p.Launches {
		ends := launch.KeepUntil
		if !now.Before(launch.Begins()) && now.Before(ends) && ends.After(out.until) {
			out.campaign, out.until = launch.Campaign, ends
		}
	}
	return out
}

// proved tells whether the running template, as we rendered it, was rolled out once.
func proved(seen *observed) bool {
	inputs := seen.running.Inputs
	return rolledOut(seen.deployment) || inputs != "" && seen.deployment.Annotations[annotationProved] == inputs
}

// complete tells whether the template that runs now was rolled out: the controller
// has seen it, and no pod is of another. It may have neither looked at a new
// template yet nor said so in the condition.
func complete(d *appsv1.Deployment) bool {
	is := d.Status
	return rolledOut(d) && is.ObservedGeneration >= d.Generation && is.Replicas > 0 && is.UpdatedReplicas == is.Replicas
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
