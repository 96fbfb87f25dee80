/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"cmp"
	"slices"
)

const (
	// margin is shown before a ramp and after the peak.
	margin = 10 * minute
	// longestRamp and longestPeak limit what is shown at full scale.
	longestRamp = 12 * hour
	longestPeak = 75 * minute
	// bridge is the longest time between two windows that is not squeezed.
	bridge = hour
)

// span is a half-open interval of time.
type span struct{ from, to int64 }

// stretch is a span on the axis.
type stretch struct {
	span
	// x and width are in the medium's unit, from the left of the axis.
	x, width int64
	squeezed bool
}

// axis is a sequence of adjacent stretches.
type axis []stretch

// medium describes the room for an axis.
type medium struct {
	width int64
	// windows limits the windows side by side.
	windows int
	// longest limits the time that they show together.
	longest int64
	// squeezed is the width of a squeezed stretch, tail of the last one.
	squeezed, tail int64
}

// strips returns the axes for all openings, one below the other, and the number of windows
// that are left out.
func (m medium) strips(all []moment, now, end int64) (strips []axis, left int) {
	const most = 12
	windows := m.split(windowsOf(all, now))
	if len(windows) == 0 {
		whole := span{now, max(end+(end-now)/12, now+hour)}
		return []axis{m.layOut([]span{whole}, whole)}, 0
	}
	for from := now; len(windows) > 0 && len(strips) < most; {
		n := m.beside(windows)
		to := windows[n-1].to
		if n < len(windows) {
			to = windows[n].from
		} else if end > to { // the end must be visible, not at the edge
			to = end + max(margin, (end-to)/12)
		}
		strips = append(strips, m.layOut(windows[:n], span{from, to}))
		from, windows = to, windows[n:]
	}
	return strips, len(windows)
}

// split cuts windows that are too long for one axis into equal parts.
func (m medium) split(windows []span) []span {
	var out []span
	for _, w := range windows {
		parts := (w.to - w.from + m.longest - 1) / m.longest
		for i := range parts {
			out = append(out, span{w.from + (w.to-w.from)*i/parts, w.from + (w.to-w.from)*(i+1)/parts})
		}
	}
	return out
}

// beside returns how many of the first windows fit on one axis.
func (m medium) beside(windows []span) int {
	sum := int64(0)
	for n, w := range windows {
		if sum += w.to - w.from; n == m.windows || n > 0 && sum > m.longest {
			return n
		}
	}
	return len(windows)
}

// windowsOf returns the spans to show at full scale, soonest first.
func windowsOf(all []moment, now int64) []span {
	var windows []span
	for _, m := range all {
		w := span{
			from: max(now, max(min(m.ramp, m.readyBy, m.at), m.at-longestRamp)-margin),
			to:   m.at + min(max(m.keepUntil-m.at, margin), longestPeak) + margin,
		}
		if w.from-now < bridge {
			w.from = now
		}
		if w.to > w.from {
			windows = append(windows, w)
		}
	}
	slices.SortFunc(windows, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	merged := windows[:0]
	for _, w := range windows {
		if last := len(merged) - 1; last >= 0 && w.from-merged[last].to < bridge {
			merged[last].to = max(merged[last].to, w.to)
			continue
		}
		merged = append(merged, w)
	}
	return merged
}

// layOut returns an axis of the windows, and squeezes the time between them.
func (m medium) layOut(windows []span, whole span) axis {
	var a axis
	from, to := whole.from, whole.to
	for i, w := range windows {
		if w.from > from {
			a = append(a, stretch{span: span{from, w.from}, width: m.squeezed, squeezed: true})
		}
		if from = w.to; i == len(windows)-1 && to-from < bridge {
			from = max(from, to)
		}
		a = append(a, stretch{span: span{w.from, from}})
	}
	if to > from {
		a = append(a, stretch{span: span{from, to}, width: m.tail, squeezed: true})
	}
	a.share(m.width)
	return a
}

// share divides the room between the windows, so that a minute has the same width in all of
// them.
func (a axis) share(room int64) {
	total := int64(0)
	for _, s := range a {
		room -= s.width
		if !s.squeezed {
			total += s.to - s.from
		}
	}
	x, passed := int64(0), int64(0)
	for i := range a {
		s := &a[i]
		if s.x = x; !s.squeezed {
			before := mulDiv(room, passed, total)
			passed += s.to - s.from
			s.width = mulDiv(room, passed, total) - before
		}
		x += s.width
	}
}

// mulDiv is n·part/total without overflow, also for a part of thousands of years.
func mulDiv(n, part, total int64) int64 {
	for total > 1<<40 {
		part, total = part>>8, total>>8
	}
	return n * part / total
}

// at returns the position of a time; times off the axis are at its ends.
func (a axis) at(t int64) int64 {
	for _, s := range a {
		if t < s.to {
			return s.x + mulDiv(s.width, max(0, t-s.from), s.to-s.from)
		}
	}
	last := a[len(a)-1]
	return last.x + last.width
}

func (a axis) begins() int64 { return a[0].from }
func (a axis) ends() int64   { return a[len(a)-1].to }

// holds reports whether a time is on the axis.
func (a axis) holds(t int64) bool { return a.begins() <= t && t < a.ends() }

// ticks returns times with round clock readings, at least room apart.
func (s stretch) ticks(c calendar, room int64) []int64 {
	const most = 100
	step := s.step(room)
	var at []int64
	for t := s.from - 1; len(at) < most; {
		if t = c.roundAfter(t, step); t >= s.to {
			break
		}
		at = append(at, t)
	}
	return at
}

// step is the smallest round time whose ticks are room apart.
func (s stretch) step(room int64) int64 {
	for _, step := range []int64{minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute,
		hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 7 * day, 28 * day, 364 * day} {
		if mulDiv(s.width, step, max(step, s.to-s.from)) >= room {
			return step
		}
	}
	return max(364*day, s.to-s.from)
}

// roundAfter is the first time after t whose local reading is a multiple of step, also
// across changes of clocks.
func (c calendar) roundAfter(t, step int64) int64 {
	for from := t + 1; ; {
		next := roundUp(from, c.offset(from), step)
		_, end := c.local(from).ZoneBounds()
		if end.IsZero() || next < end.Unix() {
			return next
		}
		from = end.Unix()
	}
}

// midnights returns the first instants of the days that begin in a span, within a limit.
func (c calendar) midnights(s span) []int64 {
	const most = 16
	var at []int64
	for t := c.roundAfter(s.from-1, day); t < s.to && len(at) < most; t = c.roundAfter(t, day) {
		at = append(at, t)
	}
	return at
}

func roundUp(t, offset, step int64) int64 {
	local := t + offset
	rest := local % step
	if rest < 0 {
		rest += step
	}
	if rest == 0 {
		return t
	}
	return t + step - rest
}

// offset of local time from UTC.
func (c calendar) offset(at int64) int64 {
	_, offset := c.local(at).Zone()
	return int64(offset)
}

// changes returns the instants in a span at which clocks change.
func (c calendar) changes(s span) []int64 {
	const most = 8
	var at []int64
	for t := s.from; len(at) < most; {
		_, end := c.local(t).ZoneBounds()
		if end.IsZero() || end.Unix() >= s.to {
			break
		}
		if t = end.Unix(); c.offset(t) != c.offset(t-1) {
			at = append(at, t)
		}
	}
	return at
}
