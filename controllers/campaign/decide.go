/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

const (
	// lookAhead is the time before it must be Ready at which a channel without a ramp
	// is looked at. It is at least the longest time between two looks.
	lookAhead = 10 * time.Minute
	// longestLaunch is the time after the opening in which pods may still prove what
	// happened while nobody was watching.
	longestLaunch = 24 * time.Hour
)

// wanted holds what follows for one campaign at one instant.
type wanted struct {
	observed
	now time.Time

	// invalid is the error in the declared opening or closing.
	invalid error
	// announced is the memory of openings, including the declared one.
	announced []v1alpha1.AnnouncedOpening
	// pauses is the memory of pauses, including the declared one.
	pauses []v1alpha1.PausedSpan

	// inForce is true if an opening is in force; without one nothing below is set.
	inForce bool
	opening declared.Resolved
	// since is when the opening was announced.
	since time.Time
	// readyBy and keepUntil lie around the opening.
	readyBy, keepUntil time.Time
	// launches of the forecast's channels, in its order. planned is the case that they
	// come from, without what the pods prove now.
	launches []launch
	planned  feasibility.Case
	// launching is the campaign's launch in progress, also at a moved opening's old
	// instant.
	launching condition.Launching
	// hubs at which the campaign's people may be served; selector is the error in its
	// selector.
	hubs     []string
	selector error
	// outdated is why booking pods do not know the campaign as declared, shut why they
	// take no bookings for it. "" if it is published.
	outdated, shut string
	// feasible is set by status, once the pods have been read.
	feasible condition.Verdict
	// next is when the status may change with time alone; the zero time: never.
	next time.Time
}

// decide derives everything but what the pods prove.
func decide(seen observed, now time.Time) wanted {
	w := wanted{observed: seen, now: now}
	if seen.set != nil {
		w.schedule(*seen.set)
		w.compare()
		w.next = w.wakeUp()
	}
	return w
}

// schedule derives the opening, its launches and the hubs from a platform's set.
func (w *wanted) schedule(set declared.Set) {
	c := w.campaign
	w.announced, w.pauses = c.Status.Announced, declared.Pauses(c, w.now)
	resolved, err := declared.Resolve(c, set.Platform)
	w.invalid = err
	if err == nil {
		w.announced = declared.Announce(c.Status.Announced, resolved, w.now)
	}
	if w.opening, err = declared.InForce(c, set.Platform); err != nil {
		return
	}
	w.inForce = true
	w.hubs, w.selector = set.HubsFor(c)
	announced := c.DeepCopy()
	announced.Status.Announced, announced.Status.Pauses = w.announced, w.pauses
	set = set.Replace(announced)
	input, planned := set.Input(w.now), map[string][]plan.Launch{}
	if channels := channelsOf(c); len(channels) > 0 {
		planned = plan.Launches(input, channels...)
	}
	w.launching = condition.LaunchingAt(w.now, condition.LaunchesOf(c.Name, planned))
	if w.planned, err = feasibility.NewCase(set, announced, planned, w.now); err != nil {
		w.inForce = false
		return
	}
	w.since, w.readyBy, w.keepUntil = w.planned.Since, w.planned.ReadyBy, w.planned.KeepUntil
	for _, of := range w.planned.Launches {
		l := launch{Launch: of}
		if w.awaits(l) && !l.Proved.IsZero() {
			channel, _ := plan.ForChannel(input, l.Channel, w.now, 1)
			l.floor = channel.Floor.Replicas
		}
		w.launches = append(w.launches, l)
	}
}

// compare decides what booking pods know of the campaign if the platform's newest
// catalog is not published or leaves it out: the last one may hold it as declared, as
// it was before, or not at all.
func (w *wanted) compare() {
	why := unpublished(*w.set, w.campaign)
	if why == "" || !w.inForce {
		return
	}
	since := ", since " + why
	i := slices.IndexFunc(w.published.Campaigns, func(c catalog.Campaign) bool { return c.Name == w.campaign.Name })
	if !w.readable || i < 0 {
		w.outdated = "booking pods do not know it" + since
		w.shut = w.outdated
		return
	}
	last := w.published.Campaigns[i]
	if asDeclared(last, declared.Set{Platform: w.set.Platform, Campaigns: []v1alpha1.Campaign{*w.campaign}}) {
		return
	}
	w.outdated = "booking pods do not know it as it is declared" + since
	if last.Paused != "" || last.OpensAt.After(w.now) {
		w.shut = w.outdated
	}
}

// asDeclared reports whether a published campaign equals the only one of a set.
func asDeclared(published catalog.Campaign, alone declared.Set) bool {
	wanted, _ := alone.Catalog()
	return catalog.Catalog{Campaigns: wanted.Campaigns}.Digest() == catalog.Catalog{Campaigns: []catalog.Campaign{published}}.Digest()
}

// channelsOf returns the channels of the forecast.
func channelsOf(c *v1alpha1.Campaign) []string {
	var names []string
	for _, share := range c.Spec.Forecast.ChannelShares {
		names = append(names, share.Channel)
	}
	return names
}

// wakeUp returns the first instant after now at which the status may change.
func (w *wanted) wakeUp() time.Time {
	if !w.inForce {
		return time.Time{}
	}
	instants := []time.Time{w.opening.OpensAt, w.opening.ClosesAt, w.readyBy, w.keepUntil, w.launching.Next}
	for _, l := range w.launches {
		instants = append(instants, w.awaitedFrom(l))
	}
	instants = slices.DeleteFunc(instants, func(t time.Time) bool { return !t.After(w.now) })
	return opening.Earliest(instants...)
}

// inPast reports whether the opening was already over when it was first seen.
func (w *wanted) inPast() bool { return !w.since.Before(w.opening.OpensAt) }

// reached reports whether an instant has come; the zero time never does.
func (w *wanted) reached(t time.Time) bool { return !t.IsZero() && !w.now.Before(t) }

// launch holds what the opening needs of one channel, and what its pods prove.
type launch struct {
	feasibility.Launch
	// ready holds the instants at which the channel's pods became Ready.
	ready []time.Time
	// floor of the channel now, if it was proved: an earlier opening's peak may be
	// over.
	floor int
}

// due returns how many Ready pods a proved channel needs now.
func (l launch) due() int { return max(1, min(l.Peak, l.floor)) }

// awaitedFrom returns when pods begin to count for a launch.
func (w *wanted) awaitedFrom(l launch) time.Time {
	if l.RampStarts.IsZero() {
		return w.readyBy.Add(-lookAhead)
	}
	return l.RampStarts
}

// awaits reports whether a channel's pods may prove something new or, until the peak
// has been kept long enough, that proved capacity is lost.
func (w *wanted) awaits(l launch) bool {
	until := w.keepUntil
	if l.Proved.IsZero() {
		until = w.opening.OpensAt.Add(longestLaunch)
	}
	return l.Planned && w.reached(w.awaitedFrom(l)) && !w.reached(until)
}

// compareWithProof decides from a channel's Ready pods whether it is at its peak for the
// first time, has lost pods since, or has them back. What was lost before the opening is
// proved anew, since a channel that was whole only for a while was not in time.
func (w *wanted) compareWithProof(l *launch) {
	due := l.due()
	switch {
	case l.Proved.IsZero():
		l.Proved = provedAt(l.ready, l.Peak, w.keepUntil)
	case len(l.ready) < due:
		if l.Lost.IsZero() {
			l.Lost = w.now.Truncate(time.Second)
		}
	case !l.Lost.IsZero():
		if w.lostBeforeOpening(*l) {
			l.Proved = opening.Later(l.Lost, l.ready[due-1])
		}
		l.Lost = time.Time{}
	}
}

// lostBeforeOpening reports whether pods are missing since before the opening.
func (w *wanted) lostBeforeOpening(l launch) bool {
	return !l.Lost.IsZero() && l.Lost.Before(w.opening.OpensAt)
}

// lost names the channels that were proved Ready and are no longer. After the launch the
// last verdict stands.
func (w *wanted) lost() string {
	var words []string
	for _, l := range w.launches {
		switch {
		case l.Lost.IsZero():
		case w.awaits(l):
			words = append(words, fmt.Sprintf("now %s has %d Ready pods of %d", l.Channel, len(l.ready), l.due()))
		default:
			words = append(words, fmt.Sprintf("%s lost pods at %s and did not have them back by the end of the launch at %s",
				l.Channel, w.planned.Clock(l.Lost), w.planned.Clock(w.keepUntil)))
		}
	}
	return strings.Join(words, ", ")
}

// provedAt returns when the peak was reached, given when each Ready pod became
// Ready, in order. It returns the zero time if it was not by the deadline.
func provedAt(ready []time.Time, peak int, deadline time.Time) time.Time {
	if peak < 1 || len(ready) < peak || ready[peak-1].After(deadline) {
		return time.Time{}
	}
	return ready[peak-1]
}

// lastProved returns when the last channel was proved Ready, if all were.
func (w *wanted) lastProved() (last time.Time, all bool) {
	for _, l := range w.launches {
		if l.Proved.IsZero() {
			return time.Time{}, false
		}
		if l.Proved.After(last) {
			last = l.Proved
		}
	}
	return last, len(w.launches) > 0
}

// lateSeconds returns by how much the last channel was proved too late; nil until all
// are, and while pods are missing that were lost before the opening.
func (w *wanted) lateSeconds() *int64 {
	last, all := w.lastProved()
	if !all || slices.ContainsFunc(w.launches, w.lostBeforeOpening) {
		return nil
	}
	late := max(0, int64(last.Sub(w.readyBy)/time.Second))
	return &late
}

// channels returns the launches for the status.
func (w *wanted) channels() []v1alpha1.ChannelLaunch {
	var out []v1alpha1.ChannelLaunch
	for _, l := range w.launches {
		entry := v1alpha1.ChannelLaunch{Channel: l.Channel}
		if l.Planned {
			share := int32(l.Share)
			entry.PeakFloor, entry.Share = int32(l.Peak), &share
			entry.RampStartsAt, entry.ProvedReadyAt, entry.LostAt = instant(l.RampStarts), instant(l.Proved), instant(l.Lost)
		}
		out = append(out, entry)
	}
	return out
}

// instant converts a time for the status; nil for the zero time.
func instant(t time.Time) *metav1.Time {
	if t.IsZero() {
		return nil
	}
	return &metav1.Time{Time: t.UTC()}
}
