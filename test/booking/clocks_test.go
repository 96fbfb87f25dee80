/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// clocks are those of five processes: how far each is ahead of the store's, and the
// channel's name.
var clocks = []struct{ name, ahead string }{
	{"2-behind", "-2s"}, {"1-behind", "-1s"}, {"right", "0s"}, {"1-ahead", "1s"}, {"2-ahead", "2s"},
}

// five starts five processes with catalog files of their own, and returns when all can book.
func (w *world) five(c catalog.Catalog) []*instance {
	w.t.Helper()
	var all []*instance
	for _, clock := range clocks {
		p := w.serve(clock.name, "--clock-ahead="+clock.ahead)
		p.mount(c)
		p.start()
		all = append(all, p)
	}
	for _, p := range all {
		p.ready()
	}
	return all
}

// knock is one try to book, and how it ended.
type knock struct {
	at string // which process
	answer
}

// door is people who try to book at five processes, without a pause.
type door struct {
	t      *testing.T
	places func(who int) []booking.Place
	mu     sync.Mutex
	knocks []knock
	stop   context.CancelFunc
	wait   sync.WaitGroup
}

// knockAt lets two people at a time try at each process, each of them once, until they
// are stopped.
func (d *door) knockAt(all []*instance) {
	ctx, stop := context.WithCancel(d.t.Context())
	d.stop = stop
	for i, p := range all {
		for j := range 2 {
			d.wait.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					who := 1_000_000*(2*i+j+1) + n
					a, err := p.post(d.t.Context(), "$book", fmt.Sprintf("a-key-of-person-%09d", who), takes(who, d.places(who)))
					if err != nil {
						d.t.Errorf("%s: %v", p.name, err)
						return
					}
					d.mu.Lock()
					d.knocks = append(d.knocks, knock{p.name, a})
					d.mu.Unlock()
					time.Sleep(20 * time.Millisecond)
				}
			})
		}
	}
}

// close stops everybody, and waits for their answers.
func (d *door) close() {
	d.stop()
	d.wait.Wait()
}

// clock is the store's, which alone decides.
func clock(t *testing.T, rows *pgx.Conn) time.Time {
	t.Helper()
	return query[time.Time](t, rows, "SELECT clock_timestamp()")
}

// Five processes with different clocks open together: nobody books before the instant by the
// store's clock, and each process books within a second after it.
func TestFiveClocks(t *testing.T) {
	w := newWorld(t, shared.Database(t))
	rows := w.connect()
	later := makeCatalog(1, time.Now().Add(time.Hour), 1000)
	w.prepare(later, 20)
	all := w.five(later)
	now := clock(t, rows)
	opens := now.Truncate(time.Second).Add(12 * time.Second)
	d := &door{t: t, places: func(who int) []booking.Place { return both(now, who%20) }}
	d.knockAt(all)
	for _, p := range all {
		p.mount(makeCatalog(2, opens, 1000))
	}
	time.Sleep(opens.Add(2 * time.Second).Sub(now))
	d.close()

	early := 0
	for _, k := range d.knocks {
		switch {
		case k.done():
			made, err := time.Parse(time.RFC3339, k.appointments[0].Created)
			if err != nil || made.Before(opens) {
				t.Errorf("%s booked at %s, and it opened at %v: %v", k.at, k.appointments[0].Created, opens, err)
			}
		case k.code == booking.CodeNotYetOpen:
			early++
		default:
			t.Errorf("%s: neither booked, nor not yet open: %v", k.at, k.answer)
		}
	}
	if first := query[time.Time](t, rows, "SELECT min(made_at) FROM booking"); first.Before(opens) {
		t.Errorf("somebody booked at %v, and it opened at %v", first, opens)
	}
	for _, p := range all {
		first := query[*time.Time](t, rows, "SELECT min(made_at) FROM booking WHERE channel = $1", p.name)
		switch {
		case first == nil:
			t.Errorf("%s: nobody could book", p.name)
		case first.After(opens.Add(time.Second)):
			t.Errorf("%s: nobody could book before %v after the opening", p.name, first.Sub(opens))
		default:
			t.Logf("%s: the first booking was made %v after the opening", p.name, first.Sub(opens).Round(time.Millisecond))
		}
		p.noPanic()
	}
	t.Logf("%d tries, %d of them too early", len(d.knocks), early)
	if early < 100 {
		t.Errorf("only %d came too early", early)
	}
	w.audit()
}
