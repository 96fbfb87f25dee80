/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// pause lets time go by, in a bubble of synctest.
func pause(d time.Duration) {
	ctx, stop := context.WithTimeout(context.Background(), d)
	defer stop()
	<-ctx.Done()
}

// instant is now, in a bubble of synctest.
func instant() time.Time {
	ctx, stop := context.WithTimeout(context.Background(), time.Hour)
	defer stop()
	then, _ := ctx.Deadline()
	return then.Add(-time.Hour)
}

// TestGateHoldsItsBounds sends a crowd of both urgencies through a small gate, with
// visits of all lengths and people who go away, and looks at every step.
func TestGateHoldsItsBounds(t *testing.T) {
	const most, room, crowd = 3, 10, 2000
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			g := &gate{most: most, room: room, patience: time.Second}
			var (
				mu     sync.Mutex
				inside int
				ends   = map[string]int{}
				all    sync.WaitGroup
			)
			visit := func(u urgency, stay, leaves time.Duration) {
				defer all.Done()
				ctx, stop := context.WithTimeout(context.Background(), leaves)
				defer stop()
				came := instant()
				leave, err := g.enter(ctx, u)
				if waited := instant().Sub(came); waited > g.patience {
					t.Errorf("somebody waited %v, longer than %v", waited, g.patience)
				}
				if _, starts, finishes := g.counts(); starts+finishes > room {
					t.Errorf("%d wait, more than %d", starts+finishes, room)
				}
				mu.Lock()
				if err != nil {
					ends[err.Error()]++
					mu.Unlock()
					return
				}
				ends["in"]++
				inside++
				if inside > most {
					t.Errorf("%d are inside, more than %d", inside, most)
				}
				mu.Unlock()
				pause(stay)
				mu.Lock()
				inside--
				mu.Unlock()
				leave()
				leave() // once more changes nothing
			}
			for range crowd {
				all.Add(1)
				u := urgency(random.IntN(2))
				stay := time.Duration(random.IntN(400)+1) * time.Millisecond
				leaves := time.Duration(random.IntN(3000)+1) * time.Millisecond
				go visit(u, stay, leaves)
				pause(time.Duration(random.IntN(100)) * time.Millisecond)
			}
			all.Wait()
			if in, starts, finishes := g.counts(); in+starts+finishes != 0 {
				t.Errorf("%d are inside and %d wait after everybody went", in, starts+finishes)
			}
			for _, end := range []string{"in", booking.OverloadFull.Error(), booking.OverloadWaited.Error(), booking.OverloadDisplaced.Error(), context.DeadlineExceeded.Error()} {
				if ends[end] == 0 {
					t.Errorf("nobody ended as %q: the crowd is too easy: %v", end, ends)
				}
			}
		})
	}
}

// held is a gate with everybody inside that may be, and the way to let them out.
func held(t *testing.T, g *gate) (out func()) {
	t.Helper()
	leave, err := g.enter(t.Context(), starting)
	if err != nil {
		t.Fatal(err)
	}
	return leave
}

func TestWhoFinishesGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{most: 1, room: 40, patience: time.Minute}
		out := held(t, g)
		var (
			mu    sync.Mutex
			order []urgency
		)
		for i := range 40 {
			go func() {
				leave, err := g.enter(t.Context(), urgency(i%2))
				if err != nil {
					t.Errorf("enter: %v", err)
					return
				}
				mu.Lock()
				order = append(order, urgency(i%2))
				mu.Unlock()
				leave()
			}()
			synctest.Wait()
		}
		out()
		synctest.Wait()
		if len(order) != 40 {
			t.Fatalf("%d came in, want 40", len(order))
		}
		for at := 0; at+turn <= 25; at += turn { // while both wait
			finishes := 0
			for _, u := range order[at : at+turn] {
				finishes += int(u)
			}
			if finishes != turn-1 {
				t.Errorf("from %d on, %d of %d finish, want %d: %v", at, finishes, turn, turn-1, order)
			}
		}
	})
}

func TestWhoFinishesTakesThePlaceOfWhoStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{most: 1, room: 2, patience: time.Minute}
		out := held(t, g)
		ends := make([]error, 5)
		ask := func(i int, u urgency) {
			go func() {
				leave, err := g.enter(t.Context(), u)
				if ends[i] = err; err == nil {
					leave()
				}
			}()
			synctest.Wait()
		}
		ask(0, starting)
		ask(1, starting)
		ask(2, starting)  // finds the queue full
		ask(3, finishing) // takes the place of the second
		ask(4, finishing) // and of the first
		out()
		synctest.Wait()
		for i, want := range []error{booking.OverloadDisplaced, booking.OverloadDisplaced, booking.OverloadFull, nil, nil} {
			if !errors.Is(ends[i], want) {
				t.Errorf("visitor %d ended with %v, want %v", i, ends[i], want)
			}
		}
	})
}

func TestWhoGoesAwayLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{most: 1, room: 1, patience: time.Minute}
		out := held(t, g)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			_, err := g.enter(ctx, starting)
			ended <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v, want that of the context", err)
		}
		out()
		if in, starts, _ := g.counts(); in != 0 || starts != 0 {
			t.Errorf("%d inside, %d waiting, want none", in, starts)
		}
	})
}
