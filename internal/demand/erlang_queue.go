/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import "math"

// queue is the birth-death chain of callers in the call centre, in units of the
// handle time: they come at the rate a, and with k of them there they go at
//
//	d(k) = min(k, n) + δ·max(0, k−n)     with  δ = handle time / patience
type queue struct {
	erlangs float64 // a
	agents  int     // n
	waiters int     // how many may wait, N−n
	leave   float64 // δ
	endless bool    // neither lines nor patience limit those who wait
}

// mostWaiters limits the waiting callers, and with them the length of the walk.
const mostWaiters = 1 << 20

func (c Calls) queue(r Roster) queue {
	q := queue{erlangs: c.erlangs(), agents: max(0, r.Agents), waiters: mostWaiters}
	if c.Patience > 0 {
		q.leave = atLeastSecond(c.HandleTime).Seconds() / c.Patience.Seconds()
	}
	if r.Lines > 0 {
		q.agents = min(q.agents, r.Lines)
		q.waiters = min(r.Lines-q.agents, mostWaiters)
	}
	q.endless = r.Lines <= 0 && c.Patience <= 0
	return q
}

// state is the chain in the long run: probabilities of what an arriving caller
// finds, which are those of any instant (PASTA), and means.
type state struct {
	blocked   float64 // every line is taken
	admitted  float64 // 1 − blocked, without cancellation
	busy      float64 // every agent talks, whether or not a line is left
	within    float64 // the caller will be answered in time
	waiting   float64 // callers who wait, on average
	abandoned float64 // the caller will give up
	occupancy float64 // agents who talk, on average, of all agents
}

func (q queue) state(within float64) state {
	if q.endless {
		return q.patient(within)
	}
	return q.walk(within)
}

// patient is Erlang C in closed form: P(wait) = C = 1/(1 + v·(1−a/n)), with v
// from freeOdds; of those who wait exp(−(n−a)·t) do so longer than t, and
// C·a/(n−a) wait on average.
func (q queue) patient(within float64) state {
	n := float64(q.agents)
	spare := n - q.erlangs
	if spare <= 0 {
		return state{admitted: 1, busy: 1, waiting: math.Inf(1), occupancy: math.Min(n, 1)}
	}
	wait := 1 / (1 + freeOdds(q.erlangs, q.agents)*spare/n)
	return state{
		admitted:  1,
		busy:      wait,
		within:    1 - wait*math.Exp(-spare*within),
		waiting:   wait * q.erlangs / spare,
		occupancy: q.erlangs / n,
	}
}

// walk adds the states above n one after the other. Let B(k) be the probability
// of state k if k were the last one, and E(k) the mean of any f(0) … f(k) then:
//
//	v(k) = (1 + v(k−1))·d(k)/a            B(k) = 1/(1 + v(k))
//	E(k) = E(k−1) + B(k)·(f(k) − E(k−1))
//
// v is the odds that a line is free. All terms are positive and every mean stays
// between those it is made of, so that nothing overflows and nothing cancels.
func (q queue) walk(within float64) state {
	a, n := q.erlangs, float64(q.agents)
	free := freeOdds(a, q.agents)
	busyAtN, idleAtN := 1/(1+free), free/(1+free)
	blocked := busyAtN
	var above, waiting, inTime float64 // E of k > n, of k − n and of being answered in time
	ahead, perArrival := q.ahead(within), 1/a
	for k := 1; k <= q.waiters; k++ {
		gone := n + float64(k)*q.leave
		free = (1 + free) * (gone * perArrival)
		blocked = 1 / (1 + free)
		above += blocked * (1 - above)
		waiting += blocked * (float64(k) - waiting)
		inTime += blocked * (n*perArrival*ahead.goneNext() - inTime)
		if free > negligibleOdds {
			blocked = 0
			break
		}
	}
	s := state{
		blocked:  blocked,
		admitted: free / (1 + free),
		busy:     above + (1-above)*busyAtN,
		within:   (1-above)*idleAtN + inTime,
		waiting:  waiting,
		// They give up at the rate δ each, and come at the rate a.
		abandoned: waiting * q.leave / a,
	}
	if q.agents > 0 {
		s.occupancy = above + (1-above)*idleAtN*a/n
	}
	return s
}

const (
	// negligibleOdds are odds at which no later state weighs anything: they are
	// reached only where d(k) > a, so that each state is rarer than the one before,
	// and at most mostWaiters are left.
	negligibleOdds = 1e30
	// hugeOdds leave room for one more step before floating point overflows.
	hugeOdds = 1e100
)

// freeOdds is v(n) = (1 − B)/B where B is Erlang's B of a on n lines: the
// recursion in 1/B (Jagerman 1974), v(k) = (1 + v(k−1))·k/a with v(0) = 0. What
// it starts from is forgotten as the product of the k/a, which 12·√a steps below
// a have brought under e^−72: so it need not start at 0.
func freeOdds(a float64, n int) float64 {
	start := math.Floor(math.Min(float64(n), a) - 12*math.Sqrt(a))
	odds := 0.0
	for k := max(0, int(start)) + 1; k <= n && odds < hugeOdds; k++ {
		odds = (1 + odds) * (float64(k) / a)
	}
	return odds
}

// ahead is M, how many of those ahead of a waiting caller go within the time t,
// and he stays: the caller who finds k−1 waiting is answered in time with the
// probability n/(n + kδ)·P(M ≥ k), since the rates n + iδ, i = 0 … k−1, at which
// they go make exp(−δ·wait) a Beta(n/δ, k) variable (Riordan 1962). In the mean over
// all states n/(n + kδ) turns the weight of n+k−1 into n/a times that of n+k.
//
// M is negative binomial, and Poisson without impatience:
//
//	w(0) = exp(−(n + δ)·t)    w(i) = w(i−1)·(g/i + p)    p = 1 − exp(−δ·t), g = n·p/δ → n·t
type ahead struct {
	g, p  float64
	next  float64 // i
	w     float64 // w(i) is w·2^(−512·far)
	far   float64
	below float64 // P(M < i)
}

// farther is by how much, as a logarithm, w is scaled for each unit of far.
const farther = 512 * math.Ln2

func (q queue) ahead(t float64) ahead {
	n := float64(q.agents)
	s := ahead{g: n * t}
	if q.leave > 0 {
		s.p = -math.Expm1(-q.leave * t)
		s.g = n * s.p / q.leave
	}
	// Farther away than this, w does not come near in mostWaiters steps.
	log := math.Max(-(n+q.leave)*t, -1<<40)
	s.far = math.Floor(-log / farther)
	s.w = math.Exp(log + s.far*farther)
	return s
}

// goneNext is P(M ≥ 1) at the first call, P(M ≥ 2) at the second, and so on.
func (s *ahead) goneNext() float64 {
	if s.far == 0 {
		s.below += s.w
	}
	s.next++
	s.w *= s.g/s.next + s.p
	if s.w > 1 && s.far > 0 {
		s.w *= 0x1p-512
		s.far--
	}
	return math.Max(0, 1-s.below)
}
