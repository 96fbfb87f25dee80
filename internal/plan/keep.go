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

const (
	// holdBeforeRamp is how long before a ramp the floor stops falling.
	holdBeforeRamp = time.Hour
	// longestHold bounds how far back a kept floor may come from, so that
	// openings in an unbroken chain do not keep a floor for days.
	longestHold = 24 * 60
	// gentleStep is how often a gently released floor may fall.
	gentleStep = 5
)

// hold is a stretch of minutes, ends not included, in which the floor may not fall.
type hold struct{ begins, ends int64 }

// findHolds puts a hold before every rise. It begins when the first of the
// opening campaigns is announced if that is later: what was let go by then
// stays let go. Holds that touch are one.
func (l *timeline) findHolds() []hold {
	var holds []hold
	for _, r := range l.rises {
		begins := minuteOf(r.starts.Add(-holdBeforeRamp))
		if !r.announced.IsZero() {
			begins = max(begins, minuteOf(r.announced))
		}
		if ends := minuteOf(r.at); begins < ends {
			holds = append(holds, hold{begins, ends})
		}
	}
	slices.SortFunc(holds, func(a, b hold) int { return cmp.Compare(a.begins, b.begins) })
	merged := holds[:0]
	for _, h := range holds {
		if last := len(merged) - 1; last >= 0 && h.begins <= merged[last].ends {
			merged[last].ends = max(merged[last].ends, h.ends)
			continue
		}
		merged = append(merged, h)
	}
	return merged
}

// held is the floor of minute m after the first rule that keeps capacity: the
// largest since the minute before the hold began. Between two rises the floor
// is the larger of a need that falls and a ramp that climbs, so that it is
// largest at either end.
func (l *timeline) held(m int64) int {
	floor := l.raw(m)
	i := slices.IndexFunc(l.holds, func(h hold) bool { return h.begins <= m && m < h.ends })
	if i < 0 {
		return floor
	}
	from := max(l.holds[i].begins-1, m-longestHold)
	floor = max(floor, l.raw(from))
	for _, r := range l.rises {
		if u := minuteOf(r.at); from < u && u < m {
			floor = max(floor, l.raw(u))
		}
	}
	return floor
}

// floorAt is the floor of minute m after both rules.
func (l *timeline) floorAt(m int64) int {
	if !l.channel.Gentle {
		return l.held(m)
	}
	if known, ok := l.gentle[m]; ok {
		return known
	}
	floor := max(l.held(m), l.lower(l.justBefore(m)))
	l.gentle[m] = floor
	return floor
}

// justBefore is the largest floor of the gentle step before minute m. It is
// known if the plan has come that way. Otherwise it is looked up in the past,
// as far back as the floor may come down from the cap.
func (l *timeline) justBefore(m int64) int {
	floor, known := 0, 0
	for u := m - gentleStep; u < m; u++ {
		if before, ok := l.gentle[u]; ok {
			floor, known = max(floor, before), known+1
		}
	}
	if known == gentleStep {
		return floor
	}
	floor = l.channel.Base
	for back := l.stepsDown(); back > 0; back-- {
		floor = l.lower(floor)
		for u := m - back*gentleStep; u < m-(back-1)*gentleStep; u++ {
			floor = max(floor, l.held(u))
		}
	}
	return floor
}

// stepsDown is how many gentle steps lead from the cap to the base.
func (l *timeline) stepsDown() int64 {
	steps := int64(1)
	for floor := l.channel.Max; floor > l.channel.Base; steps++ {
		floor = l.lower(floor)
	}
	return steps
}

// lower is the least that a floor may be one gentle step later.
func (l *timeline) lower(floor int) int { return max(l.channel.Base, floor-max(1, floor/10)) }
