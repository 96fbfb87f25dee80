/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

const (
	// annotationHandover on the Deployment remembers a handover: since when, and how
	// many replicas ran.
	annotationHandover = "booking.mezzanotte.dev/handover"
	// handoverStep is the interval at which a fiftieth of them goes, as in the plan's
	// release in External mode.
	handoverStep = time.Minute
	// handoverSteps is the number of these steps in which at most a tenth goes.
	handoverSteps   = 5
	tenth, fiftieth = 10, 50
	// climbTime is longer than the time between two steps up of another autoscaler:
	// several rounds of an HPA.
	climbTime = 90 * time.Second
)

// scale is the wanted scale of the Deployment.
type scale struct {
	// replicas wanted; 0: the autoscaler decides.
	replicas int32
	// found is the Deployment's number of replicas.
	found int32
	// lift is true if the Deployment was found at 0, where our autoscaler is off.
	lift bool
	// handover to somebody else's autoscaler, while it lasts.
	handover handover
	// asked by the other autoscaler, in External mode.
	asked asked
	// next is when it changes with time alone; the zero time: never.
	next time.Time
}

// needed reports whether the scale must be written.
func (s scale) needed() bool { return s.replicas != 0 && s.replicas != s.found }

// lowers reports whether replicas go.
func (s scale) lowers() bool { return s.needed() && s.replicas < s.found }

// scaleOf returns the wanted scale. In Managed mode the autoscaler decides, but needs
// one replica to begin with, and what somebody else set below the floor is set back. In External mode it is what the other autoscaler asks for,
// at least the floor and what a handover keeps, at most the cap.
func scaleOf(seen *observed, wanted wanted, now time.Time) scale {
	floor := min(wanted.plan.Floor.Replicas, wanted.most)
	found := replicasOf(seen.deployment)
	out := scale{found: found}
	if !seen.external() {
		if out.lift = found == 0; out.lift || seen.lowered(floor, now) {
			out.replicas = int32(floor)
		}
		return out
	}
	out.lift = found == 0
	least := seen.least(wanted.plan.Floor.Replicas)
	out.handover = handingOver(seen, wanted.plan.Floor.Replicas, now)
	out.replicas = int32(min(out.handover.level(now, least), wanted.most))
	if out.handover.active() {
		out.next = out.handover.next(now)
	}
	out.asked = askedOf(seen.channel, now)
	if until := out.asked.climbsUntil(); out.replicas < found && now.Before(until) {
		out.replicas, out.next = min(found, int32(wanted.most)), opening.Earliest(out.next, until)
	}
	return out
}

// asked is the number that the other autoscaler asks for, and when it last asked for
// more.
type asked struct {
	replicas int32
	roseAt   time.Time
}

// askedOf compares the number asked for with that in the last status: managed fields do
// not keep the time of a write to /scale.
func askedOf(channel *v1alpha1.BookingChannel, now time.Time) asked {
	before := channel.Status.Asked
	out := asked{replicas: channel.Spec.Replicas}
	switch {
	case before.Replicas > 0 && out.replicas > before.Replicas:
		out.roseAt = now.Truncate(time.Second)
	case out.replicas == before.Replicas && before.RoseAt != nil:
		out.roseAt = before.RoseAt.Time
	}
	return out
}

// climbsUntil returns how long the other autoscaler may still be on its way up. It
// counts its rate limit from the channel's replicas, which may be 1, and not from what
// runs: once it has noticed that too few run, it needs some rounds to ask for all it
// wants. What runs does not fall meanwhile.
func (a asked) climbsUntil() time.Time {
	if a.roseAt.IsZero() {
		return time.Time{}
	}
	return a.roseAt.Add(climbTime)
}

// status returns it for the channel's status; the zero value in Managed mode.
func (a asked) status() v1alpha1.AskedReplicas {
	out := v1alpha1.AskedReplicas{Replicas: a.replicas}
	if !a.roseAt.IsZero() {
		out.RoseAt = &metav1.Time{Time: a.roseAt}
	}
	return out
}

// replicasOf returns a Deployment's replicas; one that does not exist yet is created
// with 1.
func replicasOf(d *appsv1.Deployment) int32 {
	if d == nil || d.Spec.Replicas == nil {
		return 1
	}
	return *d.Spec.Replicas
}

// handover is the number of replicas that our autoscaler, or a floor that fell because
// people changed their minds, left behind, and when. The other autoscaler computes from
// the channel's replicas, which may be far fewer: following it at once would drop the
// load on what is left, and within its dead band it would not even notice. So the
// replicas are released by a fiftieth a minute, and a tenth in five, until the other
// side asks for as many.
type handover struct {
	since    time.Time
	replicas int
}

func (h handover) active() bool { return h.replicas > 0 }

// String returns the annotation.
func (h handover) String() string {
	return fmt.Sprintf("%s %d", h.since.UTC().Format(time.RFC3339), h.replicas)
}

func parseHandover(text string) handover {
	var since string
	var h handover
	if n, err := fmt.Sscanf(text, "%s %d", &since, &h.replicas); n != 2 || err != nil {
		return handover{}
	}
	var err error
	if h.since, err = time.Parse(time.RFC3339, since); err != nil {
		return handover{}
	}
	return h
}

// level returns the replicas at now, at least those asked for.
func (h handover) level(now time.Time, asked int) int {
	levels := []int{h.replicas}
	for steps := h.steps(now); steps > 0 && levels[len(levels)-1] > asked; steps-- {
		last := levels[len(levels)-1]
		next := last - planStep(last)
		for _, before := range levels[max(0, len(levels)-handoverSteps):] {
			next = max(next, before-max(1, before/tenth))
		}
		levels = append(levels, next)
	}
	return max(levels[len(levels)-1], asked)
}

func (h handover) next(now time.Time) time.Time {
	return h.since.Add(time.Duration(h.steps(now)+1) * handoverStep)
}

func (h handover) steps(now time.Time) int64 { return max(0, int64(now.Sub(h.since)/handoverStep)) }

// least returns the replicas without a handover: what the other side asks for, and at
// least the floor.
func (o *observed) least(floor int) int { return max(int(o.channel.Spec.Replicas), floor) }

// handingOver returns the handover in progress: the remembered one until the other side
// asks for as many, or a new one that leaves more.
func handingOver(seen *observed, floor int, now time.Time) handover {
	if seen.deployment == nil {
		return handover{}
	}
	least := seen.least(floor)
	h := parseHandover(seen.deployment.Annotations[annotationHandover])
	leaves := int(replicasOf(seen.deployment))
	if h.active() || seen.autoscaler == nil {
		leaves = fallen(seen, floor)
	}
	if leaves > h.level(now, least) {
		h = handover{since: now.Truncate(time.Second), replicas: leaves}
	}
	if h.level(now, least) <= least {
		return handover{}
	}
	return h
}

// fallen returns the replicas left behind by a floor that fell by more than a step of
// the plan: the plan sees only what is declared now, not that there was more a moment
// ago. 0 if it did not.
func fallen(seen *observed, floor int) int {
	before := int(seen.channel.Status.Floor.Replicas)
	leaves := min(before, int(replicasOf(seen.deployment)))
	if before-floor <= planStep(before) || leaves-seen.least(floor) <= planStep(leaves) {
		return 0
	}
	return leaves
}

// planStep returns how far the plan lets a floor fall at once.
func planStep(floor int) int { return max(1, floor/fiftieth) }

// running returns the replicas that a Deployment has or wants, whichever is more.
func running(d *appsv1.Deployment) int {
	if d == nil {
		return 0
	}
	return max(int(replicasOf(d)), int(d.Status.Replicas))
}

// kept returns how many running replicas a lower maximum must not kill. In External
// mode they are those that the other autoscaler asks for or takes over.
func (o *observed) kept(floor int, now time.Time) int {
	if !o.external() {
		return running(o.deployment)
	}
	return min(running(o.deployment), handingOver(o, floor, now).level(now, o.least(floor)))
}
