/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"math"
	"testing"
	"time"
)

// More seeds lie in testdata/fuzz.

// ulps is what floating point may lose in a walk of many steps.
const ulps = 1e-9

func plausible(t *testing.T, s Service) {
	t.Helper()
	for _, p := range []float64{s.Blocked, s.Wait, s.Abandoned, s.ServiceLevel, s.Occupancy} {
		if !(p >= 0 && p <= 1) {
			t.Fatalf("no probability: %+v", s)
		}
	}
	if s.MeanWait < 0 {
		t.Fatalf("waits less than no time: %+v", s)
	}
	if s.ServiceLevel > 1-s.Blocked-s.Abandoned+ulps {
		t.Errorf("more are answered in time than at all: %+v", s)
	}
	if s.Abandoned > s.Wait+ulps || s.Blocked+s.Wait > 1+ulps {
		t.Errorf("more give up than wait, or more wait than come: %+v", s)
	}
}

// worse says what is worse in a service with more agents on the same lines. It is
// not Blocked, since those may hold lines for longer whom patience would have
// freed sooner, and not Wait, since those may wait now who were blocked.
func worse(less, more Service) string {
	switch {
	case more.ServiceLevel < less.ServiceLevel-ulps:
		return "fewer are answered in time"
	case more.Blocked+more.Abandoned > less.Blocked+less.Abandoned+ulps:
		return "more are lost"
	case more.Abandoned > less.Abandoned+ulps:
		return "more give up"
	case more.Blocked+more.Wait > less.Blocked+less.Wait+ulps:
		return "more find every agent busy"
	case more.MeanWait.Seconds() > less.MeanWait.Seconds()*(1+ulps)+ulps:
		return "they wait longer"
	}
	return ""
}

// FuzzService: no input panics; every figure is possible; more agents on the same
// lines, more time to answer, and fewer calls never make it worse; more lines
// never block more.
func FuzzService(f *testing.F) {
	f.Add(int64(35_000), int64(210*time.Second), int64(120*time.Second), 40, 60, int64(20*time.Second), 1)
	f.Add(int64(35_000), int64(210*time.Second), int64(0), 35, 0, int64(20*time.Second), 1)
	f.Add(int64(-1), int64(-1), int64(-1), -1, -1, int64(-1), -1)
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), math.MaxInt, math.MaxInt, int64(math.MaxInt64), math.MaxInt)
	f.Fuzz(func(t *testing.T, milli, handle, patience int64, agents, lines int, within int64, more int) {
		calls := Calls{MilliErlangs: milli, HandleTime: time.Duration(handle), Patience: time.Duration(patience)}
		roster := Roster{Agents: agents, Lines: lines}
		at := time.Duration(within)
		s := calls.With(roster, at)
		plausible(t, s)
		s.Figures()

		// However large, more is one more at least.
		grow := func(x int) int { return x + min(max(1, more), math.MaxInt-max(0, x)) }
		bigger := calls.With(Roster{Agents: grow(agents), Lines: lines}, at)
		plausible(t, bigger)
		if what := worse(s, bigger); what != "" {
			t.Errorf("with more agents %s: %+v, %+v", what, s, bigger)
		}
		if later := calls.With(roster, at/2+math.MaxInt64/2); later.ServiceLevel < s.ServiceLevel-ulps {
			t.Errorf("with more time fewer are answered: %v, %v", s.ServiceLevel, later.ServiceLevel)
		}
		if lines > 0 {
			if wider := calls.With(Roster{Agents: agents, Lines: grow(lines)}, at); wider.Blocked > s.Blocked+ulps {
				t.Errorf("with more lines more are blocked: %v, %v", s.Blocked, wider.Blocked)
			}
		}
		fewer := calls
		fewer.MilliErlangs /= 2
		if quiet := fewer.With(roster, at); quiet.ServiceLevel < s.ServiceLevel-ulps || quiet.Blocked > s.Blocked+ulps {
			t.Errorf("with fewer calls the service is worse: %+v, %+v", s, quiet)
		}
	})
}

// FuzzRoster: no input panics or goes on for ever; what is found meets the goal,
// and one less does not.
func FuzzRoster(f *testing.F) {
	f.Add(int64(35_000), int64(210*time.Second), int64(120*time.Second), 60, 80, int64(20*time.Second), 10)
	f.Add(int64(1_610_000), int64(210*time.Second), int64(0), 0, 80, int64(20*time.Second), 10)
	f.Add(int64(-1), int64(-1), int64(-1), -1, -1, int64(-1), -1)
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), math.MaxInt, math.MaxInt, int64(math.MaxInt64), math.MaxInt)
	f.Fuzz(func(t *testing.T, milli, handle, patience int64, lines, percent int, within int64, blocked int) {
		calls := Calls{MilliErlangs: milli, HandleTime: time.Duration(handle), Patience: time.Duration(patience)}
		goal := Goal{Percent: percent, Within: time.Duration(within)}
		meets := func(n int) bool { return calls.With(Roster{Agents: n, Lines: lines}, goal.Within).Meets(goal) }

		agents, enough := calls.AgentsFor(goal, lines)
		switch {
		case agents < 0 || lines > 0 && agents > lines:
			t.Errorf("%d agents on %d lines", agents, lines)
		case enough != meets(agents):
			t.Errorf("%d agents, enough %t, meet the goal %t", agents, enough, !enough)
		case !enough && agents != lines:
			t.Errorf("gives up at %d agents, with %d lines", agents, lines)
		case enough && agents > 0 && meets(agents-1):
			t.Errorf("%d agents are found, but one less would do", agents)
		}

		most := float64(min(max(blocked, 1), 1000)) / 1000
		needed := calls.LinesFor(blocked)
		if got := calls.BlockedOn(needed); got > most*(1+ulps) {
			t.Errorf("%d lines block %v, want at most %v", needed, got, most)
		}
		if needed > 0 && calls.BlockedOn(needed-1) < most*(1-ulps) {
			t.Errorf("%d lines are found, but one less would do", needed)
		}

		enoughFor(t, calls, goal, needed, calls.RosterFor(goal, blocked))
	})
}

// enoughFor: a roster meets the goal on the lines that calls need, or on more,
// unless more callers wait than are ever counted.
func enoughFor(t *testing.T, calls Calls, goal Goal, lines int, r Roster) {
	t.Helper()
	if r.Lines < max(lines, r.Agents) {
		t.Errorf("%+v has fewer lines than agents, or than the %d that calls need", r, lines)
	}
	if r.Lines < mostWaiters && !calls.With(r, goal.Within).Meets(goal) {
		t.Errorf("%+v does not meet the goal", r)
	}
}
