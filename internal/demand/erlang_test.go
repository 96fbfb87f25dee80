/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hourly returns calls per hour as thousandths of an Erlang, rounded up.
func hourly(calls int64, handle time.Duration) Calls {
	milliSeconds := calls * handle.Milliseconds()
	return Calls{MilliErlangs: (milliSeconds + 3599) / 3600, HandleTime: handle}
}

func (c Calls) withPatience(p time.Duration) Calls {
	c.Patience = p
	return c
}

var goal80in20 = Goal{Percent: 80, Within: 20 * time.Second}

// near fails unless got is within a tolerance of want.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %v, want %v ± %v", what, got, want, tolerance)
	}
}

// TestPublishedC is the test vector of the R package ErlangC: 100 calls in half
// an hour, 180 s each, 14 agents, 20 s.
func TestPublishedC(t *testing.T) {
	got := hourly(200, 180*time.Second).With(Roster{Agents: 14}, 20*time.Second)
	near(t, "P(wait)", got.Wait, 0.1741319, 5e-8)
	near(t, "service level", got.ServiceLevel, 0.88835, 5e-6)
	near(t, "mean wait", got.MeanWait.Seconds(), 7.836, 5e-4)
	near(t, "occupancy", got.Occupancy, 0.714, 5e-4)
	if got.Blocked != 0 || got.Abandoned != 0 {
		t.Errorf("somebody is lost: %+v", got)
	}
}

// TestPublishedA is the example of Garnett, Mandelbaum and Reiman (2002), also in
// Mandelbaum and Zeltyn (2007): 48 calls a minute of one minute each and 50
// agents, without patience and with two minutes of it.
func TestPublishedA(t *testing.T) {
	calls := hourly(48*60, time.Minute)
	c := calls.With(Roster{Agents: 50}, 0)
	near(t, "C: mean wait", c.MeanWait.Seconds(), 20.8, 0.05)
	near(t, "C: callers waiting", c.MeanWait.Minutes()*48, 17, 0.5)
	near(t, "C: occupancy", c.Occupancy, 0.96, 0.005)

	a := calls.withPatience(2*time.Minute).With(Roster{Agents: 50}, 0)
	near(t, "A: abandoned", a.Abandoned, 0.031, 0.0005)
	near(t, "A: mean wait", a.MeanWait.Seconds(), 3.7, 0.05)
	near(t, "A: callers waiting", a.MeanWait.Minutes()*48, 3, 0.5)
	near(t, "A: occupancy", a.Occupancy, 0.93, 0.005)
	near(t, "A: P(abandoned) = mean wait / patience", a.Abandoned, a.MeanWait.Seconds()/120, 1e-9)
}

// TestTable: agents for 80 % within 20 s and no patience, lines for 1 % blocked.
func TestTable(t *testing.T) {
	tests := []struct {
		calls                    int64
		handle                   time.Duration
		wantAgents, wantLinesFor int
	}{
		{600, 210 * time.Second, 40, 47},
		{1_000, 210 * time.Second, 65, 73},
		{2_000, 210 * time.Second, 124, 135},
		{2_000, 300 * time.Second, 176, 187},
		{4_000, 300 * time.Second, 345, 358},
		{8_000, 300 * time.Second, 681, 695},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d calls an hour of %v", test.calls, test.handle), func(t *testing.T) {
			calls := hourly(test.calls, test.handle)
			if got, enough := calls.AgentsFor(goal80in20, 0); got != test.wantAgents || !enough {
				t.Errorf("AgentsFor = %d, %t, want %d", got, enough, test.wantAgents)
			}
			if got := calls.LinesFor(10); got != test.wantLinesFor {
				t.Errorf("LinesFor = %d, want %d", got, test.wantLinesFor)
			}
		})
	}
}

// TestLimits: where Erlang A must be C, B, or nothing to speak of.
func TestLimits(t *testing.T) {
	c := hourly(600, 210*time.Second) // 35 Erlangs
	const within = 20 * time.Second

	t.Run("without end of patience it is C", func(t *testing.T) {
		for agents := 36; agents < 60; agents++ {
			want := c.With(Roster{Agents: agents}, within)
			same(t, c.withPatience(1_000_000*time.Hour).With(Roster{Agents: agents}, within), want, 1e-5)
			same(t, c.With(Roster{Agents: agents, Lines: agents + 100_000}, within), want, 1e-12)
		}
	})
	t.Run("with a line for every agent it is B", func(t *testing.T) {
		for lines := range 60 {
			got := c.withPatience(time.Minute).With(Roster{Agents: lines, Lines: max(1, lines)}, within)
			if lines == 0 {
				continue // one line, nobody to answer: no B
			}
			b := directB(35, lines)
			near(t, "blocked", got.Blocked, b, 1e-14)
			near(t, "BlockedOn", c.BlockedOn(lines), b, 1e-14)
			same(t, got, Service{Blocked: b, ServiceLevel: 1 - b, Occupancy: 35 * (1 - b) / float64(lines)}, 1e-14)
		}
	})
	t.Run("without any patience it is B as well", func(t *testing.T) {
		got := c.withPatience(1).With(Roster{Agents: 40}, within)
		near(t, "abandoned", got.Abandoned, directB(35, 40), 1e-9)
		near(t, "service level", got.ServiceLevel, 1-directB(35, 40), 1e-9)
	})
	t.Run("with agents for all nobody waits", func(t *testing.T) {
		for _, patience := range []time.Duration{0, time.Second, time.Hour} {
			got := c.withPatience(patience).With(Roster{Agents: 1_000}, within)
			same(t, got, Service{ServiceLevel: 1, Occupancy: 0.035}, 1e-15)
		}
	})
	t.Run("with time for all those are answered who do not give up", func(t *testing.T) {
		got := c.withPatience(2*time.Minute).With(Roster{Agents: 30, Lines: 50}, 1_000*time.Hour)
		near(t, "service level", got.ServiceLevel, 1-got.Blocked-got.Abandoned, 1e-12)
	})
	t.Run("with no time those are answered who need not wait", func(t *testing.T) {
		got := c.withPatience(2*time.Minute).With(Roster{Agents: 30, Lines: 50}, 0)
		near(t, "service level", got.ServiceLevel, 1-got.Blocked-got.Wait, 1e-12)
	})
}

// directB is Erlang's B as he wrote it.
func directB(a float64, lines int) float64 {
	term, sum := 1.0, 1.0
	for k := 1; k <= lines; k++ {
		term *= a / float64(k)
		sum += term
	}
	return term / sum
}

// same compares two services.
func same(t *testing.T, got, want Service, tolerance float64) {
	t.Helper()
	near(t, "Blocked", got.Blocked, want.Blocked, tolerance)
	near(t, "Wait", got.Wait, want.Wait, tolerance)
	near(t, "Abandoned", got.Abandoned, want.Abandoned, tolerance)
	near(t, "ServiceLevel", got.ServiceLevel, want.ServiceLevel, tolerance)
	near(t, "Occupancy", got.Occupancy, want.Occupancy, tolerance)
	near(t, "MeanWait", got.MeanWait.Seconds(), want.MeanWait.Seconds(), max(1e-8, tolerance*want.MeanWait.Seconds()*100))
}

func TestEdges(t *testing.T) {
	busy := Calls{MilliErlangs: 10_000, HandleTime: time.Minute}
	tests := map[string]struct {
		calls  Calls
		roster Roster
		want   Service
	}{
		"no calls":                          {want: Service{ServiceLevel: 1}},
		"fewer than no calls":               {calls: Calls{MilliErlangs: -1}, roster: Roster{Agents: -1, Lines: -1}, want: Service{ServiceLevel: 1}},
		"nobody answers, nobody gives up":   {calls: busy, want: Service{Wait: 1, MeanWait: Endless}},
		"nobody answers on one line":        {calls: busy, roster: Roster{Lines: 1}, want: Service{Blocked: 1, MeanWait: Endless}},
		"nobody answers, all give up":       {calls: busy.withPatience(time.Minute), want: Service{Wait: 1, Abandoned: 1, MeanWait: time.Minute}},
		"the queue grows for ever":          {calls: busy, roster: Roster{Agents: 9}, want: Service{Wait: 1, MeanWait: Endless, Occupancy: 1}},
		"the queue grows for ever, by luck": {calls: busy, roster: Roster{Agents: 10}, want: Service{Wait: 1, MeanWait: Endless, Occupancy: 1}},
		"more agents than lines":            {calls: busy, roster: Roster{Agents: 20, Lines: 1}, want: Service{Blocked: 10. / 11, ServiceLevel: 1. / 11, Occupancy: 10. / 11}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			same(t, test.calls.With(test.roster, 20*time.Second), test.want, 1e-12)
		})
	}
}

func TestAgentsFor(t *testing.T) {
	calls := hourly(600, 210*time.Second)
	tests := map[string]struct {
		calls      Calls
		goal       Goal
		lines      int
		wantAgents int
		wantEnough bool
	}{
		"callers who give up make room":      {calls: calls.withPatience(2 * time.Minute), goal: goal80in20, wantAgents: 36, wantEnough: true},
		"lines to spare change nothing":      {calls: calls.withPatience(2 * time.Minute), goal: goal80in20, lines: 100, wantAgents: 36, wantEnough: true},
		"too few lines, whoever answers":     {calls: calls.withPatience(2 * time.Minute), goal: goal80in20, lines: 20, wantAgents: 20},
		"fewer lines than the search begins": {calls: calls, goal: goal80in20, lines: 1, wantAgents: 1},
		"no calls need nobody":               {goal: goal80in20, wantAgents: 0, wantEnough: true},
		"a goal beyond 99 % is 99 %":         {calls: calls, goal: Goal{Percent: 100, Within: 20 * time.Second}, wantAgents: 48, wantEnough: true},
		"a goal in no time":                  {calls: calls, goal: Goal{Percent: 80, Within: -1}, wantAgents: 42, wantEnough: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			agents, enough := test.calls.AgentsFor(test.goal, test.lines)
			if agents != test.wantAgents || enough != test.wantEnough {
				t.Errorf("AgentsFor = %d, %t, want %d, %t", agents, enough, test.wantAgents, test.wantEnough)
			}
		})
	}
}

func TestFigures(t *testing.T) {
	tests := map[string]struct {
		service Service
		want    Figures
	}{
		"never better than it is": {
			service: Service{Blocked: 0.0101, Wait: 0.2001, Abandoned: 1e-5, ServiceLevel: 0.7999, MeanWait: 3*time.Second + 1, Occupancy: 0.9501},
			want: Figures{BlockedPerMille: 11, WaitPerMille: 201, AbandonedPerMille: 1, ServiceLevelPerMille: 799,
				OccupancyPerMille: 951, MeanWaitSeconds: 4},
		},
		"but what is whole stays whole": {
			service: Service{Blocked: 0.07, Wait: 0.29, Abandoned: 0.57, ServiceLevel: 0.29, MeanWait: 3 * time.Second, Occupancy: 1},
			want: Figures{BlockedPerMille: 70, WaitPerMille: 290, AbandonedPerMille: 570, ServiceLevelPerMille: 290,
				OccupancyPerMille: 1000, MeanWaitSeconds: 3},
		},
		"for ever": {service: Service{MeanWait: Endless}, want: Figures{MeanWaitSeconds: math.MaxInt64/1_000_000_000 + 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.service.Figures()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func ExampleCalls_With() {
	calls := Calls{MilliErlangs: 87_500, HandleTime: 210 * time.Second, Patience: 120 * time.Second}
	goal := Goal{Percent: 80, Within: 20 * time.Second}

	service := calls.With(Roster{Agents: 80, Lines: 200}, goal.Within)
	needed, _ := calls.AgentsFor(goal, 200)

	fmt.Printf("80 agents: %d per mille answered in time, %d give up, %d s of waiting; %d agents are needed\n",
		service.Figures().ServiceLevelPerMille, service.Figures().AbandonedPerMille, service.Figures().MeanWaitSeconds, needed)
	// Output: 80 agents: 661 per mille answered in time, 104 give up, 13 s of waiting; 85 agents are needed
}
