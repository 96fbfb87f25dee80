/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// chain solves the same call centre by other means: linear equations for what
// callers find, and one caller followed through the queue, in seconds.
type chain struct {
	arrivals, served, leave float64 // per second: of all, of one agent, of one who waits
	agents, lines           int
}

func chainOf(c Calls, r Roster) chain {
	ch := chain{served: 1 / c.HandleTime.Seconds(), agents: r.Agents, lines: r.Lines}
	ch.arrivals = float64(c.MilliErlangs) / 1000 * ch.served
	if c.Patience > 0 {
		ch.leave = 1 / c.Patience.Seconds()
	}
	return ch
}

func (c chain) departures(k int) float64 {
	return float64(min(k, c.agents))*c.served + float64(max(0, k-c.agents))*c.leave
}

// equilibrium solves π·Q = 0, Σπ = 1 by Gaussian elimination.
func (c chain) equilibrium() []float64 {
	size := c.lines + 1
	m := make([][]float64, size) // one row per equation, its right side last
	for i := range m {
		m[i] = make([]float64, size+1)
	}
	for k := range size { // what leaves k enters k−1 or k+1
		if k > 0 {
			m[k-1][k] += c.departures(k)
			m[k][k] -= c.departures(k)
		}
		if k < c.lines {
			m[k+1][k] += c.arrivals
			m[k][k] -= c.arrivals
		}
	}
	for k := range size {
		m[size-1][k] = 1
	}
	m[size-1][size] = 1
	return solve(m)
}

func solve(m [][]float64) []float64 {
	for i := range m {
		pivot := i
		for j := i; j < len(m); j++ {
			if math.Abs(m[j][i]) > math.Abs(m[pivot][i]) {
				pivot = j
			}
		}
		m[i], m[pivot] = m[pivot], m[i]
		for j := range m {
			if factor := m[j][i] / m[i][i]; j != i && factor != 0 {
				for k := i; k <= len(m); k++ {
					m[j][k] -= factor * m[i][k]
				}
			}
		}
	}
	x := make([]float64, len(m))
	for i := range m {
		x[i] = m[i][len(m)] / m[i][i]
	}
	return x
}

// follow one caller who finds others waiting: the mean wait and the
// probability of giving up, one departure after the other.
func (c chain) follow(ahead int) (wait, gaveUp float64) {
	for k := range ahead + 1 {
		moves := float64(c.agents)*c.served + float64(k)*c.leave
		all := moves + c.leave
		wait, gaveUp = (1+moves*wait)/all, (c.leave+moves*gaveUp)/all
	}
	return wait, gaveUp
}

// answered is the probability that the caller who finds others waiting
// is answered within the seconds, by uniformisation.
func (c chain) answered(ahead int, seconds float64) float64 {
	pace := float64(c.agents)*c.served + float64(ahead+1)*c.leave
	place := make([]float64, ahead+2) // place[k]: k to go; place[0]: answered
	place[ahead+1] = 1
	mean, total := pace*seconds, 0.0
	for jumps := 0; float64(jumps) < mean+12*math.Sqrt(mean)+60; jumps++ {
		factorial, _ := math.Lgamma(float64(jumps) + 1)
		total += math.Exp(float64(jumps)*math.Log(mean)-mean-factorial) * place[0]
		next := make([]float64, len(place))
		next[0] = place[0]
		for k := 1; k < len(place); k++ {
			moves := float64(c.agents)*c.served + float64(k-1)*c.leave
			next[k-1] += place[k] * moves / pace
			next[k] += place[k] * (1 - (moves+c.leave)/pace)
		}
		place = next
	}
	return total
}

func (c chain) service(within time.Duration) Service {
	var s Service
	var wait float64
	for k, p := range c.equilibrium() {
		s.Occupancy += p * float64(min(k, c.agents)) / math.Max(1, float64(c.agents))
		switch {
		case k == c.lines:
			s.Blocked = p
		case k < c.agents:
			s.ServiceLevel += p
		default:
			mean, gaveUp := c.follow(k - c.agents)
			s.Wait += p
			s.Abandoned += p * gaveUp
			s.ServiceLevel += p * c.answered(k-c.agents, within.Seconds())
			wait += p * mean
		}
	}
	s.MeanWait = time.Duration(wait / (1 - s.Blocked) * float64(time.Second))
	return s
}

// TestChain holds every figure against the chain, on small rosters thrown by dice.
func TestChain(t *testing.T) {
	dice := rand.New(rand.NewPCG(20261202, 0))
	seconds := func(least, most int) time.Duration {
		return time.Duration(least+dice.IntN(most-least)) * time.Second
	}
	for range 400 {
		calls := Calls{MilliErlangs: 1 + dice.Int64N(15_000), HandleTime: seconds(60, 600)}
		if dice.IntN(4) > 0 {
			calls.Patience = seconds(30, 1200)
		}
		roster := Roster{Agents: 1 + dice.IntN(8)}
		roster.Lines = roster.Agents + dice.IntN(9)
		within := seconds(1, 240)
		t.Run(fmt.Sprintf("%+v,%+v,%v", calls, roster, within), func(t *testing.T) {
			same(t, calls.With(roster, within), chainOf(calls, roster).service(within), 1e-11)
		})
	}
}
