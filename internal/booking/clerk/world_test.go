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
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/test/lazio"
)

const (
	giulia  = lazio.Giulia
	marco   = lazio.Marco
	unnamed = lazio.Visitor
	fiera   = lazio.Fiera
	eur     = lazio.EUR
	band    = lazio.Band
	older   = lazio.Older
	closed  = lazio.Closed
	paused  = lazio.Paused
)

// evening is the opening of the campaign: midnight in Rome.
var evening = lazio.Evening

const someKey = "3f0a7c52-9d1e-4b8b"

var errAway = errors.New("dial the database: connection refused")

// published is the catalog of the tests, whose campaign opens some time later than
// the evening.
func published(revision int64, postponed time.Duration) catalog.Catalog {
	c := lazio.Catalog(revision, eur, fiera)
	opens := evening.Add(postponed)
	c.Campaigns[0].OpensAt, c.Campaigns[0].OpensAtLocal = opens, "at "+opens.Format(time.DateOnly)
	return c
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

var day, person = lazio.Day, lazio.Person

func places() []booking.Place { return lazio.Places(2) }

func makeBooking(state booking.State) booking.Booking { return lazio.Booking(state, places()) }

func wants(t testing.TB, code string) TakeRequest {
	return TakeRequest{Campaign: band, Person: person(t, code), Places: places()}
}

func mine(t testing.TB, code string) booking.Reference {
	return booking.Reference{Number: lazio.Number, Identifier: person(t, code)}
}

func refused(o booking.Outcome) error { return &booking.Refusal{Outcome: o, At: evening} }
