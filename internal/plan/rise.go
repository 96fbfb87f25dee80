/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// rise is an instant at which the need jumps up, because campaigns must be Ready by
// then.
type rise struct {
	at time.Time
	// need from then on, capped; wanted is the same without the cap.
	need, wanted, cap int
	// load of all campaigns, for which wanted is; added is the part of those that must be
	// Ready now, opening their number.
	load, added int64
	opening     int
	// A ramp from nothing to need begins in the minute starts, and asks for all
	// of it from the minute full on, a start-up before the minute of the rise.
	starts, full, minute int64
	// onMinute is true if at is the beginning of its minute.
	onMinute bool
	// ramp is the minute in which the floor begins to climb for it, if it climbs at all.
	ramp   int64
	climbs bool
	// announced is when the first of the opening campaigns was announced.
	announced time.Time
	// raw caches the floor of minute before the two rules that keep capacity; 0: not
	// computed yet.
	raw int
}

// findRises finds the rises, and fits them to the caps.
func (l *timeline) findRises() {
	l.rises = make([]rise, 0, len(l.campaigns))
	for i := range l.campaigns {
		c := &l.campaigns[i]
		at := sort.Search(len(l.rises), func(i int) bool { return !l.rises[i].at.Before(c.readyBy) })
		if at == len(l.rises) || !l.rises[at].at.Equal(c.readyBy) {
			r := rise{at: c.readyBy, minute: minuteOf(c.readyBy), announced: c.Announced}
			r.onMinute = r.at.Equal(instant(r.minute))
			r.load, r.wanted = l.wanted(&r, -1)
			l.rises = slices.Insert(l.rises, at, r)
		} else if c.Announced.Before(l.rises[at].announced) {
			l.rises[at].announced = c.Announced
		}
		l.rises[at].opening++
		l.rises[at].added += l.loadAt(c, &l.rises[at])
	}
	l.fitRises()
}

// fitRises cuts the rises to the caps.
func (l *timeline) fitRises() {
	l.longestRamp, l.seen.minute = 0, never
	for i := range l.rises {
		r := &l.rises[i]
		r.cap = l.capIn(r.minute)
		r.need = min(r.wanted, r.cap)
		last := r.at.Add(-l.startUp)
		r.starts, r.full = minuteOf(last.Add(-l.climb(r.need))), minuteOf(last.Add(-time.Second))
		l.longestRamp = max(l.longestRamp, r.minute-r.starts)
	}
}

// risesAfter returns the rises in minute m or after it whose ramps may have begun in m.
func (l *timeline) risesAfter(m int64) []rise {
	first := l.nextRise(m)
	end := first
	for end < len(l.rises) && l.rises[end].minute-l.longestRamp <= m {
		end++
	}
	return l.rises[first:end]
}

// nextRise returns the index of the first rise in minute m or after it.
func (l *timeline) nextRise(m int64) int {
	return sort.Search(len(l.rises), func(i int) bool { return l.rises[i].minute >= m })
}

// climb returns the minutes in which the channel's pace starts that many replicas.
func (l *timeline) climb(replicas int) time.Duration {
	return time.Duration(ceilDiv(int64(replicas)*60, l.pace)) * time.Second
}

// candidate returns the floor that a rise asks for in minute m: its need, less what can
// still be started after that minute.
func (l *timeline) candidate(r *rise, m int64) int {
	if m >= r.full {
		return r.need
	}
	if m < r.starts {
		return 0
	}
	later := r.at.Unix() - int64(l.startUp/time.Second) - (m+1)*60
	return max(0, r.need-int(later*l.pace/60))
}

// reaches returns the first minute in which a rise asks for that many replicas, or the
// minute of the rise if it never does.
func (l *timeline) reaches(r *rise, replicas int) int64 {
	if replicas > r.need {
		return r.minute
	}
	later := (int64(r.need-replicas+1)*60 - 1) / l.pace // seconds in which fewer than the others start
	return max(r.starts, floorDiv(r.at.Unix()-int64(l.startUp/time.Second)-later-1, 60))
}

// rampStart returns the minute in which rise i begins to ask for more than the base,
// the need of that minute and the rises before it; false if it never does. From then on
// it does until its peak is due, since no ramp is faster than its own.
func (l *timeline) rampStart(i int) (int64, bool) {
	r := &l.rises[i]
	first, last := r.starts, r.minute
	if i == 0 || l.rises[i-1].minute < first {
		// The level only falls until the rise, to what the others need then. So the ramp
		// passes it between where it passes that, and where it passes the level of then.
		others := min(l.replicas(r.load-r.added, false), r.cap)
		first = max(first, l.reaches(r, max(l.channel.Base, others)+1))
		if first == last {
			return last, false
		}
		if last = l.reaches(r, l.levelBefore(i, first)+1); last <= first {
			return first, true
		}
		first++
	}
	first = firstIn(first, last, first, func(m int64) bool { return l.candidate(r, m) > l.levelBefore(i, m) })
	return first, first < r.minute
}

// levelBefore returns what the base, the need of minute m and the rises before rise i ask for.
func (l *timeline) levelBefore(i int, m int64) int {
	level := max(l.channel.Base, l.need(m))
	for i--; i >= 0 && l.rises[i].minute >= m; i-- {
		level = max(level, l.candidate(&l.rises[i], m))
	}
	return level
}

// shares divides the platform's pace between its channels in proportion to
// their caps, in whole starts per minute. Each gets at least one: only where
// there are more channels than starts does the sum exceed the pace.
func shares(pace int, channels []Channel) []int {
	total := int64(0)
	for _, c := range channels {
		total += int64(c.Max)
	}
	out := make([]int, len(channels))
	remainders := make([]int64, len(channels))
	left := pace
	for i, c := range channels {
		exact := int64(pace) * int64(c.Max)
		out[i], remainders[i] = max(1, int(exact/total)), exact%total
		if exact < total {
			remainders[i] = -1
		}
		left -= out[i]
	}
	order := make([]int, len(channels))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for i := 0; left > 0 && i < len(order); i++ {
		out[order[i]]++
		left--
	}
	for left < 0 {
		i := largest(out)
		if out[i] <= 1 {
			return out
		}
		out[i]--
		left++
	}
	return out
}

func largest(xs []int) int {
	at := 0
	for i, x := range xs {
		if x > xs[at] {
			at = i
		}
	}
	return at
}
