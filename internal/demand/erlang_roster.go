/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"math"
	"sort"
)

// AgentsFor is the fewest agents with whom the calls meet the goal on the given
// lines (not positive: no limit). It reports false, and as many agents as there
// are lines, if no number of agents does: then lines are missing.
//
// More agents on the same lines never lower the service level, so that the
// fewest can be searched for. No more than n of a Erlangs are ever answered,
// which says where to begin.
func (c Calls) AgentsFor(g Goal, lines int) (agents int, enough bool) {
	meets := func(n int) bool { return c.With(Roster{Agents: n, Lines: lines}, g.Within).Meets(g) }
	low := max(0, int(c.erlangs()*percent(g.Percent, 1, 99))-2)
	if lines > 0 {
		low = min(low, lines)
	}
	high := low
	for step := 1; !meets(high); step *= 2 {
		if lines > 0 && high >= lines {
			return lines, false
		}
		low = high + 1
		high += step
		if lines > 0 {
			high = min(high, lines)
		}
	}
	return low + sort.Search(high-low, func(i int) bool { return meets(low + i) }), true
}

// LinesFor is the fewest lines that block at most the given share of callers, in
// thousandths (1-1000), if there is an agent on every line: Erlang B. Callers who
// wait hold lines besides; With says what that comes to.
func (c Calls) LinesFor(blockedPerMille int) int {
	if c.MilliErlangs <= 0 {
		return 0
	}
	most := float64(min(max(blockedPerMille, 1), 1000)) / 1000
	// At least this many, since n lines never carry more than n Erlangs.
	a := c.erlangs()
	lines := max(0, int(math.Floor(a*(1-most)))-1)
	odds := freeOdds(a, lines)
	for 1/(1+odds) > most {
		lines++
		odds = (1 + odds) * (float64(lines) / a)
	}
	return lines
}
