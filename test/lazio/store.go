/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package lazio

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Store is a store of bookings, its clock, its search and the catalog in force. The On…
// functions answer, and it records what it was asked. Any number of goroutines may use one.
type Store struct {
	sync.Mutex
	Time     time.Time
	Snapshot *binding.Snapshot
	Bookings []booking.Booking // live ones

	Calls    []string
	Requests []booking.Request
	Changes  []booking.Change
	Queries  []search.Query
	Windows  []booking.Window

	OnTake    func(booking.Request) (booking.Booking, error)
	OnChange  func(booking.Reference, booking.Change) (booking.Booking, error)
	OnLook    func(booking.Reference) (booking.Booking, error)
	OnFree    func(booking.Window) ([]booking.Slot, error)
	OnDays    func() ([]booking.HubDay, error)
	OnOffers  func(search.Query) ([]search.Offer, error)
	OnRefresh func() error
}

// NewStore returns a Store in the Evening that grants every request.
func NewStore(c catalog.Catalog) *Store {
	first, second, places := Day("2026-12-02"), Day("2026-12-23"), Places(2)
	s := &Store{
		Time:   Evening,
		OnTake: func(r booking.Request) (booking.Booking, error) { return Booking(booking.Held, r.Places), nil },
		OnChange: func(_ booking.Reference, c booking.Change) (booking.Booking, error) {
			return Booking(booking.Booked, slices.Concat(c.Places, places[len(c.Places):])), nil
		},
		OnLook: func(booking.Reference) (booking.Booking, error) { return Booking(booking.Booked, places), nil },
		OnFree: func(booking.Window) ([]booking.Slot, error) {
			return []booking.Slot{{Place: places[0], Day: first, Minutes: 10, Free: 2}}, nil
		},
		OnDays: func() ([]booking.HubDay, error) {
			return []booking.HubDay{{Hub: Fiera, Day: first, Places: 288, Free: 200, CallCentre: 220}}, nil
		},
		OnOffers: func(search.Query) ([]search.Offer, error) {
			return []search.Offer{{Places: Places(2), Days: []civil.Day{first, second}, Minutes: []int{10, 10}}}, nil
		},
		OnRefresh: func() error { return nil },
	}
	s.Publish(c)
	return s
}

// Publish puts a catalog in force.
func (s *Store) Publish(c catalog.Catalog) {
	snapshot, err := binding.NewSnapshot(c)
	if err != nil {
		panic(err)
	}
	s.Lock()
	defer s.Unlock()
	s.Snapshot = snapshot
}

// Later moves the clock.
func (s *Store) Later(d time.Duration) {
	s.Lock()
	defer s.Unlock()
	s.Time = s.Time.Add(d)
}

// call records a verb.
func (s *Store) call(verb string, record func()) {
	s.Lock()
	defer s.Unlock()
	s.Calls = append(s.Calls, verb)
	record()
}

func (s *Store) take(ctx context.Context, verb string, r booking.Request) (booking.Booking, error) {
	s.call(verb, func() { s.Requests = append(s.Requests, r) })
	b, err := s.OnTake(r)
	return b, errors.Join(err, ctx.Err())
}

func (s *Store) change(verb string, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	s.call(verb, func() { s.Changes = append(s.Changes, c) })
	return s.OnChange(ref, c)
}

// Hold records the request.
func (s *Store) Hold(ctx context.Context, r booking.Request) (booking.Booking, error) {
	return s.take(ctx, "hold", r)
}

// Book records the request.
func (s *Store) Book(ctx context.Context, r booking.Request) (booking.Booking, error) {
	return s.take(ctx, "book", r)
}

// Confirm records the change.
func (s *Store) Confirm(_ context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change("confirm", ref, c)
}

// Extend records the change.
func (s *Store) Extend(_ context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change("extend", ref, c)
}

// Cancel records the change.
func (s *Store) Cancel(_ context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change("cancel", ref, c)
}

// Move records the change.
func (s *Store) Move(_ context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change("move", ref, c)
}

// Look answers with OnLook.
func (s *Store) Look(_ context.Context, ref booking.Reference) (booking.Booking, error) {
	s.call("look", func() {})
	return s.OnLook(ref)
}

// Live answers with the Bookings.
func (s *Store) Live(context.Context, identifier.Identifier) ([]booking.Booking, error) {
	s.call("live", func() {})
	return s.Bookings, nil
}

// Free records the window.
func (s *Store) Free(_ context.Context, w booking.Window) ([]booking.Slot, error) {
	s.call("free", func() { s.Windows = append(s.Windows, w) })
	return s.OnFree(w)
}

// Availability answers with OnDays.
func (s *Store) Availability(context.Context) ([]booking.HubDay, error) {
	s.call("availability", func() {})
	return s.OnDays()
}

// Offers records the query.
func (s *Store) Offers(_ context.Context, _ *binding.Snapshot, q search.Query) ([]search.Offer, error) {
	s.call("offers", func() { s.Queries = append(s.Queries, q) })
	return s.OnOffers(q)
}

// InUse returns one of four connections.
func (s *Store) InUse() (used, most int) { return 1, 4 }

// Now returns the Time.
func (s *Store) Now() time.Time {
	s.Lock()
	defer s.Unlock()
	return s.Time
}

// Offset returns a second.
func (s *Store) Offset() (ahead, within time.Duration) { return time.Second, time.Millisecond }

// Current returns the Snapshot.
func (s *Store) Current() (*binding.Snapshot, error) {
	s.Lock()
	defer s.Unlock()
	if s.Snapshot == nil {
		return nil, binding.ErrNone
	}
	return s.Snapshot, nil
}

// Revision returns that of the Snapshot.
func (s *Store) Revision() int64 {
	snapshot, _ := s.Current()
	return snapshot.Revision()
}

// Refresh answers with OnRefresh.
func (s *Store) Refresh(context.Context) error { return s.OnRefresh() }
