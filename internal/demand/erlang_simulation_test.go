/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// instants is a heap of seconds, the earliest first.
type instants []float64

func (h instants) Len() int           { return len(h) }
func (h instants) Less(i, j int) bool { return h[i] < h[j] }
func (h instants) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

func (h *instants) Push(x any) {
	if instant, is := x.(float64); is {
		*h = append(*h, instant)
	}
}

func (h *instants) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

// desk is a call centre at work: callers are answered in the order in which they
// came, and it is known when each of those before will be gone.
type desk struct {
	dice   *rand.Rand
	calls  Calls
	roster Roster
	now    float64
	free   instants // when each agent will be
	inside instants // when each of the callers inside will be gone
}

func newDesk(c Calls, r Roster, seed uint64) *desk {
	return &desk{dice: rand.New(rand.NewPCG(seed, 0)), calls: c, roster: r, free: make(instants, r.Agents)}
}

// tally counts callers; the figures are sums.
type tally struct{ callers, blocked, waited, abandoned, inTime, wait float64 }

// caller is the next one to come.
func (d *desk) caller(within float64, t *tally) {
	handle := d.calls.HandleTime.Seconds()
	d.now += d.dice.ExpFloat64() * handle * 1000 / float64(d.calls.MilliErlangs)
	for len(d.inside) > 0 && d.inside[0] <= d.now {
		heap.Pop(&d.inside)
	}
	t.callers++
	if d.roster.Lines > 0 && len(d.inside) >= d.roster.Lines {
		t.blocked++
		return
	}
	wait, patience := math.Max(0, d.free[0]-d.now), math.Inf(1)
	if d.calls.Patience > 0 {
		patience = d.dice.ExpFloat64() * d.calls.Patience.Seconds()
	}
	if wait > 0 {
		t.waited++
		t.wait += math.Min(wait, patience)
	}
	if patience < wait {
		t.abandoned++
		heap.Push(&d.inside, d.now+patience)
		return
	}
	if wait <= within {
		t.inTime++
	}
	d.free[0] = d.now + wait + d.dice.ExpFloat64()*handle
	heap.Push(&d.inside, d.free[0])
	heap.Fix(&d.free, 0)
}

// TestSimulation lets 600,000 callers come to each of some desks. Every figure
// lies within four standard errors of their batch means.
func TestSimulation(t *testing.T) {
	const within = 20 * time.Second
	tests := map[string]struct {
		calls  Calls
		roster Roster
	}{
		"the published C":           {Calls{MilliErlangs: 10_000, HandleTime: 180 * time.Second}, Roster{Agents: 14}},
		"the published A":           {Calls{MilliErlangs: 48_000, HandleTime: time.Minute, Patience: 2 * time.Minute}, Roster{Agents: 50}},
		"B":                         {Calls{MilliErlangs: 35_000, HandleTime: 210 * time.Second}, Roster{Agents: 40, Lines: 40}},
		"a desk with few lines":     {Calls{MilliErlangs: 35_000, HandleTime: 210 * time.Second, Patience: 2 * time.Minute}, Roster{Agents: 30, Lines: 36}},
		"a crowd without patience":  {Calls{MilliErlangs: 60_000, HandleTime: 210 * time.Second, Patience: 15 * time.Second}, Roster{Agents: 40, Lines: 100}},
		"a crowd that never leaves": {Calls{MilliErlangs: 60_000, HandleTime: 210 * time.Second}, Roster{Agents: 50, Lines: 55}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want := test.calls.With(test.roster, within)
			d := newDesk(test.calls, test.roster, 2026)
			d.run(within, 20_000)
			var blocked, waited, abandoned, inTime, wait batches
			for range 30 {
				b := d.run(within, 20_000)
				blocked.add(b.blocked / b.callers)
				waited.add(b.waited / b.callers)
				abandoned.add(b.abandoned / b.callers)
				inTime.add(b.inTime / b.callers)
				wait.add(b.wait / (b.callers - b.blocked))
			}
			blocked.check(t, "Blocked", want.Blocked)
			waited.check(t, "Wait", want.Wait)
			abandoned.check(t, "Abandoned", want.Abandoned)
			inTime.check(t, "ServiceLevel", want.ServiceLevel)
			wait.check(t, "MeanWait", want.MeanWait.Seconds())
		})
	}
}

func (d *desk) run(within time.Duration, callers int) tally {
	var t tally
	for range callers {
		d.caller(within.Seconds(), &t)
	}
	return t
}

// batches are the means of batches of callers.
type batches []float64

func (b *batches) add(x float64) { *b = append(*b, x) }

func (b *batches) check(t *testing.T, what string, want float64) {
	t.Helper()
	var sum, squares float64
	for _, x := range *b {
		sum += x
	}
	n := float64(len(*b))
	mean := sum / n
	for _, x := range *b {
		squares += (x - mean) * (x - mean)
	}
	near(t, what, mean, want, 4*math.Sqrt(squares/(n-1)/n)+1e-12)
}
