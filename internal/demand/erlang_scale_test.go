/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"
)

// TestScaleB holds Erlang's B against his recursion from the very first line, in
// numbers of 200 bits.
func TestScaleB(t *testing.T) {
	for _, erlangs := range []int{200, 20_000, 200_000} {
		root := math.Sqrt(float64(erlangs))
		inverse, one, a := bigFloat(1), bigFloat(1), bigFloat(erlangs)
		next := 0
		for _, lines := range []int{erlangs / 2, erlangs - int(3*root), erlangs, erlangs + int(3*root), erlangs + int(20*root)} {
			for ; next < lines; next++ {
				inverse.Mul(inverse, bigFloat(next+1))
				inverse.Quo(inverse, a)
				inverse.Add(inverse, one)
			}
			want, _ := bigFloat(1).Quo(one, inverse).Float64()
			got := Calls{MilliErlangs: int64(erlangs) * 1000}.BlockedOn(lines)
			near(t, fmt.Sprintf("blocked on %d lines, %d Erlangs, relative", lines, erlangs), got/want, 1, 1e-11)
		}
	}
}

func bigFloat(x int) *big.Float { return new(big.Float).SetPrec(200).SetInt64(int64(x)) }

// TestScale holds C and A against what they tend to as they grow with
// n = a + β·√a: Halfin and Whitt (1981), Garnett, Mandelbaum and Reiman (2002).
func TestScale(t *testing.T) {
	for _, erlangs := range []int64{20_000, 200_000} {
		for _, beta := range []float64{-2, -0.5, 0.1, 0.5, 1, 2} {
			calls := Calls{MilliErlangs: erlangs * 1000, HandleTime: 210 * time.Second}
			roster := Roster{Agents: int(float64(erlangs) + beta*math.Sqrt(float64(erlangs)))}
			beta := (float64(roster.Agents) - float64(erlangs)) / math.Sqrt(float64(erlangs))
			if beta > 0 {
				want := 1 / (1 + beta/hazard(-beta))
				got := calls.With(roster, 0)
				near(t, fmt.Sprintf("C: P(wait) of %d Erlangs at β = %.2f", erlangs, beta), got.Wait, want, 0.005)
			}
			calls.Patience = 120 * time.Second
			root := math.Sqrt(calls.HandleTime.Seconds() / calls.Patience.Seconds())
			want := 1 / (1 + root*hazard(beta/root)/hazard(-beta))
			got := calls.With(roster, 0)
			near(t, fmt.Sprintf("A: P(wait) of %d Erlangs at β = %.2f", erlangs, beta), got.Wait, want, 0.005)
			// And the fraction abandoning, of the order 1/√n.
			abandoned := want * root * (hazard(beta/root) - beta/root)
			near(t, fmt.Sprintf("A: √n·P(abandon) of %d Erlangs at β = %.2f", erlangs, beta),
				got.Abandoned*math.Sqrt(float64(roster.Agents)), abandoned, 0.02)
		}
	}
}

// hazard of the standard normal: φ/(1 − Φ).
func hazard(x float64) float64 {
	return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) / (math.Erfc(x/math.Sqrt2) / 2)
}

// TestScaleWithin: who is answered in time, step by step up to 200,000 agents,
// is what Erlang C's closed form says. No line is ever missing.
func TestScaleWithin(t *testing.T) {
	for _, agents := range []int{20, 2_000, 20_000, 200_000} {
		calls := Calls{MilliErlangs: int64(agents*1000) - int64(400*math.Sqrt(float64(agents))), HandleTime: 210 * time.Second}
		for _, within := range []time.Duration{0, 100 * time.Millisecond, time.Second, 20 * time.Second, time.Hour} {
			unlimited := calls.With(Roster{Agents: agents}, within)
			limited := calls.With(Roster{Agents: agents, Lines: agents + 500_000}, within)
			same(t, limited, unlimited, 1e-9)
		}
	}
}

// TestOverload: more callers than are answered, up to the limit of the walk.
func TestOverload(t *testing.T) {
	for _, agents := range []int{1, 80, 2_000, 100_000} {
		calls := Calls{MilliErlangs: 200_000_000, HandleTime: 210 * time.Second, Patience: 120 * time.Second}
		got := calls.With(Roster{Agents: agents}, time.Hour)
		served := float64(agents) / 200_000
		near(t, "abandoned", got.Abandoned, 1-served, 1e-9)
		near(t, "occupancy", got.Occupancy, 1, 1e-9)
		near(t, "mean wait", got.MeanWait.Seconds(), 120*(1-served), 1e-6)

		calls.Patience = 0
		got = calls.With(Roster{Agents: agents, Lines: 200_000}, time.Hour)
		near(t, "blocked", got.Blocked, 1-served, 1e-9)
		// All lines are taken but for those given back a moment ago, a/(a − n) − 1 of them.
		waiting := 200_000 - float64(agents) - served/(1-served)
		near(t, "wait in a full house", got.MeanWait.Seconds()/(waiting*210/float64(agents)), 1, 1e-6)
	}
}

func BenchmarkAgentsFor(b *testing.B) {
	for _, erlangs := range []int64{80, 2_000, 20_000, 200_000} {
		for _, patience := range []time.Duration{0, 2 * time.Minute, 2 * time.Hour} {
			for _, lines := range []int{0, int(2 * erlangs)} {
				b.Run(fmt.Sprintf("%d Erlangs, patience %v, %d lines", erlangs, patience, lines), func(b *testing.B) {
					calls := Calls{MilliErlangs: erlangs * 1000, HandleTime: 210 * time.Second, Patience: patience}
					b.ReportAllocs()
					for b.Loop() {
						if _, enough := calls.AgentsFor(goal80in20, lines); !enough {
							b.Fatal("not enough lines")
						}
					}
				})
			}
		}
	}
}
