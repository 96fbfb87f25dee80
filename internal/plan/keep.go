/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"cmp"
	"slices"
)

const (
	// holdBeforeRamp is how many minutes before a ramp the floor stops falling.
	holdBeforeRamp = 60
	// longestHold bounds how far back a kept floor may come from, so that
	// openings in an unbroken chain do not keep a floor for days.
	longestHold = 24 * 60
)

// hold is a stretch of minutes, ends not included, in which the floor may not fall.
type hold struct{ begins, ends int64 }

// findHolds puts a hold before every rise. It begins when the first of the
// opening campaigns is announced if that is later: what was let go by then
// stays let go. Holds that touch are one.
func (l *timeline) findHolds() []hold {
	var holds []hold
	for _, r := range l.rises {
		begins := r.starts - holdBeforeRamp
		if !r.announced.IsZero() {
			begins = max(begins, minuteOf(r.announced))
		}
		if begins < r.minute {
			holds = append(holds, hold{begins, r.minute})
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
	for i := range l.rises {
		if u := l.rises[i].minute; from < u && u < m {
			floor = max(floor, l.raw(u))
		}
	}
	return floor
}
