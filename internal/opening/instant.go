/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"iter"
	"math"
	"time"
)

const (
	day = 24 * 60 * 60 // seconds

	// No offset reaches this many seconds either way (RFC 9636 §3.2), so
	// every reading of a wall clock lies this near to the same reading in UTC.
	widest = 26 * 60 * 60
)

// stretch is a time during which clocks run without a change: while
// begins ≤ u < ends the wall clock reads u + offset. Neighbours may share an
// offset.
type stretch struct{ begins, ends, offset int64 }

// stretches walks through the stretches of a zone, from an instant on.
func stretches(loc *time.Location, from int64) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		for {
			s := stretchFrom(loc, from)
			if !yield(s) || s.ends == math.MaxInt64 {
				return
			}
			from = s.ends
		}
	}
}

// stretchFrom gives what is left, at an instant, of the stretch it lies in.
func stretchFrom(loc *time.Location, from int64) stretch {
	t := time.Unix(from, 0).In(loc)
	_, offset := t.Zone()
	_, end := t.ZoneBounds()
	s := stretch{begins: from, ends: end.Unix(), offset: int64(offset)}
	switch {
	case end.IsZero():
		s.ends = math.MaxInt64
	case s.ends <= from:
		// On 31 December of leap years after 2037 Go ends the year, and with
		// it the stretch, a day too soon: on that day the end has passed.
		// Clocks are changed at no such time, so the UTC day is one stretch.
		s.ends = from - (from%day+day)%day + day
	}
	return s
}

// first gives the first instant at which the wall clock reads wall or later.
func first(wall int64, loc *time.Location) int64 {
	for s := range stretches(loc, wall-widest) {
		if exact := wall - s.offset; exact < s.ends {
			return max(s.begins, exact)
		}
	}
	return wall // not reached: the last stretch has no end
}

// readings gives every instant at which the wall clock reads wall, in order.
// There are none where clocks skip it, and two where they go back over it.
func readings(wall int64, loc *time.Location) []int64 {
	var at []int64
	for s := range stretches(loc, wall-widest) {
		if s.begins > wall+widest {
			break
		}
		if exact := wall - s.offset; s.begins <= exact && exact < s.ends {
			at = append(at, exact)
		}
	}
	return at
}

// wallAt gives what the wall clock reads at an instant.
func wallAt(instant int64, loc *time.Location) int64 {
	_, offset := time.Unix(instant, 0).In(loc).Zone()
	return instant + int64(offset)
}

// Later keeps what was announced: when the same civil time resolves anew,
// because the zone database has changed, the later of both instants stands.
// A zero announced instant means that nothing was announced yet.
func Later(announced, resolved time.Time) time.Time {
	if announced.After(resolved) {
		return announced
	}
	return resolved
}

// Earliest returns the earliest of some instants, where the zero time means never.
func Earliest(instants ...time.Time) time.Time {
	var first time.Time
	for _, t := range instants {
		if first.IsZero() || (!t.IsZero() && t.Before(first)) {
			first = t
		}
	}
	return first
}
