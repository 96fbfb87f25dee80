/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import "time"

// walk is the floor of minute m and the steps that follow, at most limit of them or All.
func (l *timeline) walk(m int64, limit int) (Floor, []Step) {
	first := l.floor(m)
	last, steps := first, []Step(nil)
	for more := true; more && (limit <= All || len(steps) < limit); {
		if m, more = l.following(m, last.Replicas); !more {
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

// following is the next minute in which the floor may differ. In a window that
// is the next one; from the quiet between windows it leads to the next ramp.
func (l *timeline) following(m int64, floor int) (next int64, more bool) {
	t := instant(m + 1)
	for _, c := range l.campaigns {
		if !t.Before(c.readyBy) && t.Before(c.ends.Add(time.Minute)) {
			return m + 1, true
		}
	}
	var upcoming time.Time
	for _, r := range l.rises {
		if r.at.Before(t) {
			continue
		}
		begins := r.starts.Add(-holdBeforeRamp)
		if !t.Before(begins) {
			return m + 1, true
		}
		upcoming = earlier(upcoming, begins)
	}
	if floor > l.channel.Base {
		return m + 1, true
	}
	return minuteOf(upcoming), !upcoming.IsZero()
}
