/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package crowd lets people come. It is an open model: when somebody comes was fixed
// before the first of them came, and nobody waits for anybody who is inside.
//
//	arrivals ──┬── session ──→ leaves
//	           ├── session ───────────→ leaves
//	           ┊
//
// What bounds it is said beforehand: how many come, for how long, how many may be
// inside at once, and how long those who are left are waited for.
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

// Crowd is a crowd that is to come.
type Crowd struct {
	Clock  clock.Clock
	Record *tally.Recorder
	Curve  arrival.Curve
	Mix    people.Mix
	// From is the instant from which the curve counts: the opening.
	From time.Time
	// Inside is how many people may be inside at once. This is memory of this
	// process, not a queue: who finds it full is told of in the report.
	Inside int
	// Drain is how long those who are inside after the last arrival are waited for.
	Drain time.Duration
	// Session is what one person does, who came at an instant.
	Session func(ctx context.Context, p people.Person, due time.Time) tally.Ending
	// Each is told of each second, when it is over.
	Each func(tally.Second)
}

// Run lets them come, and returns when all have left or the context is done.
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

// first is when the report begins: with the first who comes, or with the opening.
func (c Crowd) first(times []time.Duration) time.Time {
	if len(times) == 0 || times[0] > 0 {
		return c.From
	}
	return c.From.Add(times[0])
}

// drain waits until all have left, but not longer than it may.
func (c Crowd) drain(ctx context.Context, all *sync.WaitGroup) {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		all.Wait()
		stop()
	}()
	_ = c.Clock.Sleep(waiting, min(c.Drain, MostDrain)) // an error says that it is over before
}

// watch tells of each second that is over.
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
