/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import "time"

const (
	// holdBeforeRamp is how long before a ramp the floor stops falling.
	holdBeforeRamp = time.Hour
	// longestHold bounds how far back a kept floor may come from, so that
	// openings in an unbroken chain do not keep a floor for days.
	longestHold = 24 * 60
	// gentleStep is how often a gently released floor may fall.
	gentleStep = 5
)

// held is the floor of minute m after the first rule that keeps capacity: from
// an hour before a ramp until its peak the floor does not fall.
func (l *timeline) held(m int64) int {
	floor := l.raw(m)
	from, holding := l.holdsSince(m)
	for u := m - 1; holding && u >= from; u-- {
		floor = max(floor, l.raw(u))
	}
	return floor
}

// holdsSince says whether the floor may not fall in minute m, and the last
// minute before that began. Holds that touch are one.
func (l *timeline) holdsSince(m int64) (since int64, holding bool) {
	since = m
	for i := len(l.rises) - 1; i >= 0; i-- {
		r := l.rises[i]
		begins, ends := minuteOf(r.starts.Add(-holdBeforeRamp)), minuteOf(r.at)
		if begins <= since && since < ends {
			since, holding = begins-1, true
			i = len(l.rises) // a hold that touches this one may be anywhere in the list
		}
	}
	return max(since, m-longestHold), holding
}

// floorAt is the floor of minute m after both rules.
func (l *timeline) floorAt(m int64) int {
	floor := l.held(m)
	if !l.channel.Gentle {
		return floor
	}
	// The way down may pass from several peaks; max and lower commute, so the
	// recursion is a look back.
	for back, most := int64(1), l.lower(l.channel.Max); most > floor; back++ {
		then := l.held(m - back*gentleStep)
		for range back {
			then = l.lower(then)
		}
		floor = max(floor, then)
		most = l.lower(most)
	}
	return floor
}

// lower is the least that a floor may be one gentle step later.
func (l *timeline) lower(floor int) int { return max(l.channel.Base, floor-max(1, floor/10)) }
