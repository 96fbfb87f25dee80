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
	// reserve is the number of connections that no channel may use: they are for
	// maintenance, migrations and audits.
	reserve = 20
	// surge is the number of pods above its cap that a channel runs in a rollout.
	surge = 1
)

// Connections returns the most connections that the channels hold open, each at the
// given cap and with one more pod in a rollout, plus the reserve.
func Connections(channels []Channel, caps map[string]int) int64 {
	sum := int64(reserve)
	for _, c := range channels {
		sum += int64(caps[c.Name]+surge) * int64(max(1, c.Connections))
	}
	return sum
}

// shortOfConnections reports whether the store has too few connections for all channels
// at their maxima.
func (in Input) shortOfConnections() bool {
	maxima := map[string]int{}
	for _, c := range in.Channels {
		maxima[c.Name] = c.Max
	}
	return in.Connections > 0 && Connections(in.Channels, maxima) > int64(in.Connections)
}

// shareConnections sets the caps of every timeline if the store has too few connections
// for all channels at their maxima. Caps are fixed from an hour before the first ramp
// to the end of the last window, for as long as windows of any channels touch; outside
// of them no channel needs more than its base.
func shareConnections(connections int, lines []*timeline) {
	quiet, all := divide(connections, lines, bases(lines)), slices.Clone(lines)
	spans := spansOf(lines)
	for i, line := range lines {
		line.quietCap, line.sharing = quiet[i], all
	}
	for _, span := range spans {
		for i, most := range divide(connections, lines, needs(lines, span)) {
			lines[i].caps = append(lines[i].caps, limited{span.begins, span.ends, most})
		}
	}
	for _, line := range lines {
		line.fitRises() // they knew no limit
	}
}

// capIn returns the most replicas that may run in minute m.
func (l *timeline) capIn(m int64) int {
	if l.quietCap == 0 {
		return l.channel.Max
	}
	i, _ := slices.BinarySearchFunc(l.caps, m, func(c limited, m int64) int { return cmp.Compare(c.ends, m+1) })
	if i < len(l.caps) && l.caps[i].begins <= m {
		return l.caps[i].cap
	}
	return l.quietCap
}

// shared returns the caps of all channels in minute m, if they share a store.
func (l *timeline) shared(m int64) map[string]int {
	if l.sharing == nil {
		return nil
	}
	caps := map[string]int{}
	for _, line := range l.sharing {
		caps[line.channel.Name] = line.capIn(m)
	}
	return caps
}

// capsAfter returns the changes of the cap after minute m.
func (l *timeline) capsAfter(m int64) []CapStep {
	var steps []CapStep
	last := l.capIn(m)
	for _, c := range l.caps {
		for _, edge := range []int64{c.begins, c.ends} {
			if most := l.capIn(edge); edge > m && edge < lastMinute && most != last {
				steps = append(steps, CapStep{At: instant(edge), Cap: most})
				last = most
			}
		}
	}
	return steps
}

// stretch is a range of minutes, without the last.
type stretch struct{ begins, ends int64 }

// spansOf returns the stretches in which some channel may be above its base: the
// windows of all channels, merged where they touch. A rise within the base has a
// window, too: before it, the floor of an earlier opening is kept.
func spansOf(lines []*timeline) []stretch {
	var windows []stretch
	for _, line := range lines {
		for i := range line.rises {
			windows = append(windows, line.window(i))
		}
	}
	return joined(windows)
}

// joined sorts stretches and merges those that touch.
func joined(all []stretch) []stretch {
	slices.SortFunc(all, func(a, b stretch) int { return cmp.Compare(a.begins, b.begins) })
	merged := all[:0]
	for _, s := range all {
		if last := len(merged) - 1; last >= 0 && s.begins <= merged[last].ends {
			merged[last].ends = max(merged[last].ends, s.ends)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// window returns the window of a rise: from an hour before its ramp to where the need
// has fallen to the base, or to the next rise's window, which continues it.
func (l *timeline) window(i int) stretch {
	r := &l.rises[i]
	first := r.minute + 1
	last := max(first, l.reach())
	if i+1 < len(l.rises) {
		last = min(last, max(first, l.rises[i+1].starts-holdBeforeRamp))
	}
	// Loads only fall until then.
	first = firstIn(first, last, last-1, func(m int64) bool { return !l.aboveBase(m) })
	if l.channel.Gentle && first < lastMinute {
		first += l.longestDescent(first)
	}
	return stretch{r.starts - holdBeforeRamp, first}
}

// needs returns the highest peak of every channel in a span, or its base.
func needs(lines []*timeline, span stretch) []int {
	out := bases(lines)
	for i, line := range lines {
		for _, r := range line.rises {
			if span.begins <= r.minute && r.minute < span.ends {
				out[i] = max(out[i], r.need)
			}
		}
	}
	return out
}

func bases(lines []*timeline) []int {
	var out []int
	for _, line := range lines {
		out = append(out, line.channel.Base)
	}
	return out
}

func maxima(lines []*timeline) []int {
	var out []int
	for _, line := range lines {
		out = append(out, line.channel.Max)
	}
	return out
}

func connectionsOf(lines []*timeline, caps []int) int64 {
	sum := int64(reserve)
	for i, line := range lines {
		sum += int64(caps[i]+surge) * int64(line.channel.Connections)
	}
	return sum
}

// divide gives every channel a cap within the store's connections: first all bases,
// whatever they cost; then the needs of call centres, then those of the others; then,
// in the same order, more up to their maxima, which their autoscalers may use.
func divide(connections int, lines []*timeline, needs []int) []int {
	caps := bases(lines)
	left := int64(connections) - connectionsOf(lines, caps)
	for _, goal := range [][]int{needs, maxima(lines)} {
		for _, callCentre := range []bool{true, false} {
			left -= grant(left, lines, func(i int) int {
				if callCentre != (lines[i].channel.CallCentre > 0) {
					return 0
				}
				return goal[i] - caps[i]
			}, caps)
		}
	}
	return caps
}

// grant raises caps by what is asked. If that is too much, everybody gets the same
// fraction of it, in whole replicas; what rounding leaves goes to those who lost most.
// It returns the connections taken.
func grant(left int64, lines []*timeline, asked func(i int) int, caps []int) (taken int64) {
	cost := int64(0)
	for i, line := range lines {
		cost += int64(asked(i)) * int64(line.channel.Connections)
	}
	if cost == 0 || left <= 0 {
		return 0
	}
	type lost struct {
		line      int
		remainder int64
	}
	var rounded []lost
	for i, line := range lines {
		n := asked(i)
		if n <= 0 {
			continue
		}
		if cost > left {
			exact := int64(n) * left
			rounded = append(rounded, lost{i, exact % cost})
			n = int(exact / cost)
		}
		caps[i] += n
		taken += int64(n) * int64(line.channel.Connections)
	}
	slices.SortStableFunc(rounded, func(a, b lost) int { return cmp.Compare(b.remainder, a.remainder) })
	for _, one := range rounded {
		if each := int64(lines[one.line].channel.Connections); one.remainder > 0 && taken+each <= left {
			caps[one.line]++
			taken += each
		}
	}
	return taken
}

// ConnectionsNeeded returns the fewest connections with which the store cuts no peak.
func ConnectionsNeeded(in Input) int64 {
	in.Connections = 0
	lines := in.sound().timelines()
	most := connectionsOf(lines, bases(lines))
	for _, span := range spansOf(lines) {
		most = max(most, connectionsOf(lines, needs(lines, span)))
	}
	return most
}
