/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import "math"

// never is a minute that no plan reaches.
const never = math.MaxInt64

// walk returns the floor of minute m and the steps that follow, at most limit of them
// or All.
func (l *timeline) walk(m int64, limit int) (Floor, []Step) {
	first := l.floor(m)
	last, steps := first, []Step(nil)
	for limit <= All || len(steps) < limit {
		if l.channel.Gentle && last.Replicas > l.held(m) {
			m++ // it is being released
		} else if m = l.nextEdge(m); m >= lastMinute {
			break
		}
		written := len(l.written)
		next := l.floor(m)
		if next.Equal(last) {
			l.written = l.written[:written]
			continue
		}
		if steps == nil {
			steps = make([]Step, 0, clamp(limit, 8, 32))
		}
		steps = append(steps, Step{At: instant(m), Floor: next})
		last = next
	}
	return first, steps
}

// nextEdge returns the first minute after m whose floor may differ from that of the
// minute before it, apart from a gentle release.
func (l *timeline) nextEdge(m int64) int64 {
	seen, roster := l.look(m), l.channel.CallCentre
	if roster > 0 && seen.wanted >= roster {
		return l.rosterEnds(m) // until then no ramp and no hold adds anything
	}
	next := l.nextRamp(m)
	if h := l.nextHold(m); h != nil {
		switch {
		case m < h.begins:
			next = min(next, h.begins)
		case m+1-longestHold >= h.begins:
			return m + 1 // what is kept comes from so far back in every minute
		default:
			next = min(next, h.ends)
		}
	}
	if roster > 0 || seen.raw == l.channel.Base && seen.wanted <= l.channel.Base {
		return next // loads only fall until then, and the base stays
	}
	for i, end := l.around(m); i < end; i++ {
		next = min(next, l.campaigns[i].nextEdge(m))
	}
	return next
}

// nextRamp returns the first change after m of what a rise asks for.
func (l *timeline) nextRamp(m int64) int64 {
	next := int64(never)
	for i := l.nextRise(m); i < len(l.rises) && l.rises[i].minute-l.longestRamp < next; i++ {
		next = min(next, l.rises[i].nextEdge(m))
	}
	return next
}

// rosterEnds returns the first minute after m in which no calls need the roster any
// more, or the next rise. Loads only fall until then.
func (l *timeline) rosterEnds(m int64) int64 {
	end := max(m+1, l.reach())
	if i := l.nextRise(m + 1); i < len(l.rises) {
		end = min(end, l.rises[i].minute)
	}
	return firstIn(m+1, end, end-1, func(m int64) bool { return l.wantedIn(m) == 0 })
}

// nextEdge returns the next change of a campaign's load on its way down.
func (c *campaign) nextEdge(m int64) int64 {
	switch {
	case m >= c.until:
		return never
	case m <= c.kept:
		return min(c.kept+1, c.until)
	}
	step := c.stepIn(m) + 1
	if c.paused {
		return min(nextMinute(c.when(c.KeepPeak+step*releaseStep)), c.until)
	}
	return min(floorDiv(c.keptSecond+int64(step)*releaseSeconds+59, 60), c.until)
}

// nextEdge returns the next change of a rise's demand: every minute of its ramp, and
// its end.
func (r *rise) nextEdge(m int64) int64 {
	switch {
	case m < r.starts:
		return r.starts
	case m < r.full:
		return m + 1
	case m < r.minute:
		return r.minute
	case m == r.minute:
		return m + 1
	}
	return never
}
