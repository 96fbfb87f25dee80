/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"cmp"
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
)

// mostReplicas bounds every number, to avoid overflows.
const mostReplicas = 1_000_000_000

// level is a floor and the time in which it holds.
type level struct {
	span
	floor, wanted int64
	parts         []plan.Part
	reason        string
}

// line is the floor of one channel over time.
type line struct {
	report.Channel
	levels []level
	// top is the highest floor or need, without the cap.
	top int64
}

// lines splits the channels into those whose floor moves and those that stay at their base.
func lines(p report.Platform, now int64) (moving []line, still []report.Channel) {
	for _, c := range p.Channels {
		l := newLine(c, now)
		if len(l.levels) > 1 || l.levels[0].floor > bound(c.Base) {
			moving = append(moving, l)
			continue
		}
		still = append(still, c)
	}
	return moving, still
}

func newLine(c report.Channel, now int64) line {
	l := line{Channel: c, top: 1}
	steps := slices.Clone(c.Steps)
	slices.SortStableFunc(steps, func(a, b report.Step) int { return a.At.Compare(b.At) })
	if len(steps) == 0 {
		steps = []report.Step{{Floor: c.Base}}
	}
	for i, s := range steps {
		v := level{
			span:  span{max(now, unix(s.At)), forever},
			floor: bound(s.Floor), wanted: bound(max(s.Wanted, s.Floor)),
			parts: s.Parts, reason: s.Reason,
		}
		if i == 0 {
			v.from = now
		}
		if i+1 < len(steps) {
			v.to = max(now, unix(steps[i+1].At))
		}
		if v.to > v.from {
			l.levels = append(l.levels, v)
			l.top = max(l.top, v.wanted)
		}
	}
	return l
}

// forever is later than any time that people can write.
const forever = int64(1) << 40

func bound(replicas int) int64 { return int64(min(max(replicas, 0), mostReplicas)) }

// at returns the level at a time.
func (l line) at(t int64) level {
	i, found := slices.BinarySearchFunc(l.levels, t, func(v level, t int64) int { return cmp.Compare(v.from, t) })
	if !found {
		i = max(i-1, 0)
	}
	return l.levels[i]
}

// over returns the levels on an axis, cut to its ends.
func (l line) over(a axis) []level {
	var out []level
	for _, v := range l.levels {
		v.from, v.to = max(v.from, a.begins()), min(v.to, a.ends())
		if v.to > v.from {
			out = append(out, v)
		}
	}
	return out
}

// limit returns the limit that sets the cap, if it cuts a peak.
func (l line) limit() plan.Limit {
	for _, launch := range l.Launches {
		if launch.Limit != plan.LimitNone {
			return launch.Limit
		}
	}
	return plan.LimitNone
}

// ramps returns the starts of ramps on an axis.
func (l line) ramps(a axis) []int64 {
	var at []int64
	for _, launch := range l.Launches {
		if t := unix(launch.RampStarts); !launch.RampStarts.IsZero() && a.holds(t) {
			at = append(at, t)
		}
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// peak is the highest floor.
func (l line) peak() int64 {
	peak := int64(0)
	for _, v := range l.levels {
		peak = max(peak, v.floor)
	}
	return peak
}
