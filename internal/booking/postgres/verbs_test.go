/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// refused fails the test unless an error is a refusal with an outcome.
func (d world) refused(want booking.Outcome, err error) {
	d.tb.Helper()
	var r *booking.Refusal
	if !errors.As(err, &r) || r.Outcome != want {
		d.tb.Fatalf("got %v, want refused: %s", err, want)
	}
}

func second[T any](_ T, err error) error { return err }

func TestHold(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(1))
	ctx := t.Context()

	held := d.must(d.Hold(ctx, d.wants(1, d.at(1, 9), d.at(3, 9))))
	if held.State != booking.Held || len(held.Appointments) != 2 || held.Appointments[1].Day.Since(held.Appointments[0].Day) != 2 {
		t.Fatalf("held %+v", held)
	}
	if got := held.ExpiresAt.Sub(held.MadeAt); got != booking.HoldTime {
		t.Errorf("held for %v, want %v", got, booking.HoldTime)
	}
	read, err := d.Look(ctx, ref(d, held, 1))
	if diff := cmp.Diff(held, read, comparable); err != nil || diff != "" {
		t.Errorf("looked up, it differs from the answer: %v\n%s", err, diff)
	}
	extended := d.must(d.Extend(ctx, ref(d, held, 1), booking.Change{By: booking.By{Channel: "web"}}))
	if got := extended.ExpiresAt.Sub(held.ExpiresAt); !extended.Extended || got != booking.HoldTime {
		t.Errorf("extended by %v, want %v: %+v", got, booking.HoldTime, extended)
	}
	d.refused(booking.ExtendedOnce, second(d.Extend(ctx, ref(d, held, 1), booking.Change{By: booking.By{Channel: "web"}})))
	d.refused(booking.NoPlace, second(d.Hold(ctx, d.wants(2, d.at(1, 9), d.at(3, 10)))))
	if err := second(d.Hold(ctx, d.wants(2, d.at(1, 10), d.at(3, 9)))); err == nil || err.Error() != "refused: no_place, dose 2" {
		t.Errorf("without a place for the second dose: %v", err)
	}
	d.sound()
}

func TestBooking(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(1))
	ctx := t.Context()
	held := d.must(d.Hold(ctx, d.wants(1, d.at(1, 9), d.at(3, 9))))
	booked := d.must(d.Confirm(ctx, ref(d, held, 1), booking.Change{Revision: 1, By: booking.By{Channel: "web"}}))
	if booked.State != booking.Booked || !booked.ExpiresAt.IsZero() {
		t.Errorf("confirmed: %+v", booked)
	}
	if again := d.must(d.Confirm(ctx, ref(d, held, 1), booking.Change{Revision: 1})); !again.Replayed {
		t.Error("confirmed twice, as if it were the first time")
	}
	d.refused(booking.AlreadyBooked, second(d.Book(ctx, d.wants(1, d.at(1, 11), d.at(3, 11)))))
	d.refused(booking.Expired, second(d.Extend(ctx, ref(d, held, 1), booking.Change{})))

	moved := d.must(d.Move(ctx, ref(d, held, 1), booking.Change{Revision: 1, Places: []booking.Place{d.at(1, 9), d.at(4, 7)}}))
	if got := moved.Appointments[1].Place; got != d.at(4, 7) {
		t.Errorf("moved to %v", got)
	}
	d.must(d.Book(ctx, d.wants(2, d.at(1, 10), d.at(3, 9)))) // the place that was given up

	cancelled := d.must(d.Cancel(ctx, ref(d, held, 1), booking.Change{}))
	if cancelled.State != booking.Cancelled || cancelled.Appointments != nil {
		t.Errorf("cancelled: %+v", cancelled)
	}
	d.must(d.Cancel(ctx, ref(d, held, 1), booking.Change{})) // once more is no error
	d.refused(booking.Gone, second(d.Move(ctx, ref(d, held, 1), booking.Change{Revision: 1, Places: []booking.Place{d.at(1, 9), d.at(3, 12)}})))
	d.must(d.Book(ctx, d.wants(1, d.at(1, 9), d.at(4, 7))))
	if a := d.sound(); a.Sold != 4 || a.Booked != 2 {
		t.Errorf("sold %d in %d bookings, want 4 in 2", a.Sold, a.Booked)
	}
}

func TestDosesMayChangePlaces(t *testing.T) {
	d := open(t, 2)
	c := d.MakeCatalog(1)
	c.Campaigns[0].Doses = catalog.Doses{Count: 2, MinIntervalDays: 1, MaxIntervalDays: 9}
	d = d.with(c)
	b := d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(2, 9))))
	moved := d.must(d.Move(t.Context(), ref(d, b, 1), booking.Change{Revision: 1, Places: []booking.Place{d.at(2, 9), d.at(3, 9)}}))
	if moved.Appointments[0].Place != d.at(2, 9) || moved.Appointments[1].Place != d.at(3, 9) {
		t.Errorf("moved to %+v", moved.Appointments)
	}
	d.sound()
}

func TestANewHoldReplacesTheOld(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(1))
	first := d.must(d.Hold(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	d.must(d.Book(t.Context(), d.wants(2, d.at(1, 8), d.at(3, 8))))
	d.refused(booking.NoPlace, second(d.Hold(t.Context(), d.wants(1, d.at(1, 8), d.at(3, 9)))))
	if kept, err := d.Look(t.Context(), ref(d, first, 1)); err != nil || kept.State != booking.Held {
		t.Errorf("refused another place, the hold is %v, %v; want it kept", kept.State, err)
	}
	d.must(d.Hold(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 10)))) // its own place is free to it
	if given, err := d.Look(t.Context(), ref(d, first, 1)); err != nil || given.State != booking.Cancelled {
		t.Errorf("replaced, the hold is %v, %v", given.State, err)
	}
	if a := d.sound(); a.Held != 1 || a.Sold != 4 {
		t.Errorf("%+v", a)
	}
}

func TestSomebodyElsesBookingIsUnknown(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(2))
	mine := d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	d.must(d.Book(t.Context(), d.wants(2, d.at(1, 9), d.at(3, 9))))
	var want, got string
	for name, r := range map[string]booking.Reference{
		"of somebody who has another": ref(d, mine, 2),
		"of somebody who has none":    ref(d, mine, 3),
	} {
		for verb, do := range map[string]func(booking.Reference) error{
			"look":   func(r booking.Reference) error { return second(d.Look(t.Context(), r)) },
			"cancel": func(r booking.Reference) error { return second(d.Cancel(t.Context(), r, booking.Change{})) },
			"confirm": func(r booking.Reference) error {
				return second(d.Confirm(t.Context(), r, booking.Change{Revision: 1}))
			},
			"extend": func(r booking.Reference) error { return second(d.Extend(t.Context(), r, booking.Change{})) },
			"move": func(r booking.Reference) error {
				return second(d.Move(t.Context(), r, booking.Change{Revision: 1, Places: []booking.Place{d.at(2, 9), d.at(4, 9)}}))
			},
		} {
			err := do(r)
			d.refused(booking.NotFound, err)
			if got = err.Error(); want != "" && got != want {
				t.Errorf("%s %s: %q, elsewhere %q", verb, name, got, want)
			}
			want = got
		}
	}
	d.sound()
}

func TestAKeyIsCarriedOutOnce(t *testing.T) {
	d := open(t, 4)
	d = d.with(d.MakeCatalog(5))
	request := d.wants(1, d.at(1, 9), d.at(3, 9))
	request.By.Key = "a"
	first := d.must(d.Hold(t.Context(), request))
	again := d.must(d.Hold(t.Context(), request))
	if !again.Replayed || again.Number != first.Number {
		t.Errorf("the same request gave %+v, then %+v", first, again)
	}
	other := request
	other.Places = []booking.Place{d.at(1, 10), d.at(3, 9)}
	d.refused(booking.KeyUsed, second(d.Hold(t.Context(), other)))
	stranger := d.wants(2, d.at(1, 9), d.at(3, 9))
	stranger.By.Key = "a"
	d.refused(booking.KeyUsed, second(d.Hold(t.Context(), stranger)))

	cancel := booking.Change{By: booking.By{Key: "b"}}
	d.must(d.Cancel(t.Context(), ref(d, first, 1), cancel))
	if replayed := d.must(d.Hold(t.Context(), request)); replayed.State != booking.Cancelled {
		t.Errorf("the request that comes late gave %+v, want the booking as it is now", replayed)
	}
	if a := d.sound(); a.Sold != 0 {
		t.Errorf("%d places are taken after all was cancelled", a.Sold)
	}
}

func TestOpening(t *testing.T) {
	d := open(t, 2)
	places := func(d world) []booking.Place { return []booking.Place{d.at(1, 9), d.at(3, 9)} }
	c := d.MakeCatalog(5)
	c.Campaigns[0].OpensAt = d.now.Add(time.Hour).Truncate(time.Second)
	d = d.with(c)
	d.refused(booking.NotOpen, second(d.Book(t.Context(), d.wants(1, places(d)...))))

	c.Revision, c.Campaigns[0].OpensAt = 2, d.now.Add(-time.Minute).Truncate(time.Second)
	stale := d
	d = d.with(c)
	d.refused(booking.Stale, second(stale.Book(t.Context(), stale.wants(1, places(d)...))))
	b := d.must(d.Hold(t.Context(), d.wants(1, places(d)...)))

	c.Revision, c.Campaigns[0].Paused = 3, "no vaccine"
	d = d.with(c)
	d.refused(booking.Paused, second(d.Confirm(t.Context(), ref(d, b, 1), booking.Change{Revision: 3})))
	d.refused(booking.Paused, second(d.Hold(t.Context(), d.wants(2, places(d)...))))

	closes := d.now.Add(-time.Second).Truncate(time.Second)
	c.Revision, c.Campaigns[0].Paused, c.Campaigns[0].ClosesAt = 4, "", &closes
	d = d.with(c)
	d.refused(booking.Closed, second(d.Hold(t.Context(), d.wants(2, places(d)...))))
	d.must(d.Confirm(t.Context(), ref(d, b, 1), booking.Change{Revision: 4})) // who held it in time

	asked := d.wants(2, places(d)...)
	asked.Revision = 5
	c.Revision, c.Campaigns[0].ClosesAt, c.Campaigns[0].Name = 5, nil, "another"
	d = d.with(c)
	d.refused(booking.UnknownCampaign, second(d.Hold(t.Context(), asked)))

	old := c
	old.Revision = 2
	if err := d.Publish(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if revision, _, err := d.Binding(t.Context()); err != nil || revision != 5 {
		t.Errorf("after an old catalog came back, revision %d binds, %v", revision, err)
	}
	for revision, want := range map[int64]string{5: c.Digest(), 6: ""} {
		if got, err := d.Digest(t.Context(), revision); err != nil || got != want {
			t.Errorf("digest of revision %d: %q, %v; want %q", revision, got, err, want)
		}
	}
	d.sound()
}
