/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// free returns the free places of a slot, for everybody or for the call centre.
func (d world) free(p booking.Place, callCentre bool) int {
	d.tb.Helper()
	slots, err := d.Free(d.tb.Context(), booking.Window{Hub: p.Hub, From: p.StartsAt, To: p.StartsAt.Add(time.Minute), CallCentre: callCentre, Limit: 5})
	if err != nil {
		d.tb.Fatal(err)
	}
	if len(slots) == 0 {
		return 0
	}
	return slots[0].Free
}

// changed makes the slots of a catalog that has changed.
func (d world) changed(change func(*catalog.Catalog)) world {
	d.tb.Helper()
	c := d.catalog
	c.Revision++
	c.Hubs = append([]catalog.Hub{}, c.Hubs...)
	change(&c)
	return d.with(c)
}

// called checks the contacts of displaced people.
func (d world) called(phone string, who ...booking.Displacement) {
	d.tb.Helper()
	for _, displaced := range who {
		if contact, err := d.ContactOf(d.tb.Context(), displaced.Number); err != nil || contact.Phone != phone {
			d.tb.Errorf("they are called at %+v, %v; want %s", contact, err, phone)
		}
	}
}

func TestHubsChangeUnderBookings(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(3))
	var made []booking.Booking
	for who := range 3 {
		request := d.wants(who, d.at(1, 9), d.at(3, 9))
		request.Contact = booking.Contact{Phone: fmt.Sprintf("+39 06 1234%d", who)}
		made = append(made, d.must(d.Book(t.Context(), request)))
	}
	intact := func(displaced int64) {
		t.Helper()
		for who, b := range made {
			if read, err := d.Look(t.Context(), ref(d, b, who)); err != nil || len(read.Appointments) != 2 {
				t.Errorf("booking of %d: %+v, %v; want it as it was", who, read, err)
			}
		}
		if a := d.sound(); a.Displaced != displaced {
			t.Errorf("%d people are displaced, want %d", a.Displaced, displaced)
		}
	}

	d = d.changed(func(c *catalog.Catalog) { c.Hubs[0].Stations = 2 })
	intact(2)
	d.refused(booking.NoPlace, second(d.Book(t.Context(), d.wants(7, d.at(1, 9), d.at(3, 9)))))
	who, err := d.Displaced(t.Context())
	if err != nil || len(who) != 2 || who[0].Number != made[2].Number || who[0].Dose != 1 || who[1].Dose != 2 {
		t.Errorf("displaced: %+v, %v; want both doses of who came last", who, err)
	}
	d.called("+39 06 12342", who...)
	d.must(d.Move(t.Context(), ref(d, made[2], 2), booking.Change{Revision: d.catalog.Revision, Places: []booking.Place{d.at(1, 10), d.at(3, 10)}}))
	intact(0)
	d.refused(booking.NoPlace, second(d.Book(t.Context(), d.wants(7, d.at(1, 9), d.at(3, 9)))))

	d = d.changed(func(c *catalog.Catalog) { c.Hubs[0].Stations = 5 })
	if got := d.free(d.at(1, 9), false); got != 3 {
		t.Errorf("with five stations and two people %d places are free, want 3", got)
	}
	d = d.changed(func(c *catalog.Catalog) { c.Hubs[0].ClosedOn = []string{d.day(3).Format(time.DateOnly)} })
	intact(3)
	if got := d.free(d.at(3, 11), false); got != 0 {
		t.Errorf("on a day that the hub is closed %d places are free", got)
	}
	d.refused(booking.NoPlace, second(d.Book(t.Context(), d.wants(7, d.at(1, 9), d.at(3, 9)))))
	old := d.catalog
	old.Revision, old.Hubs = 1, []catalog.Hub{d.MakeHub("fiera", 9)}
	if _, err := d.Sync(t.Context(), old, 10); err != nil {
		t.Fatal(err)
	}
	intact(3) // an old catalog does not open it again
	d = d.changed(func(c *catalog.Catalog) { c.Hubs = nil; c.Campaigns = nil })
	intact(6)
	d = d.changed(func(c *catalog.Catalog) { c.Hubs = []catalog.Hub{d.MakeHub("fiera", 5)} })
	intact(0)
}

func TestDaysAreAdded(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(3))
	if n, err := d.Sync(t.Context(), d.catalog, 10); err != nil || n != 0 {
		t.Errorf("again, %d hubs changed, %v; want none", n, err)
	}
	b := d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	if n, err := d.Sync(t.Context(), d.catalog, 12); err != nil || n != 1 {
		t.Errorf("for two days more, %d hubs changed, %v; want 1", n, err)
	}
	if got := d.free(d.at(11, 23), false); got != 3 {
		t.Errorf("on the last day %d places are free, want 3", got)
	}
	if got := d.free(d.at(12, 0), false); got != 0 {
		t.Errorf("after the last day %d places are free, want none", got)
	}
	if read, err := d.Look(t.Context(), ref(d, b, 1)); err != nil || len(read.Appointments) != 2 {
		t.Errorf("%+v, %v", read, err)
	}
	d.sound()
}

// TestHubsChangeInACrowd changes stations while people book.
func TestHubsChangeInACrowd(t *testing.T) {
	const people = 300
	d := open(t, 8)
	d = d.with(d.MakeCatalog(20))
	var all sync.WaitGroup
	for client := range 6 {
		all.Go(func() {
			for i := range people / 6 {
				who := client*people + i
				_, _ = d.Book(t.Context(), d.wants(who, d.at(1, who%3), d.at(3, who%5))) // as it may be
			}
		})
	}
	crowd := d
	for _, stations := range []int{5, 30, 1, 12} {
		c := crowd.catalog
		c.Revision, c.Hubs = 1, []catalog.Hub{d.MakeHub("fiera", stations)}
		if _, err := d.Sync(t.Context(), c, 10); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
	d.sound()
}

func TestPlacesForTheCallCentre(t *testing.T) {
	d := open(t, 2)
	c := d.MakeCatalog(3)
	c.CallCentrePlaces = &catalog.CallCentrePlaces{Percent: 60, ReleaseBeforeHours: 48} // two of three
	d = d.with(c)
	callCentre := func(who int, places ...booking.Place) booking.Request {
		r := d.wants(who, places...)
		r.By.CallCentre = true
		return r
	}
	far, further := d.at(4, 9), d.at(6, 9)
	if public, callCentre := d.free(far, false), d.free(far, true); public != 1 || callCentre != 3 {
		t.Errorf("free to everybody %d, to the call centre %d; want 1 and 3", public, callCentre)
	}
	d.must(d.Book(t.Context(), d.wants(1, far, further)))
	d.refused(booking.NoPlace, second(d.Book(t.Context(), d.wants(2, far, further))))
	b := d.must(d.Book(t.Context(), callCentre(2, far, further)))
	d.refused(booking.NoPlace, second(d.Book(t.Context(), d.wants(3, far, further))))
	if public, callCentre := d.free(far, false), d.free(far, true); public != 0 || callCentre != 1 {
		t.Errorf("free to everybody %d, to the call centre %d; want 0 and 1", public, callCentre)
	}
	d.must(d.Cancel(t.Context(), ref(d, b, 2), booking.Change{}))
	if public, callCentre := d.free(far, false), d.free(far, true); public != 0 || callCentre != 2 {
		t.Errorf("what the call centre gave back is free to everybody %d, to the call centre %d; want 0 and 2", public, callCentre)
	}
	// Tomorrow is less than 48 hours away: what was unused is everybody's.
	if public := d.free(d.at(1, 0), false); public != 3 {
		t.Errorf("released, %d places are free to everybody, want 3", public)
	}
	d.sound()
}

func TestAvailability(t *testing.T) {
	d := open(t, 2)
	c := d.MakeCatalog(3)
	c.CallCentrePlaces = &catalog.CallCentrePlaces{Percent: 30, ReleaseBeforeHours: 0} // one of three, never released
	d = d.with(c)
	d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	if did, err := d.CountAvailability(t.Context(), time.Minute); err != nil || !did {
		t.Fatalf("counted: %t, %v", did, err)
	}
	if did, err := d.CountAvailability(t.Context(), time.Minute); err != nil || did {
		t.Errorf("counted again within the minute: %t, %v", did, err)
	}
	days, err := d.Availability(t.Context())
	if err != nil || len(days) < 9 {
		t.Fatalf("%d days, %v", len(days), err)
	}
	var got []booking.HubDay
	for _, day := range days {
		if n := int(day.Day.Midnight().Sub(d.day(0)).Hours() / 24); n == 1 || n == 2 {
			day.Day = d.catalogDay(0)
			got = append(got, day)
		}
	}
	want := []booking.HubDay{
		{Hub: "fiera", Day: d.catalogDay(0), Places: 72, Free: 47, CallCentre: 71},
		{Hub: "fiera", Day: d.catalogDay(0), Places: 72, Free: 48, CallCentre: 72},
	}
	if diff := cmp.Diff(want, got, comparable); diff != "" {
		t.Error(diff)
	}
}

func TestHoldsLapse(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(1))
	held := d.must(d.Hold(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	if n, err := d.ExpireHolds(t.Context(), 10); err != nil || n != 0 {
		t.Errorf("%d holds lapsed before their time, %v", n, err)
	}
	if err := d.sql("UPDATE booking SET expires_at = clock_timestamp() - interval '1 ms'"); err != nil {
		t.Fatal(err)
	}
	d.refused(booking.Expired, second(d.Confirm(t.Context(), ref(d, held, 1), booking.Change{Revision: 1})))
	d.refused(booking.Expired, second(d.Extend(t.Context(), ref(d, held, 1), booking.Change{})))
	if n, err := d.ExpireHolds(t.Context(), 10); err != nil || n != 1 {
		t.Errorf("%d holds lapsed, %v; want 1", n, err)
	}
	if read, err := d.Look(t.Context(), ref(d, held, 1)); err != nil || read.State != booking.Lapsed {
		t.Errorf("%+v, %v", read, err)
	}
	d.must(d.Hold(t.Context(), d.wants(2, d.at(1, 9), d.at(3, 9))))
	d.must(d.Hold(t.Context(), d.wants(1, d.at(1, 10), d.at(3, 10))))
	d.sound()
}

func TestWhatHasBegunStays(t *testing.T) {
	d := open(t, 2)
	d = d.with(d.MakeCatalog(2))
	b := d.must(d.Book(t.Context(), d.wants(1, d.at(1, 9), d.at(3, 9))))
	d.refused(booking.NoSlot, second(d.Book(t.Context(), d.wants(2, d.at(0, 0), d.at(3, 9)))))
	d.refused(booking.NoSlot, second(d.Book(t.Context(), d.wants(2, d.at(1, 9), d.at(30, 9)))))
	// As two days later: everything is moved two days back.
	if err := d.sql("SET LOCAL session_replication_role = replica",
		"UPDATE slot SET starts_at = starts_at - interval '20 days', day = day - 20 WHERE day <= current_date + 2",
		"UPDATE appointment SET starts_at = starts_at - interval '20 days', day = day - 20 WHERE dose = 1",
		"UPDATE booking SET max_days = 40"); err != nil {
		t.Fatal(err)
	}
	d.refused(booking.Begun, second(d.Cancel(t.Context(), ref(d, b, 1), booking.Change{})))
	d.refused(booking.Begun, second(d.Move(t.Context(), ref(d, b, 1), booking.Change{Revision: 1, Places: []booking.Place{d.at(4, 9), d.at(6, 9)}})))
	first := d.at(1, 9)
	first.StartsAt = first.StartsAt.AddDate(0, 0, -20)
	moved := d.must(d.Move(t.Context(), ref(d, b, 1), booking.Change{Revision: 1, Places: []booking.Place{first, d.at(3, 10)}}))
	if moved.Appointments[1].Place != d.at(3, 10) {
		t.Errorf("the second dose alone: %+v", moved)
	}
	if _, err := d.Finish(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	d.refused(booking.AlreadyBooked, second(d.Book(t.Context(), d.wants(1, d.at(4, 9), d.at(6, 9)))))
	if err := d.sql("SET LOCAL session_replication_role = replica",
		"UPDATE slot SET starts_at = starts_at - interval '30 days', day = day - 30",
		"UPDATE appointment SET starts_at = starts_at - interval '30 days', day = day - 30",
		"UPDATE hub SET hours = '', through = NULL"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Finish(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if read, err := d.Look(t.Context(), ref(d, b, 1)); err != nil || read.State != booking.Past {
		t.Errorf("once it is over: %+v, %v", read, err)
	}
	if _, err := d.Sync(t.Context(), d.catalog, 10); err != nil {
		t.Fatal(err)
	}
	d.must(d.Book(t.Context(), d.wants(1, d.at(4, 9), d.at(6, 9)))) // a booster, say
	d.sound()
}

// TestSlotsAreMadeBesideATableOfTheSameName: tables in public hide temporary ones, since
// those come last in the search_path. Slots must not be made from somebody else's table.
func TestSlotsAreMadeBesideATableOfTheSameName(t *testing.T) {
	d := open(t, 2)
	if err := d.sql("CREATE TABLE public.wanted (starts_at timestamptz, day date, minutes smallint)",
		"INSERT INTO public.wanted VALUES (now() + interval '1 day', current_date + 1, 1)"); err != nil {
		t.Fatal(err)
	}
	d = d.with(d.MakeCatalog(1))
	if got := d.list("SELECT count(*)::text FROM slot WHERE minutes = 60 UNION ALL SELECT count(*)::text FROM slot UNION ALL SELECT count(*)::text FROM public.wanted"); !slices.Equal(got, []string{"240", "240", "1"}) {
		t.Errorf("slots of an hour, slots, and rows of the other table: %v, want 240, 240, 1", got)
	}
}
