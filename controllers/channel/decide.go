/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// mostSteps is the number of the plan's steps that are reported.
const mostSteps = 20

// roomCheck is the interval at which a channel that waits for connections looks again.
const roomCheck = 5 * time.Second

// wanted holds what follows for one channel at one instant, from what was observed alone.
type wanted struct {
	now time.Time
	// plan of the channel; planned is false if there is none: the platform is missing
	// or the channel's type unknown.
	plan    plan.ChannelPlan
	planned bool
	// most replicas that may run now; it limits the autoscaler.
	most int
	// learned is the time that the channel's pods need to start.
	learned learned
	// due is the floor for which pods have had the time to start.
	due int
	// next is when anything changes with time alone; the zero time: never.
	next time.Time

	objects workload.Objects
	// template is the hash of the inputs of the wanted pod template.
	template string
	// freeze holds the template; waits is true if a change waits for its end.
	freeze freeze
	waits  bool
	// scale of the Deployment.
	scale scale
}

// decide derives what follows. Without a plan nothing does: what runs stays.
func decide(seen *observed, now time.Time) wanted {
	out := wanted{now: now, learned: raised(seen.channel.Status, seen.startUps, now)}
	if !seen.platform {
		return out
	}
	input := seen.input(out.learned, now)
	out.plan, out.planned = plan.ForChannel(input, seen.channel.Name, now, mostSteps)
	if !out.planned {
		return out
	}
	out.most = input.MostNow(out.plan, plan.Replicas{Most: seen.most, Kept: seen.kept(out.plan.Floor.Replicas, now)})
	if out.due = min(out.plan.Floor.Replicas, out.most); seen.ready() < out.due { // only then it matters since when
		out.due = min(out.due, floorDue(seen, out.learned, now))
	}
	out.learned = out.learned.forgotten(seen.startUps, out.plan.Launches, now)
	out.next = out.plan.Next
	if out.most < out.plan.Cap {
		out.next = opening.Earliest(out.next, now.Add(roomCheck))
	}
	out.freeze = frozen(seen, out.plan, now)
	in := workload.Input{
		Channel:  seen.channel,
		Platform: seen.set.Platform,
		Floor:    int32(min(out.plan.Floor.Replicas, out.most)),
		Max:      int32(out.most),
		Running:  seen.running,
		Freeze:   out.freeze.holds(),
	}
	out.waits = in.Waits()
	out.objects = workload.Make(in)
	out.scale = scaleOf(seen, out, now)
	out.next = opening.Earliest(out.next, out.scale.next, out.freeze.until)
	if d := out.objects.Deployment; d != nil {
		out.template = d.Annotations[workload.AnnotationInputs]
		d.WithAnnotations(notes(seen, out.scale))
	}
	return out
}

// notes returns the annotations that the Deployment must remember. Writing one makes
// our view of the Deployment outdated, and replicas are never lowered on an outdated
// view: while they are lowered, only a handover is noted.
func notes(seen *observed, s scale) map[string]string {
	out := map[string]string{}
	if seen.deployment != nil {
		for _, key := range []string{annotationHandover, annotationProved} {
			if note := seen.deployment.Annotations[key]; note != "" {
				out[key] = note
			}
		}
	}
	if s.handover.active() {
		out[annotationHandover] = s.handover.String()
	}
	if s.lowers() {
		return out
	}
	if !s.handover.active() {
		delete(out, annotationHandover)
	}
	if seen.deployment != nil && seen.running.Inputs != "" && complete(seen.deployment) {
		out[annotationProved] = seen.running.Inputs
	}
	return out
}

// input returns the planner's input, with what has just been learned.
func (o *observed) input(l learned, now time.Time) plan.Input {
	in := o.set.Input(now)
	for i := range in.Channels {
		if in.Channels[i].Name == o.channel.Name {
			in.Channels[i].StartUp = l.time()
		}
	}
	return in
}

// floorDue returns the floor at the time at which a pod that becomes Ready now must
// have been created.
func floorDue(seen *observed, l learned, now time.Time) int {
	before := now.Add(-plan.StartUp(l.time()))
	then, _ := plan.ForChannel(seen.input(l, before), seen.channel.Name, before, 1)
	return then.Floor.Replicas
}
