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
		next := l.floor(m)
		if !next.Equal(last) {
			steps = append(steps, Step{At: instant(m), Floor: next})
			last = next
		}
	}
	return first, steps
}

// nextEdge returns the first minute after m whose floor may differ from that of the
// minute before it, apart from a gentle release.
func (l *timeline) nextEdge(m int64) int64 {
	next := int64(never)
	for i := range l.rises {
		next = min(next, l.rises[i].nextEdge(m))
	}
	for _, h := range l.holds {
		switch {
		case m < h.begins:
			next = min(next, h.begins)
		case m < h.ends && m+1-longestHold >= h.begins:
			return m + 1 // what is kept comes from so far back in every minute
		case m < h.ends:
			next = min(next, h.ends)
		}
	}
	switch {
	case l.raw(m) == l.channel.Base && l.inMinute(m).wanted <= l.channel.Base:
		return next // loads only fall until then, and the base stays
	case l.channel.CallCentre > 0:
		return l.rosterEnds(m, next)
	}
	for i := range l.campaigns {
		next = min(next, l.campaigns[i].nextEdge(m))
	}
	return next
}

// rosterEnds returns the first minute after m in which no calls need the roster any
// more, or an earlier minute in which something else may happen. Loads only fall until
// then.
func (l *timeline) rosterEnds(m, next int64) int64 {
	end := m + 1
	for i := range l.campaigns {
		end = max(end, l.campaigns[i].until)
	}
	first, last := m+1, min(next, end)
	for first < last {
		if middle := first + (last-first)/2; l.need(middle) < l.need(m) {
			last = middle
		} else {
			first = middle + 1
		}
	}
	return first
}

// nextEdge returns the next change of a campaign's load on its way down.
func (c *campaign) nextEdge(m int64) int64 {
	switch {
	case m >= c.until:
		return never
	case m <= c.kept:
		return min(c.kept+1, c.until)
	}
	passed := (c.elapsed(instant(m)) - c.KeepPeak) / releaseStep
	return min(nextMinute(c.when(c.KeepPeak+(passed+1)*releaseStep)), c.until)
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
