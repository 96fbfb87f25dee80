/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"slices"
	"sort"
)

const (
	// gentleStep is the number of minutes in which a gently released floor falls by at
	// most a tenth.
	gentleStep = 5
	tenth      = 10
	// fiftieth is the most that it falls in one minute. An autoscaler reacts only
	// outside its dead band and then needs about a minute to catch up from one replica:
	// meanwhile one or two such steps are lost, which it bears; a tenth at once it
	// would not.
	fiftieth = 50
)

// descent is the state of a gently released floor.
type descent struct {
	// next is the minute after those that last holds, latest last.
	next int64
	last [gentleStep]int
	// from and takes cache the longest descent, from that many replicas.
	from  int
	takes int64
}

// floorAt returns the floor of minute m after both rules.
func (l *timeline) floorAt(m int64) int {
	if !l.channel.Gentle {
		return l.held(m)
	}
	d := &l.descent
	if begins := m - l.longestDescent(m); d.next > m || d.next < begins {
		d.next = begins
		for i := range d.last {
			d.last[i] = l.channel.Base
		}
	}
	for d.next <= m {
		l.descendTo(min(m+1, l.nextEdge(d.next)))
	}
	return d.last[gentleStep-1]
}

// descendTo continues to minute end; all minutes until then are like the first.
func (l *timeline) descendTo(end int64) {
	d := &l.descent
	for held := l.held(d.next); d.next < end; d.next++ {
		floor := held
		for _, before := range d.last {
			floor = max(floor, l.lower(before, tenth))
		}
		floor = max(floor, l.lower(d.last[gentleStep-1], fiftieth))
		copy(d.last[:], d.last[1:])
		d.last[gentleStep-1] = floor
		if slices.Max(d.last[:]) == held { // nothing is left to release
			d.next = end
			return
		}
	}
}

// longestDescent returns how many minutes before m a floor may have been released that
// is still above the base.
func (l *timeline) longestDescent(m int64) int64 {
	most := l.channel.Base
	for i := range l.rises {
		if r := &l.rises[i]; r.starts <= m {
			most = max(most, r.need)
		}
	}
	if d := &l.descent; d.from != most {
		d.from, d.takes = most, l.descentFrom(most)
	}
	return l.descent.takes
}

func (l *timeline) descentFrom(most int) int64 {
	steps := int64(1)
	for ; most > l.channel.Base; steps++ {
		inFive := most * 9 / 10 / fiftieth * gentleStep // at least, since it slows down meanwhile
		most -= min(max(1, most/tenth), max(gentleStep, inFive))
	}
	return (steps + 1) * gentleStep
}

// lower returns the floor less one part of it, at least one replica less.
func (l *timeline) lower(floor, part int) int {
	return max(l.channel.Base, floor-max(1, floor/part))
}

const (
	// holdBeforeRamp is the number of minutes before a ramp in which the floor does not
	// fall.
	holdBeforeRamp = 60
	// longestHold limits how long a floor is kept, so that an unbroken chain of
	// openings does not keep one for days.
	longestHold = 24 * 60
)

// hold is a stretch in which the floor may not fall.
type hold struct {
	stretch
	// before caches the floor of the minute before it; 0: not computed yet.
	before int
}

// findHolds puts a hold before every rise. It begins when the first of the opening
// campaigns is announced, if that is later: capacity released before stays released.
// Holds that touch are merged.
func (l *timeline) findHolds() {
	holds := make([]stretch, 0, len(l.rises))
	for i := range l.rises {
		r := &l.rises[i]
		begins := r.starts - holdBeforeRamp
		if !r.announced.IsZero() {
			begins = max(begins, minuteOf(r.announced))
		}
		if begins < r.minute {
			holds = append(holds, stretch{begins, r.minute})
		}
	}
	holds = joined(holds)
	l.holds = make([]hold, 0, len(holds))
	for _, h := range holds {
		l.holds = append(l.holds, hold{stretch: h})
	}
}

// nextHold returns the hold in which m lies or the next one, or nil.
func (l *timeline) nextHold(m int64) *hold {
	i := sort.Search(len(l.holds), func(i int) bool { return l.holds[i].ends > m })
	if i == len(l.holds) {
		return nil
	}
	return &l.holds[i]
}

// held returns the floor of minute m after the first rule that keeps capacity: the
// largest since the minute before the hold began. Between two rises the floor is the
// larger of a falling need and a climbing ramp, so it is largest at one of the ends.
func (l *timeline) held(m int64) int {
	floor := l.raw(m)
	h := l.nextHold(m)
	if h == nil || m < h.begins {
		return floor
	}
	from := h.begins - 1
	if from >= m-longestHold {
		if h.before == 0 {
			h.before = l.rawOf(from)
		}
		floor = max(floor, h.before)
	} else {
		from = m - longestHold
		floor = max(floor, l.rawOf(from))
	}
	for i := l.nextRise(from + 1); i < len(l.rises) && l.rises[i].minute < m; i++ {
		r := &l.rises[i]
		if r.raw == 0 {
			r.raw = l.rawOf(r.minute)
		}
		floor = max(floor, r.raw)
	}
	return floor
}
