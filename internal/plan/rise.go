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

// rise is an instant at which the need jumps up, because campaigns must be Ready by
// then.
type rise struct {
	at time.Time
	// need from then on, capped; wanted is the same without the cap.
	need, wanted, cap int
	// A ramp from nothing to need begins in the minute starts, and asks for all
	// of it from the minute full on, a start-up before the minute of the rise.
	starts, full, minute int64
	// announced is when the first of the opening campaigns was announced.
	announced time.Time
}

func (l *timeline) findRises() []rise {
	var rises []rise
	for _, c := range l.campaigns {
		i := slices.IndexFunc(rises, func(r rise) bool { return r.at.Equal(c.readyBy) })
		if i < 0 {
			rises = append(rises, l.newRise(c))
		} else if c.Announced.Before(rises[i].announced) {
			rises[i].announced = c.Announced
		}
	}
	slices.SortFunc(rises, func(a, b rise) int { return a.at.Compare(b.at) })
	return rises
}

func (l *timeline) newRise(first campaign) rise {
	r := rise{at: first.readyBy, wanted: l.wanted(first.readyBy, -1), minute: minuteOf(first.readyBy), announced: first.Announced}
	r.cap = l.capIn(r.minute)
	r.need = min(r.wanted, r.cap)
	last := r.at.Add(-l.startUp)
	r.starts, r.full = minuteOf(last.Add(-l.climb(r.need))), minuteOf(last.Add(-time.Second))
	return r
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

// rampStart returns the minute in which a rise begins to ask for more than the base,
// the need of that minute and the rises before it; false if it never does. From then on
// it does until its peak is due, since no ramp is faster than its own.
func (l *timeline) rampStart(r *rise) (int64, bool) {
	first, last := r.starts, r.minute
	for first < last {
		if m := first + (last-first)/2; l.asksMore(r, m) {
			last = m
		} else {
			first = m + 1
		}
	}
	return first, first < r.minute
}

func (l *timeline) asksMore(r *rise, m int64) bool {
	level := max(l.channel.Base, l.need(m))
	for i := range l.rises {
		if sooner := &l.rises[i]; sooner.at.Before(r.at) && sooner.minute >= m {
			level = max(level, l.candidate(sooner, m))
		}
	}
	return l.candidate(r, m) > level
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
