/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"cmp"
	"slices"
	"sort"
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
	// Late is how much of a ramp was due, at the pace, before the opening was
	// announced: so much of it starts at once. 0 if in time.
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
		starts := l.rampStart(r)
		for i, c := range l.campaigns {
			if !c.readyBy.Equal(r.at) {
				continue
			}
			launches = append(launches, Launch{
				Campaign: c.Name, Opens: c.Opens, ReadyBy: c.readyBy, RampStarts: starts,
				Peak: peak, Wanted: max(r.wanted, peak), Share: parts[i], Late: l.lateness(i),
			})
		}
	}
	slices.SortStableFunc(launches, func(a, b Launch) int {
		return cmp.Or(cmp.Compare(a.Campaign, b.Campaign), a.Opens.Compare(b.Opens))
	})
	return launches
}

// rampStart is the minute in which a rise begins to ask for more than the base,
// the need of that minute and the rises before it. From then on it does until
// its peak is due, since no ramp is faster than its own.
func (l *timeline) rampStart(r rise) time.Time {
	first, last := minuteOf(r.starts), minuteOf(r.at)-1
	asks := func(i int) bool {
		m := first + int64(i)
		level := max(l.channel.Base, l.need(instant(m)))
		for _, sooner := range l.rises {
			if sooner.at.Before(r.at) && minuteOf(sooner.at) >= m {
				level = max(level, l.candidate(sooner, m))
			}
		}
		return l.candidate(r, m) > level
	}
	count := int(last - first + 1)
	if i := sort.Search(count, asks); i < count {
		return instant(first + int64(i))
	}
	return time.Time{}
}

// lateness of the campaign i is the largest part of any ramp that was due before
// it was announced and would not have been without it.
func (l *timeline) lateness(i int) time.Duration {
	c, late := l.campaigns[i], time.Duration(0)
	if c.Announced.IsZero() {
		return 0
	}
	others := slices.Delete(slices.Clone(l.campaigns), i, i+1)
	for _, r := range l.rises {
		if !c.Announced.After(r.starts) || l.load(c, r.at) == 0 {
			continue
		}
		if starts := l.rampStart(r); !starts.IsZero() && c.Announced.After(starts) {
			own := r.need - min(l.wantedBy(others, r.at), l.channel.Max)
			late = max(late, min(c.Announced.Sub(starts), l.climb(own)))
		}
	}
	return late
}
