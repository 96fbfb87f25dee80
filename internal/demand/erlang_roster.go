/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"math"
	"sort"
)

// AgentsFor returns the fewest agents with whom the calls meet the goal on the given
// lines (not positive: no limit). If no number of agents does, lines are missing: it
// returns one agent for each line, and false.
//
// More agents on the same lines never lower the service level, so that the
// fewest can be searched for: from one agent for each Erlang up or down, since
// queues are long, and their walk with them, far below.
func (c Calls) AgentsFor(g Goal, lines int) (agents int, enough bool) {
	meets := func(n int) bool { return c.With(Roster{Agents: n, Lines: lines}, g.Within).Meets(g) }
	most := math.MaxInt
	if lines > 0 {
		most = lines
	}
	a := math.Max(0, c.erlangs())
	// No more than n of a Erlangs are ever answered.
	low := min(most, max(0, int(a*percent(g.Percent, 1, 99))-2))
	high := min(most, int(math.Ceil(a)))
	stride := 1 + int(math.Sqrt(a))
	for step := stride; !meets(high); step *= 2 {
		if high == most {
			return most, false
		}
		low, high = high+1, high+min(step, most-high)
	}
	for step := stride; high-step > low; step *= 2 {
		if !meets(high - step) {
			low = high - step + 1
			break
		}
		high -= step
	}
	return low + sort.Search(high-low, func(i int) bool { return meets(low + i) }), true
}

// RosterFor returns a roster with which the calls meet the goal: the fewest agents who
// do if no line is missing, and for them the lines of LinesFor, or more if waiting
// callers hold enough lines to miss the goal.
func (c Calls) RosterFor(g Goal, blockedPerMille int) Roster {
	agents, _ := c.AgentsFor(g, 0)
	lines, more := max(agents, c.LinesFor(blockedPerMille)), 0
	meets := func(more int) bool { return c.With(Roster{Agents: agents, Lines: lines + more}, g.Within).Meets(g) }
	for step := 1; more < mostWaiters && !meets(more); step *= 2 {
		more += step
	}
	return Roster{Agents: agents, Lines: lines + sort.Search(more, meets)}
}

// LinesFor returns the fewest lines that block at most the given share of callers, in
// thousandths (1-1000), if every line has an agent: Erlang B. Waiting callers hold more
// lines; With computes the result.
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
