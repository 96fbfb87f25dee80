/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// annotationProved on the Deployment remembers the last template of ours that was
// rolled out: the hash of its inputs. Somebody else's change of the template starts a
// rollout, but does not unprove it.
const annotationProved = "booking.mezzanotte.dev/template-proved"

// freeze holds the pod template from the start of a ramp until the peak has been kept.
type freeze struct {
	// campaign in its launch, and until when; empty: none.
	campaign string
	until    time.Time
	// opens is the opening of that campaign.
	opens time.Time
	// broken is a person's reason to let a change through in a launch in progress.
	broken string
	// stale is a person's word for a launch that is not planned.
	stale string
	// unproved is true if the running template, as we rendered it, has never been
	// Available: there is nothing to protect.
	unproved bool
}

func (f freeze) holds() bool { return f.campaign != "" && f.broken == "" && !f.unproved }

// frozen returns the freeze of the launch in progress that lasts longest.
func frozen(seen *observed, p plan.ChannelPlan, now time.Time) freeze {
	out := freeze{
		unproved: seen.deployment != nil && !proved(seen),
		stale:    seen.channel.Annotations[v1alpha1.AnnotationBreakFreeze],
	}
	named, reason := breaks(out.stale)
	for _, launch := range p.Launches {
		ends := launch.KeepUntil
		if !now.Before(ends) {
			continue
		}
		isNamed := reason != "" && launch.Opens.Equal(named)
		if isNamed {
			out.stale = ""
		}
		if now.Before(launch.Begins()) {
			continue
		}
		if isNamed {
			out.broken = reason
		}
		if ends.After(out.until) {
			out.campaign, out.until, out.opens = launch.Campaign, ends, launch.Opens
		}
	}
	return out
}

// breaks reads the annotation break-freeze: the opening whose launch it breaks, and why.
// Without either it breaks none.
func breaks(annotation string) (opens time.Time, reason string) {
	instant, reason, _ := strings.Cut(annotation, ": ")
	opens, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return time.Time{}, ""
	}
	return opens, strings.TrimSpace(reason)
}

// proved reports whether the running template, as we rendered it, was rolled out once.
func proved(seen *observed) bool {
	inputs := seen.running.Inputs
	return rolledOut(seen.deployment) || inputs != "" && seen.deployment.Annotations[annotationProved] == inputs
}

// complete reports whether the running template is rolled out: the Deployment's
// controller has seen it, and no pod has another one. Just after a change, its
// condition is still that of the old template.
func complete(d *appsv1.Deployment) bool {
	is := d.Status
	return rolledOut(d) && is.ObservedGeneration >= d.Generation && is.Replicas > 0 && is.UpdatedReplicas == is.Replicas
}

// rolledOut reports whether the running template was once complete and Available: the
// Deployment's controller says so, and does not take it back when pods fail.
func rolledOut(d *appsv1.Deployment) bool {
	for _, c := range d.Status.Conditions {
		if c.Type == appsv1.DeploymentProgressing {
			return c.Status == corev1.ConditionTrue && c.Reason == "NewReplicaSetAvailable"
		}
	}
	return false
}
