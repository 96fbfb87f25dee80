/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// People, made up: their codes are right and nobody's.
const (
	giulia  = "CNTCHR83T41D969D" // born 1983-12-01
	marco   = "RCCMNL83S18D969H" // born 1983-11-18
	unnamed = "STP1234567890123" // says no birth date
)

// evening is the opening of the campaign: midnight in Rome.
var evening = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

const (
	fiera  = "fiera-di-roma"
	eur    = "eur"
	band   = "born-1980-1985"
	older  = "born-1946-1950"
	closed = "born-1936-1940"
	paused = "born-1941-1945"
)

const someKey = "3f0a7c52-9d1e-4b8b"

var errAway = errors.New("dial the database: connection refused")

// published is the catalog of the tests, whose campaign opens some time later than
// the evening.
func published(revision int64, postponed time.Duration) catalog.Catalog {
	hub := func(name string) catalog.Hub {
		return catalog.Hub{
			Name: name, DisplayName: "Hub " + name, Address: "Via Portuense 1645, Roma", Services: []string{"Vaccination"}, Stations: 3, MinutesPerAppointment: 10,
			OpeningHours: []catalog.Hours{{Days: []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}, Opens: "08:00", Closes: "24:00"}},
		}
	}
	campaign := func(name, from, to string, opens time.Time) catalog.Campaign {
		return catalog.Campaign{
			Name: name, Service: "Vaccination", AgeBand: &catalog.AgeBand{BornFrom: from, BornTo: to}, OpensAt: opens, OpensAtLocal: "at " + opens.Format(time.DateOnly),
			Doses: catalog.Doses{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42},
		}
	}
	ended := campaign(closed, "1936-01-01", "1940-12-31", evening.AddDate(0, -2, 0))
	end := evening.AddDate(0, -1, 0)
	ended.ClosesAt = &end
	stopped := campaign(paused, "1941-01-01", "1945-12-31", evening.AddDate(0, -2, 0))
	stopped.Paused = "too few vaccines"
	return catalog.Catalog{
		Revision: revision, Platform: "lazio", TimeZone: "Europe/Rome", Hubs: []catalog.Hub{hub(eur), hub(fiera)},
		Campaigns: []catalog.Campaign{
			campaign(band, "1980-01-01", "1985-12-31", evening.Add(postponed)), campaign(older, "1946-01-01", "1950-12-31", evening.AddDate(0, 0, 7)), ended, stopped,
		},
	}
}

// world is a clerk with everything that it rests on in the hands of a test.
type world struct {
	*Clerk
	t testing.TB

	mu       sync.Mutex
	now      time.Time
	snapshot *binding.Snapshot
	refresh  func() error
	calls    []string // of the store and the search
	requests []booking.Request
	changes  []booking.Change
	queries  []search.Query
	windows  []booking.Window
	lives    []booking.Booking
	took     func(booking.Request) (booking.Booking, error)
	changed  func(booking.Change) (booking.Booking, error)
	looked   func() (booking.Booking, error)
	offered  func() ([]search.Offer, error)
}

func newWorld(t testing.TB, adjust ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, now: evening}
	w.publish(published(1, 0))
	w.took = func(r booking.Request) (booking.Booking, error) { return makeBooking(booking.Held), nil }
	w.changed = func(booking.Change) (booking.Booking, error) { return makeBooking(booking.Booked), nil }
	w.looked = func() (booking.Booking, error) { return makeBooking(booking.Booked), nil }
	w.offered = func() ([]search.Offer, error) { return []search.Offer{{Places: places()}}, nil }
	o := Options{Store: fakeStore{w}, Binding: w, Search: fakeSearch{w}, Channel: "web", Connections: 1, Clock: w.Now}
	for _, f := range adjust {
		f(&o)
	}
	var err error
	if w.Clerk, err = New(o); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) publish(c catalog.Catalog) {
	w.t.Helper()
	snapshot, err := binding.NewSnapshot(c)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.snapshot = snapshot
}

func (w *world) later(d time.Duration) { w.now = w.now.Add(d) }

func (w *world) Now() time.Time { return w.now }

func (w *world) Current() (*binding.Snapshot, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.snapshot == nil {
		return nil, binding.ErrNone
	}
	return w.snapshot, nil
}

func (w *world) Revision() int64 {
	snapshot, _ := w.Current()
	return snapshot.Revision()
}

func (w *world) Refresh(context.Context) error {
	if w.refresh != nil {
		return w.refresh()
	}
	return nil
}

func (w *world) called(verb string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, verb)
}

// fakeStore is the store of a world.
type fakeStore struct{ *world }

func (s fakeStore) take(ctx context.Context, verb string, r booking.Request) (booking.Booking, error) {
	s.called(verb)
	s.requests = append(s.requests, r)
	b, err := s.took(r)
	return b, errors.Join(err, ctx.Err())
}

func (s fakeStore) change(verb string, c booking.Change) (booking.Booking, error) {
	s.called(verb)
	s.changes = append(s.changes, c)
	return s.changed(c)
}

func (s fakeStore) Hold(ctx context.Context, r booking.Request) (booking.Booking, error) {
	return s.take(ctx, "hold", r)
}
func (s fakeStore) Book(ctx context.Context, r booking.Request) (booking.Booking, error) {
	return s.take(ctx, "book", r)
}
func (s fakeStore) Confirm(_ context.Context, _ booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change("confirm", c)
}
func (s fakeStore) Extend(_ context.Context, _ booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change("extend", c)
}
func (s fakeStore) Cancel(_ context.Context, _ booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change("cancel", c)
}
func (s fakeStore) Move(_ context.Context, _ booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change("move", c)
}
func (s fakeStore) Look(context.Context, booking.Reference) (booking.Booking, error) {
	s.called("look")
	return s.looked()
}
func (s fakeStore) Live(context.Context, identifier.Identifier) ([]booking.Booking, error) {
	s.called("live")
	return s.lives, nil
}
func (s fakeStore) Free(_ context.Context, w booking.Window) ([]booking.Slot, error) {
	s.called("free")
	s.windows = append(s.windows, w)
	return nil, nil
}
func (s fakeStore) Availability(context.Context) ([]booking.HubDay, error) {
	s.called("availability")
	return nil, nil
}

// fakeSearch is the search of a world.
type fakeSearch struct{ *world }

func (s fakeSearch) Offers(_ context.Context, _ *binding.Snapshot, q search.Query) ([]search.Offer, error) {
	s.called("offers")
	s.queries = append(s.queries, q)
	return s.offered()
}

// everything is all that a clerk can be asked for about somebody.
func (w *world) everything(code string) map[string]func(context.Context) error {
	wish, ref, by := wants(w.t, code), mine(w.t, code), booking.By{Key: someKey}
	only := func(_ booking.Booking, err error) error { return err }
	return map[string]func(context.Context) error{
		"find": func(ctx context.Context) error {
			_, _, err := w.Find(ctx, Search{Campaign: band, Person: wish.Person})
			return err
		},
		"hold":    func(ctx context.Context) error { return only(w.Hold(ctx, wish)) },
		"book":    func(ctx context.Context) error { return only(w.Book(ctx, wish)) },
		"confirm": func(ctx context.Context) error { return only(w.Confirm(ctx, ref, booking.Contact{}, by)) },
		"extend":  func(ctx context.Context) error { return only(w.Extend(ctx, ref, by)) },
		"cancel":  func(ctx context.Context) error { return only(w.Cancel(ctx, ref, by)) },
		"move":    func(ctx context.Context) error { return only(w.Move(ctx, ref, places(), by)) },
		"look":    func(ctx context.Context) error { return only(w.Look(ctx, ref)) },
	}
}

func person(t testing.TB, code string) identifier.Identifier {
	t.Helper()
	id, err := identifier.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func day(text string) civil.Day {
	d, err := civil.Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// places are two that are right for the band.
func places() []booking.Place {
	first := time.Date(2026, 12, 2, 9, 0, 0, 0, time.UTC)
	return []booking.Place{{Hub: fiera, StartsAt: first}, {Hub: fiera, StartsAt: first.AddDate(0, 0, 21)}}
}

func makeBooking(state booking.State) booking.Booking {
	b := booking.Booking{Number: number.New([8]byte{1, 2, 3}), Service: "Vaccination", Campaign: band, State: state, MadeAt: evening}
	for i, p := range places() {
		b.Appointments = append(b.Appointments, booking.Appointment{Dose: i + 1, Place: p, Day: day("2026-12-02").Add(21 * i), Minutes: 10})
	}
	return b
}

func wants(t testing.TB, code string) Wish {
	return Wish{Campaign: band, Person: person(t, code), Places: places()}
}

func mine(t testing.TB, code string) booking.Reference {
	return booking.Reference{Number: makeBooking(booking.Booked).Number, Identifier: person(t, code)}
}

func refused(o booking.Outcome) error { return &booking.Refusal{Outcome: o, At: evening} }
