/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"cmp"
	"slices"
	"time"
)

// Launch is what one campaign's opening needs of one channel.
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
	// Cap is the most that may run then, and Limit is what sets it where it cuts the peak.
	Cap   int
	Limit Limit
	// Missing is the part of Load that Peak does not bear, in the same unit.
	Missing int64
	// Crowd is how many people all campaigns together bring inside within one session
	// of the opening, and Affected how many of them meet a channel that is full.
	Crowd, Affected int64
	// Load is what all campaigns together put on the channel by ReadyBy, in
	// thousandths of what Channel.LoadPerReplica counts.
	Load int64
	// Ends is when this campaign no longer counts: at its closing or a day after Opens.
	Ends time.Time
	// Late is how much of a ramp was due, at the pace, before the opening was
	// announced: so much of it starts at once. 0 if in time.
	Late time.Duration
}

// Limit is what sets a cap.
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

// Capped says that the cap cuts the peak.
func (l Launch) Capped() bool { return l.Wanted > l.Peak }

func (l *timeline) launches() []Launch {
	var launches []Launch
	for i := range l.rises {
		launches = append(launches, l.launchesAt(&l.rises[i])...)
	}
	slices.SortStableFunc(launches, func(a, b Launch) int {
		return cmp.Or(cmp.Compare(a.Campaign, b.Campaign), a.Opens.Compare(b.Opens))
	})
	return launches
}

func (l *timeline) launchesAt(r *rise) []Launch {
	loads, sum := make([]int64, len(l.campaigns)), int64(0)
	for i := range l.campaigns {
		loads[i] = l.load(&l.campaigns[i], r.at)
		sum += loads[i]
	}
	var rampStarts time.Time
	if m, climbs := l.rampStart(r); climbs {
		rampStarts = instant(m)
	}
	var launches []Launch
	peak, parts := max(l.channel.Base, r.need), split(r.need, loads)
	for i, c := range l.campaigns {
		if c.readyBy.Equal(r.at) {
			launches = append(launches, Launch{
				Campaign: c.Name, Opens: c.Opens, ReadyBy: c.readyBy, RampStarts: rampStarts,
				Peak: peak, Wanted: max(r.wanted, peak), Share: parts[i], Late: l.lateness(i),
				Load: sum, Ends: c.ends,
			})
		}
	}
	return launches
}

// lateness of the campaign i is the largest part of any ramp that was due before
// it was announced and would not have been without it.
func (l *timeline) lateness(i int) time.Duration {
	c, late := &l.campaigns[i], time.Duration(0)
	if c.Announced.IsZero() {
		return 0
	}
	for j := range l.rises {
		r := &l.rises[j]
		if !c.Announced.After(instant(r.starts)) || l.load(c, r.at) == 0 {
			continue
		}
		if starts, climbs := l.rampStart(r); climbs && c.Announced.After(instant(starts)) {
			own := r.need - min(l.wanted(r.at, i), l.channel.Max)
			late = max(late, min(c.Announced.Sub(instant(starts)), l.climb(own)))
		}
	}
	return late
}
