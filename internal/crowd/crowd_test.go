/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package crowd

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/demand"

	"github.com/mezzanotte/mezzanotte/internal/crowd/arrival"
	"github.com/mezzanotte/mezzanotte/internal/crowd/clock"
	"github.com/mezzanotte/mezzanotte/internal/crowd/people"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// bubble is the clock of testing/synctest.
var bubble = clock.Clock{Now: time.Now, After: time.After}

// makeCrowd comes in five seconds.
func makeCrowd(n int, session func(context.Context, people.Person, time.Time) tally.Ending) Crowd {
	from := time.Now().Add(5 * time.Second)
	return Crowd{
		Clock: bubble, Record: tally.NewRecorder(from, from, []string{"web", "app"}),
		Curve: arrival.Curve{
			Forecast: demand.Forecast{People: 1000, SharePercent: 100, FirstHourPercent: 10, FirstMinutePercent: 20},
			Duration: 30 * time.Second, People: n, EarlyPercent: 10, EarlyBy: 4 * time.Second,
		},
		Mix: people.Mix{Seed: 9, Shares: []float64{70, 30}, Patience: time.Minute}, From: from, Inside: n, Drain: 10 * time.Second,
		Session: session,
	}
}

// Whatever the servers do, people come at the same instants: those of the curve.
func TestNothingSlowsArrivals(t *testing.T) {
	const n = 2000
	for name, session := range map[string]func(context.Context, people.Person, time.Time) tally.Ending{
		"servers answer at once": func(context.Context, people.Person, time.Time) tally.Ending { return tally.Booked },
		"servers hang for ever": func(ctx context.Context, _ people.Person, _ time.Time) tally.Ending {
			<-ctx.Done()
			return tally.CutOff
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var came []time.Time
				c := makeCrowd(n, nil)
				c.Session = func(ctx context.Context, p people.Person, due time.Time) tally.Ending {
					if !time.Now().Equal(due) {
						t.Errorf("came %s late", time.Since(due))
					}
					mu.Lock()
					came = append(came, due)
					mu.Unlock()
					return session(ctx, p, due)
				}
				c.Run(t.Context())
				var want []time.Time
				for _, at := range c.Curve.Times(rand.New(rand.NewPCG(c.Mix.Seed, 1<<63))) {
					want = append(want, c.From.Add(at))
				}
				slices.SortFunc(came, time.Time.Compare)
				if diff := cmp.Diff(want, came); diff != "" {
					t.Error(diff)
				}
				if r := c.Record.Report(); r.Arrivals != n || r.Early != n/10 || r.Sessions.Booked+r.Sessions.CutOff != n {
					t.Errorf("report %+v", r)
				}
			})
		})
	}
}

// It ends by itself: when all have left, or when those who hang were waited for.
func TestItEnds(t *testing.T) {
	cases := map[string]struct {
		stays     time.Duration
		interrupt time.Duration
		wantEnd   time.Duration // after the opening
	}{
		"all have left":          {stays: time.Second, wantEnd: 31 * time.Second},
		"some never leave":       {stays: time.Hour, wantEnd: 40 * time.Second},
		"Ctrl-C during arrivals": {stays: time.Hour, interrupt: 20 * time.Second, wantEnd: 15 * time.Second},
		"Ctrl-C after the last":  {stays: time.Hour, interrupt: 38 * time.Second, wantEnd: 33 * time.Second},
		"Ctrl-C before anybody":  {stays: time.Hour, interrupt: time.Millisecond, wantEnd: -5*time.Second + time.Millisecond},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				crowd := makeCrowd(3000, func(ctx context.Context, _ people.Person, _ time.Time) tally.Ending {
					if bubble.Sleep(ctx, c.stays) != nil {
						return tally.CutOff
					}
					return tally.Booked
				})
				ctx := t.Context()
				if c.interrupt > 0 {
					var stop func()
					ctx, stop = context.WithTimeout(ctx, c.interrupt)
					defer stop()
				}
				crowd.Run(ctx)
				if got := time.Since(crowd.From); got < c.wantEnd-200*time.Millisecond || got > c.wantEnd {
					t.Errorf("ended %s after the opening, want %s", got, c.wantEnd)
				}
			})
		})
	}
}

// Who finds no room in the generator is told of, not queued.
func TestRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := makeCrowd(500, func(ctx context.Context, _ people.Person, _ time.Time) tally.Ending {
			<-ctx.Done()
			return tally.CutOff
		})
		c.Inside = 100
		c.Run(t.Context())
		if r := c.Record.Report(); r.Arrivals != 100 || r.Generator.TurnedAway != 400 {
			t.Errorf("%d came, %d were turned away", r.Arrivals, r.Generator.TurnedAway)
		}
	})
}

// Each second is told of once, when it is over.
func TestEachSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		arrivals, next := 0, -4
		c := makeCrowd(400, func(context.Context, people.Person, time.Time) tally.Ending { return tally.Booked })
		c.Each = func(s tally.Second) {
			if s.From != next || time.Since(c.From) != time.Duration(s.From+1)*time.Second {
				t.Errorf("second %d was told of at %s", s.From, time.Since(c.From))
			}
			next++
			arrivals += s.Arrivals
		}
		c.Run(t.Context())
		if r := c.Record.Report(); arrivals < 395 || len(r.Seconds) < 30 || next < 29 {
			t.Errorf("%d arrivals until second %d of %d", arrivals, next, len(r.Seconds))
		}
	})
}
