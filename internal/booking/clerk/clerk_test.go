/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
)

// TestAsked carries out every kind of request, and checks what reaches the store: always for
// the clerk's own channel.
func TestAsked(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Channel, o.CallCentre = "phone", true })
	forged := booking.By{Channel: "web", Agent: "agent-7", Key: someKey}
	want := booking.By{Channel: "phone", CallCentre: true, Agent: "agent-7", Key: someKey}
	wish, ref, contact := wants(t, giulia), mine(t, giulia), booking.Contact{Email: "giulia@example.org"}
	wish.By, wish.Contact = forged, contact
	for verb, do := range map[string]func() (booking.Booking, error){
		"hold":    func() (booking.Booking, error) { return w.Hold(t.Context(), wish) },
		"book":    func() (booking.Booking, error) { return w.Book(t.Context(), wish) },
		"confirm": func() (booking.Booking, error) { return w.Confirm(t.Context(), ref, contact, forged) },
		"extend":  func() (booking.Booking, error) { return w.Extend(t.Context(), ref, forged) },
		"cancel":  func() (booking.Booking, error) { return w.Cancel(t.Context(), ref, forged) },
		"move":    func() (booking.Booking, error) { return w.Move(t.Context(), ref, places(), forged) },
	} {
		w.store.Calls, w.store.Requests, w.store.Changes = nil, nil, nil
		if b, err := do(); err != nil || b.Number.IsZero() {
			t.Errorf("%s: got %v, %v", verb, b.Number, err)
		}
		if last := w.store.Calls[len(w.store.Calls)-1]; last != verb {
			t.Errorf("%s: the store was asked to %s", verb, last)
		}
		var asked []booking.Change // a request has all of it
		for _, r := range w.store.Requests {
			asked = append(asked, booking.Change{Revision: r.Revision, Contact: r.Contact, Places: r.Places, By: r.By})
		}
		change := booking.Change{Revision: 1, By: want}
		switch verb {
		case "hold", "book":
			change.Contact, change.Places = contact, places()
		case "confirm":
			change.Contact = contact
		case "move":
			change.Places = places()
		}
		if diff := cmp.Diff([]booking.Change{change}, append(asked, w.store.Changes...)); diff != "" {
			t.Errorf("%s: the store was asked for (-want +got):\n%s", verb, diff)
		}
	}
}

// TestTaken: the store is asked for whom it is, and by which campaign.
func TestTaken(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Hold(t.Context(), wants(t, giulia)); err != nil {
		t.Fatal(err)
	}
	r := w.store.Requests[0]
	if r.Campaign.Name != band || r.Person.Born != day("1983-12-01") || !r.Person.Identifier.Equal(person(t, giulia)) {
		t.Errorf("the store was asked to hold for another: %s", r.Campaign.Name)
	}
}

func TestLooking(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.CallCentre = true })
	ref := mine(t, giulia)
	if b, err := w.Look(t.Context(), ref); err != nil || b.Number != ref.Number {
		t.Errorf("look: got %v, %v", b.Number, err)
	}
	w.store.Bookings = []booking.Booking{makeBooking(booking.Held)}
	if all, err := w.Live(t.Context(), person(t, giulia)); err != nil || len(all) != 1 {
		t.Errorf("what somebody has: got %v, %v", all, err)
	}
	if _, err := w.Free(t.Context(), booking.Window{Hub: eur}); err != nil || !w.store.Windows[0].CallCentre {
		t.Errorf("a desk looked for places of others, %v", err)
	}
	if _, err := w.Availability(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTooOften(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.PerPerson = Rate{Burst: 1, PerSecond: 0.1} })
	for verb, do := range w.everything(giulia) {
		w.store.Later(time.Minute)
		if err := do(t.Context()); err != nil {
			t.Errorf("%s: %v", verb, err)
		}
		w.store.Calls = nil
		if err := do(t.Context()); why(err) != "too often: 10s" || len(w.store.Calls) > 0 {
			t.Errorf("%s, too often: %v, and the store was asked to %v", verb, err, w.store.Calls)
		}
		if err := w.everything(marco)[verb](t.Context()); err != nil {
			t.Errorf("%s, by somebody else: %v", verb, err)
		}
	}
	for range 10 {
		if _, _, err := w.Find(t.Context(), Search{Campaign: band}); err != nil {
			t.Errorf("find, by nobody: %v", err)
		}
	}
}

// TestShed: once the gate and the queue are full, further requests are rejected, but one that
// finishes a booking displaces one that starts.
func TestShed(t *testing.T) {
	for verb, finishes := range map[string]bool{
		"find": false, "hold": false, "book": false, "move": false, "look": false, "confirm": true, "extend": true, "cancel": true,
	} {
		t.Run(verb, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				release := make(chan struct{})
				w.store.OnLook = func(booking.Reference) (booking.Booking, error) {
					<-release
					return makeBooking(booking.Booked), nil
				}
				var (
					all       sync.WaitGroup
					mu        sync.Mutex
					displaced int
				)
				for range 1 + waitingPerConnection {
					all.Go(func() {
						_, err := w.Look(t.Context(), mine(t, marco))
						if why(err) == booking.OverloadDisplaced.Error() {
							mu.Lock()
							defer mu.Unlock()
							displaced++
						}
					})
				}
				synctest.Wait()
				if diff := cmp.Diff(Queue{Inside: 1, Starting: waitingPerConnection}, w.Queue()); diff != "" {
					t.Fatalf("queue (-want +got):\n%s", diff)
				}
				var err error
				all.Go(func() { err = w.everything(giulia)[verb](t.Context()) })
				synctest.Wait()
				close(release)
				all.Wait()
				want, sent := booking.OverloadFull.Error(), 0
				if finishes {
					want, sent = "", 1
				}
				if why(err) != want || displaced != sent {
					t.Errorf("ended with %v and displaced %d, want %q and %d", err, displaced, want, sent)
				}
			})
		})
	}
}

// TestWhoGoesAway: what has begun is finished.
func TestWhoGoesAway(t *testing.T) {
	w := newWorld(t)
	ctx, leave := context.WithCancel(t.Context())
	w.store.OnTake = func(booking.Request) (booking.Booking, error) {
		leave()
		return makeBooking(booking.Held), nil
	}
	if _, err := w.Hold(ctx, wants(t, giulia)); err != nil {
		t.Errorf("hold: %v", err)
	}
}

func TestNotInForce(t *testing.T) {
	w := newWorld(t)
	w.store.Snapshot = nil
	for verb, do := range w.everything(giulia) {
		err := do(t.Context())
		if known := verb == "look"; known != (err == nil) {
			t.Errorf("%s: %v", verb, err)
			continue
		}
		if err != nil && (!errors.Is(err, booking.ErrNotInForce) || !errors.Is(err, binding.ErrNone)) {
			t.Errorf("%s: %v, want %v and why", verb, err, booking.ErrNotInForce)
		}
	}
}

func TestStoreAway(t *testing.T) {
	w := newWorld(t)
	w.store.OnTake = func(booking.Request) (booking.Booking, error) { return booking.Booking{}, errAway }
	w.store.OnChange = func(booking.Reference, booking.Change) (booking.Booking, error) { return booking.Booking{}, errAway }
	w.store.OnLook = func(booking.Reference) (booking.Booking, error) { return booking.Booking{}, errAway }
	for verb, do := range w.everything(giulia) {
		if err := do(t.Context()); verb != "find" && !errors.Is(err, errAway) {
			t.Errorf("%s: %v, want %v", verb, err, errAway)
		}
	}
	if w.Queue() != (Queue{}) {
		t.Errorf("somebody is still inside: %+v", w.Queue())
	}
}

// why names an error as the package comment does.
func why(err error) string {
	var (
		decided booking.NotEligibleError
		refusal *booking.Refusal
		beside  booking.AlternativesError
		unknown booking.UnknownHubError
		often   booking.RateLimitError
		shed    booking.OverloadError
	)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &decided):
		return "decided: " + string(decided.Outcome)
	case errors.As(err, &beside):
		return fmt.Sprintf("%v, %d free", beside.Err, len(beside.Next))
	case errors.As(err, &refusal):
		return refusal.Error()
	case errors.As(err, &unknown):
		return fmt.Sprintf("unknown hub %d", unknown.Index)
	case errors.As(err, &often):
		return "too often: " + often.After.String()
	case errors.As(err, &shed):
		return shed.Error()
	case errors.Is(err, booking.ErrNotInForce):
		return "not in force"
	}
	return err.Error()
}
