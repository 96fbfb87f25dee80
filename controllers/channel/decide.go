/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// mostSteps of the plan are reported.
const mostSteps = 20

// intent is what is to be, as of one instant. It is made without looking at
// anything but what was observed.
type intent struct {
	now time.Time
	// plan of the channel; planned is false if there is no platform to plan for.
	plan    plan.ChannelPlan
	planned bool
	// due is the floor that pods have had the time to start for.
	due int
	// next is when anything changes by itself; the zero time: never.
	next time.Time

	objects workload.Objects
	// template is the hash of the inputs of the pod template that is to run.
	template string
	// freeze holds the template; waits says that a change does wait for its end.
	freeze freeze
	waits  bool
	// scale is what the Deployment's /scale is to be.
	scale scale
}

// decide says what is to be. Without a platform nothing is: what runs stays.
func decide(seen *observed, now time.Time) intent {
	out := intent{now: now}
	if !seen.platform {
		return out
	}
	whole := seen.set.Plan(now, mostSteps)
	out.plan, out.planned = whole.Channel(seen.channel.Name)
	if !out.planned {
		return out
	}
	out.due = floorDue(seen, out.plan.Floor.Replicas, now)
	out.next = whole.Next
	out.freeze = frozen(seen, out.plan, now)
	in := workload.Input{
		Channel:  seen.channel,
		Platform: seen.set.Platform,
		Floor:    int32(out.plan.Floor.Replicas),
		Max:      int32(out.plan.Cap),
		Running:  seen.running,
		Freeze:   out.freeze.holds(),
	}
	out.waits = in.Waits()
	out.objects = workload.Make(in)
	out.scale = scaleOf(seen, out.plan, now)
	out.next = wakeup.Earliest(out.next, out.scale.next, out.freeze.until)
	if d := out.objects.Deployment; d != nil {
		out.template = d.Annotations[workload.AnnotationInputs]
		if out.scale.handover.active() {
			d.WithAnnotations(map[string]string{annotationHandover: out.scale.handover.String()})
		}
	}
	return out
}

// floorDue is the smaller of the floor and what it was when a pod that is Ready
// just now must have been created.
func floorDue(seen *observed, floor int, now time.Time) int {
	then, _ := seen.set.Plan(now.Add(-startUp(seen.channel)), 1).Channel(seen.channel.Name)
	return min(floor, then.Floor.Replicas)
}

// startUp is the time in which a pod should be Ready, from the moment its floor was set.
func startUp(channel *v1alpha1.BookingChannel) time.Duration {
	learned := time.Duration(channel.Status.StartUpSeconds) * time.Second
	return plan.StartUp(learned)
}

// priority is that of the opening nearest in time.
func (i intent) priority() int {
	most := 0
	for _, launch := range i.plan.Launches {
		most = max(most, wakeup.Priority(i.now, launch.Opens))
	}
	return most
}
