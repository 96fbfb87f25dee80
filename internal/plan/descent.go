/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"slices"
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
}

// floorAt returns the floor of minute m after both rules.
func (l *timeline) floorAt(m int64) int {
	if !l.channel.Gentle {
		return l.held(m)
	}
	if begins := m - l.longestDescent(m); l.descent.next > m || l.descent.next < begins {
		l.descent = descent{next: begins}
		for i := range l.descent.last {
			l.descent.last[i] = l.channel.Base
		}
	}
	for l.descent.next <= m {
		l.descendTo(min(m+1, l.nextEdge(l.descent.next)))
	}
	return l.descent.last[gentleStep-1]
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
	most, steps := l.channel.Base, int64(1)
	for i := range l.rises {
		if r := &l.rises[i]; r.starts <= m {
			most = max(most, r.need)
		}
	}
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

// findHolds puts a hold, in which the floor may not fall, before every rise. It begins
// when the first of the opening campaigns is announced, if that is later: capacity
// released before stays released. Holds that touch are merged.
func (l *timeline) findHolds() []stretch {
	var holds []stretch
	for _, r := range l.rises {
		begins := r.starts - holdBeforeRamp
		if !r.announced.IsZero() {
			begins = max(begins, minuteOf(r.announced))
		}
		if begins < r.minute {
			holds = append(holds, stretch{begins, r.minute})
		}
	}
	return joined(holds)
}

// held returns the floor of minute m after the first rule that keeps capacity: the
// largest since the minute before the hold began. Between two rises the floor is the
// larger of a falling need and a climbing ramp, so it is largest at one of the ends.
func (l *timeline) held(m int64) int {
	floor := l.raw(m)
	i := slices.IndexFunc(l.holds, func(h stretch) bool { return h.begins <= m && m < h.ends })
	if i < 0 {
		return floor
	}
	from := max(l.holds[i].begins-1, m-longestHold)
	floor = max(floor, l.raw(from))
	for i := range l.rises {
		if u := l.rises[i].minute; from < u && u < m {
			floor = max(floor, l.raw(u))
		}
	}
	return floor
}
