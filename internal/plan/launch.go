/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/figure"
)

// Launch holds what one campaign's opening needs of one channel.
type Launch struct {
	Campaign string
	// Opens is T; ReadyBy is T − readyBefore.
	Opens, ReadyBy time.Time
	// RampStarts is the whole minute in which the floor begins to climb for this
	// opening; the zero time if what the others need is enough.
	RampStarts time.Time
	// Peak is the channel's floor by ReadyBy, for all campaigns together; Wanted
	// is the same without the cap; Share is this campaign's part of Peak.
	Peak, Wanted, Share int
	// Cap is the most that may run then. Limit names what sets it, if it cuts the peak.
	Cap   int
	Limit Limit
	// Missing is the part of Load beyond Peak, in the same unit.
	Missing int64
	// Crowd is the number of people inside within one session of the opening, of all
	// campaigns together; Affected is the number of them who find the channel full.
	Crowd, Affected int64
	// Load of all campaigns on the channel by ReadyBy, in thousandths of what
	// Channel.LoadPerReplica counts.
	Load int64
	// KeepUntil is when the peak has been kept long enough. Ends is when this campaign
	// no longer counts: at its closing or a day after Opens, later by the length of its
	// pauses. The year 10001 while a pause lasts.
	KeepUntil, Ends time.Time
	// Late is the part of a ramp that was due before the opening was announced: it
	// starts at once. 0 if in time.
	Late time.Duration
}

// Limit names what sets a cap.
type Limit string

// The limits.
const (
	// LimitNone: nothing cuts the peak.
	LimitNone Limit = ""
	// LimitMaxReplicas: the channel's own maxReplicas.
	LimitMaxReplicas Limit = "maxReplicas"
	// LimitConnections: the store's connections, shared between the channels.
	LimitConnections Limit = "connections"
)

// Capped reports whether the cap cuts the peak.
func (l Launch) Capped() bool { return l.Wanted > l.Peak }

// Begins returns when the launch begins: with its ramp or, without one, when the
// channel must be Ready.
func (l Launch) Begins() time.Time {
	if l.RampStarts.IsZero() {
		return l.ReadyBy
	}
	return l.RampStarts
}

func (l *timeline) launches() []Launch {
	if len(l.campaigns) == 0 {
		return nil
	}
	for i := range l.rises {
		l.rises[i].ramp, l.rises[i].climbs = l.rampStart(i)
	}
	launches := make([]Launch, 0, len(l.campaigns))
	for i := range l.rises {
		launches = l.launchesAt(launches, &l.rises[i])
	}
	slices.SortStableFunc(launches, func(a, b Launch) int {
		if order := cmp.Compare(a.Campaign, b.Campaign); order != 0 {
			return order
		}
		return a.Opens.Compare(b.Opens)
	})
	return launches
}

// launchesAt adds the launches of the campaigns that must be Ready by a rise.
func (l *timeline) launchesAt(launches []Launch, r *rise) []Launch {
	all := Launch{
		ReadyBy: r.at, Cap: r.cap, Peak: max(l.channel.Base, r.need), Wanted: max(l.channel.Base, r.wanted), Load: r.load,
	}
	if r.climbs {
		all.RampStarts = instant(r.ramp)
	}
	first, end := l.around(r.minute)
	for i := first; i < end; i++ {
		all.Crowd += l.campaigns[i].crowd(r)
	}
	l.shortfall(&all)
	before := len(launches)
	passed := r.load // by all campaigns up to i; those that open are mostly the last
	for i, left := end-1, r.opening; left > 0; i-- {
		c := &l.campaigns[i]
		others := passed - l.loadAt(c, r)
		if c.readyBy.Equal(r.at) {
			one := all
			one.Campaign, one.Opens, one.KeepUntil, one.Ends = c.Name, c.Opens, c.keepUntil, c.ends
			one.Share = part(r.need, passed, r.load) - part(r.need, others, r.load)
			one.Late = l.lateness(i)
			launches = append(launches, one)
			left--
		}
		passed = others
	}
	slices.Reverse(launches[before:])
	return launches
}

// crowd returns the most people who are inside from where a campaign is as soon after
// its opening as the rise is after the instant at which it must be Ready.
func (c *campaign) crowd(r *rise) int64 {
	switch {
	case !c.countsAt(r):
		return 0
	case !c.paused:
		return c.stream.Most(r.at.Sub(c.readyBy))
	}
	return c.stream.Most(max(0, c.elapsed(r.at.Add(c.ReadyBefore))))
}

// shortfall computes the load beyond the cap and the people affected. A call centre
// with too few replicas turns away callers in proportion to the agents who cannot sign
// in.
func (l *timeline) shortfall(launch *Launch) {
	if !launch.Capped() {
		return
	}
	launch.Limit = LimitMaxReplicas
	if launch.Cap < min(launch.Wanted, l.channel.Max) {
		launch.Limit = LimitConnections
	}
	whole, served := launch.Load, int64(launch.Peak)*l.channel.LoadPerReplica
	if l.channel.CallCentre > 0 {
		whole = int64(launch.Wanted) * l.channel.LoadPerReplica
	}
	launch.Missing = max(0, whole-served)
	if launch.Missing > 0 {
		launch.Affected = figure.ShareNearest(launch.Crowd, launch.Missing, whole)
	}
}

// lateness returns the largest part of any ramp that was due before campaign i was
// announced and would not have been without it.
func (l *timeline) lateness(i int) time.Duration {
	c, late := &l.campaigns[i], time.Duration(0)
	if c.Announced.IsZero() {
		return 0
	}
	for j := range l.rises {
		r := &l.rises[j]
		if !c.Announced.After(instant(r.starts)) || l.loadAt(c, r) == 0 {
			continue
		}
		if starts := instant(r.ramp); r.climbs && c.Announced.After(starts) {
			_, without := l.wanted(r, i)
			own := r.need - min(without, r.cap)
			late = max(late, min(c.Announced.Sub(starts), l.climb(own)))
		}
	}
	return late
}
