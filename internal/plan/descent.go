/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import "slices"

// gentleStep is within how many minutes a gently released floor may fall once.
const gentleStep = 5

// descent is where a gently released floor has come to.
type descent struct {
	// next is the minute after those that last holds, latest last.
	next int64
	last [gentleStep]int
}

// floorAt is the floor of minute m after both rules.
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

// descendTo goes on to the minute end, in minutes that are all as the first is.
func (l *timeline) descendTo(end int64) {
	d := &l.descent
	for held := l.held(d.next); d.next < end; d.next++ {
		floor := held
		for _, before := range d.last {
			floor = max(floor, l.lower(before))
		}
		copy(d.last[:], d.last[1:])
		d.last[gentleStep-1] = floor
		if slices.Max(d.last[:]) == held { // nothing is left to let go
			d.next = end
			return
		}
	}
}

// longestDescent is how many minutes before m a floor can have been let go that
// is above the base still.
func (l *timeline) longestDescent(m int64) int64 {
	most, steps := l.channel.Base, int64(1)
	for i := range l.rises {
		if r := &l.rises[i]; r.starts <= m {
			most = max(most, r.need)
		}
	}
	for ; most > l.channel.Base; steps++ {
		most = l.lower(most)
	}
	return steps * gentleStep
}

// lower is the least that a floor may be one gentle step later.
func (l *timeline) lower(floor int) int { return max(l.channel.Base, floor-max(1, floor/10)) }
