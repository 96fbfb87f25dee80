/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package crowd runs simulated people against booking servers. It is an open model: all
// arrival times are fixed before the first person arrives, and no session waits for
// another.
//
//	arrivals ──┬── session ──→ leaves
//	           ├── session ───────────→ leaves
//	           ┊
//
// Hard limits bound the number of people, the time, the people inside at once, and the wait
// for the last of them.
package crowd

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/arrival"
	"github.com/mezzanotte/mezzanotte/internal/crowd/clock"
	"github.com/mezzanotte/mezzanotte/internal/crowd/people"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Hard limits, whatever flags say.
const (
	MostPeople   = 1_000_000
	MostInside   = 50_000
	MostDuration = time.Hour
	MostDrain    = 15 * time.Minute
)

// Crowd configures a run.
type Crowd struct {
	Clock  clock.Clock
	Record *tally.Recorder
	Curve  arrival.Curve
	Mix    people.Mix
	// From is the origin of the curve: the opening.
	From time.Time
	// Inside limits the people inside at once. It bounds the memory of this process; it is
	// not a queue. The report counts people who arrive when it is full.
	Inside int
	// Drain limits the wait for people who are still inside after the last arrival.
	Drain time.Duration
	// Session runs one person's visit, from their arrival on.
	Session func(ctx context.Context, p people.Person, due time.Time) tally.Ending
	// Each is called with every second, once it is over.
	Each func(tally.Second)
}

// Run starts all sessions. It returns when all have ended or the context is done.
func (c Crowd) Run(ctx context.Context) {
	times := c.Curve.Times(rand.New(rand.NewPCG(c.Mix.Seed, 1<<63)))
	c.Record.Begin(c.first(times))
	watching, stopWatching := context.WithCancel(context.WithoutCancel(ctx))
	var watch sync.WaitGroup
	watch.Go(func() { c.watch(watching) })
	defer watch.Wait()
	defer stopWatching()

	sessions, cut := context.WithCancel(ctx)
	defer cut()
	var all sync.WaitGroup
	var inside atomic.Int64
	for i, at := range times {
		due := c.From.Add(at)
		if c.Clock.Until(ctx, due) != nil {
			break
		}
		if inside.Load() >= int64(min(c.Inside, MostInside)) {
			c.Record.TurnedAway(c.Clock.Now())
			continue
		}
		p := c.Mix.Person(i)
		c.Record.Arrived(p.Channel, due)
		inside.Add(1)
		all.Go(func() {
			defer inside.Add(-1)
			how := c.Session(sessions, p, due)
			c.Record.Left(how, c.Clock.Now())
		})
	}
	c.drain(ctx, &all)
	cut()
	all.Wait()
}

// first is the second in which the report begins: the first arrival or the opening.
func (c Crowd) first(times []time.Duration) time.Time {
	if len(times) == 0 || times[0] > 0 {
		return c.From
	}
	return c.From.Add(times[0])
}

// drain waits until all have left, for at most Drain.
func (c Crowd) drain(ctx context.Context, all *sync.WaitGroup) {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		all.Wait()
		stop()
	}()
	_ = c.Clock.Sleep(waiting, min(c.Drain, MostDrain)) // an error says that it is over before
}

// watch calls Each for every second that is over.
func (c Crowd) watch(ctx context.Context) {
	if c.Each == nil {
		return
	}
	second := c.Record.Begun()
	for c.Clock.Until(ctx, c.From.Add(time.Duration(second+1)*time.Second)) == nil {
		c.Each(c.Record.Second(second))
		second++
	}
}
