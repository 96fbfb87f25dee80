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
	// RampStarts is the whole minute in which the floor begins to climb; the
	// zero time if what runs is enough.
	RampStarts time.Time
	// Peak is the channel's floor by ReadyBy, for all campaigns together; Wanted
	// is the same without the cap; Share is this campaign's part of Peak.
	Peak, Wanted, Share int
	// Late is how much too late the opening was announced for its ramp; 0 if in time.
	Late time.Duration
}

// Capped says that the cap cuts the peak.
func (l Launch) Capped() bool { return l.Wanted > l.Peak }

func (l *timeline) launches() []Launch {
	var launches []Launch
	for _, r := range l.rises {
		loads := make([]int64, len(l.campaigns))
		for i, c := range l.campaigns {
			loads[i] = l.load(c, r.at)
		}
		peak := max(l.channel.Base, r.need)
		parts := split(r.need, loads)
		level := max(l.channel.Base, r.before)
		for i, c := range l.campaigns {
			if !c.readyBy.Equal(r.at) {
				continue
			}
			launch := Launch{
				Campaign: c.Name, Opens: c.Opens, ReadyBy: c.readyBy,
				Peak: peak, Wanted: max(r.wanted, peak), Share: parts[i],
			}
			if r.need > level {
				launch.RampStarts = l.rampStart(r, level)
				launch.Late = lateness(c.Announced, launch.RampStarts)
			}
			launches = append(launches, launch)
		}
	}
	slices.SortFunc(launches, func(a, b Launch) int { return cmp.Compare(a.Campaign, b.Campaign) })
	return launches
}

func lateness(announced, rampStarts time.Time) time.Duration {
	if announced.IsZero() {
		return 0
	}
	return max(0, announced.Sub(rampStarts))
}
