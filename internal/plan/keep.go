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
	// holdBeforeRamp is the number of minutes before a ramp in which the floor does not
	// fall.
	holdBeforeRamp = 60
	// longestHold limits how long a floor is kept, so that an unbroken chain of
	// openings does not keep one for days.
	longestHold = 24 * 60
)

// hold is a range of minutes, without the last, in which the floor may not fall.
type hold struct{ begins, ends int64 }

// findHolds puts a hold before every rise. It begins when the first of the opening
// campaigns is announced, if that is later: capacity released before stays released.
// Holds that touch are merged.
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

// held returns the floor of minute m after the first rule that keeps capacity: the
// largest since the minute before the hold began. Between two rises the floor is the
// larger of a falling need and a climbing ramp, so it is largest at one of the ends.
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
