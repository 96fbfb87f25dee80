/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/test/lazio"
)

const (
	giulia  = lazio.Giulia
	visitor = lazio.Visitor
	fiera   = lazio.Fiera
	rieti   = lazio.Rieti
	band    = lazio.Band
	older   = lazio.Older
	closed  = lazio.Closed
	paused  = lazio.Paused
)

// evening is the opening of the campaign: midnight in Rome.
var evening = lazio.Evening

var number1 = lazio.Number

// world is the pages with everything that they rest on in the hands of a test.
type world struct {
	*Pages
	t testing.TB

	mu       sync.Mutex
	now      time.Time
	snapshot *binding.Snapshot
	calls    []string
	searches []clerk.Search
	wishes   []clerk.TakeRequest
	keys     []string // of requests
	contacts []booking.Contact
	moves    [][]booking.Place
	booking  *booking.Booking // the only one
	person   identifier.Identifier
	done     map[string]bool // keys of what was carried out
	booked   int             // bookings that were made
	none     bool            // no place is left
	fail     map[string]error
	log      bytes.Buffer
}

func newWorld(t testing.TB, change ...func(*catalog.Catalog)) *world {
	t.Helper()
	c := lazio.Catalog(1, fiera, rieti)
	for _, f := range change {
		f(&c)
	}
	snapshot, err := binding.NewSnapshot(c)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, now: evening.Add(time.Minute), snapshot: snapshot, done: map[string]bool{}, fail: map[string]error{}}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "2026-01-01"), []byte(keyring.Generate([32]byte{7})), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	w.Pages, err = New(Options{
		Catalog: inForce{w}, Clerk: w, Keys: func() *keyring.Keys { return keys }, Mail: true,
		Log: slog.New(slog.NewTextHandler(locked{w}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// locked lets any number of goroutines log.
type locked struct{ w *world }

func (l locked) Write(line []byte) (int, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	return l.w.log.Write(line)
}

// inForce is the binding of a world.
type inForce struct{ w *world }

func (b inForce) Current() (*binding.Snapshot, error) {
	b.w.mu.Lock()
	defer b.w.mu.Unlock()
	if b.w.snapshot == nil {
		return nil, binding.ErrNone
	}
	return b.w.snapshot, nil
}

func (b inForce) Now() time.Time {
	b.w.mu.Lock()
	defer b.w.mu.Unlock()
	return b.w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// begin counts a call, and returns the error to fail with. The caller unlocks.
func (w *world) begin(verb string, by booking.By) error {
	w.mu.Lock()
	w.calls = append(w.calls, verb)
	if verb != "find" && verb != "look" {
		w.keys = append(w.keys, by.Key)
		if len(by.Key) < 16 {
			w.t.Errorf("%s comes by %+v, want a key", verb, by)
		}
	}
	return w.fail[verb]
}

func places(day int) []booking.Place { return lazio.Places(day) }

func (w *world) Find(_ context.Context, s clerk.Search) (catalog.Campaign, []search.Offer, error) {
	err := w.begin("find", booking.By{})
	defer w.mu.Unlock()
	w.searches = append(w.searches, s)
	if err != nil || w.none {
		return catalog.Campaign{}, nil, err
	}
	var offers []search.Offer
	for day := 2; day < 5; day++ {
		p := places(day)
		offers = append(offers, search.Offer{
			Places: p, Days: []civil.Day{civil.On(p[0].StartsAt, w.snapshot.Zone), civil.On(p[1].StartsAt, w.snapshot.Zone)}, Minutes: []int{10, 10},
		})
	}
	c, _ := w.snapshot.Campaign(s.Campaign)
	return c, offers, nil
}

func appointments(places []booking.Place) []booking.Appointment {
	var out []booking.Appointment
	for i, p := range places {
		out = append(out, booking.Appointment{Dose: i + 1, Place: p, Minutes: 10})
	}
	return out
}

func (w *world) Hold(_ context.Context, wish clerk.TakeRequest) (booking.Booking, error) {
	err := w.begin("hold", wish.By)
	defer w.mu.Unlock()
	w.wishes = append(w.wishes, wish)
	if err != nil {
		return booking.Booking{}, err
	}
	if w.done[wish.By.Key] {
		again := *w.booking
		again.Replayed = true
		return again, nil
	}
	if w.booking != nil && w.booking.State == booking.Booked {
		return booking.Booking{}, &booking.Refusal{Outcome: booking.AlreadyBooked, At: w.now}
	}
	w.done[wish.By.Key] = true
	w.person = wish.Person
	w.booking = &booking.Booking{
		Number: number1, Service: "Vaccination", Campaign: wish.Campaign, State: booking.Held, MadeAt: w.now,
		ExpiresAt: w.now.Add(booking.HoldTime), Appointments: appointments(wish.Places),
	}
	return *w.booking, nil
}

// change changes the booking, if it is the one that is meant, and once for each key.
func (w *world) change(verb string, ref booking.Reference, by booking.By, do func(*booking.Booking) error) (booking.Booking, error) {
	err := w.begin(verb, by)
	defer w.mu.Unlock()
	switch {
	case err != nil:
		return booking.Booking{}, err
	case w.booking == nil || ref.Number != w.booking.Number || !ref.Identifier.Equal(w.person):
		return booking.Booking{}, &booking.Refusal{Outcome: booking.NotFound, At: w.now}
	case !w.done[by.Key]:
		if err := do(w.booking); err != nil {
			return booking.Booking{}, err
		}
		w.done[by.Key] = true
	}
	return *w.booking, nil
}

func (w *world) Confirm(_ context.Context, ref booking.Reference, contact booking.Contact, by booking.By) (booking.Booking, error) {
	return w.change("confirm", ref, by, func(b *booking.Booking) error {
		if !w.now.Before(b.ExpiresAt) {
			return &booking.Refusal{Outcome: booking.Expired, At: w.now}
		}
		w.contacts = append(w.contacts, contact)
		w.booked++
		b.State, b.ExpiresAt = booking.Booked, time.Time{}
		return nil
	})
}

func (w *world) Extend(_ context.Context, ref booking.Reference, by booking.By) (booking.Booking, error) {
	return w.change("extend", ref, by, func(b *booking.Booking) error {
		if b.Extended {
			return &booking.Refusal{Outcome: booking.ExtendedOnce, At: w.now}
		}
		b.Extended, b.ExpiresAt = true, w.now.Add(booking.HoldTime)
		return nil
	})
}

func (w *world) Cancel(_ context.Context, ref booking.Reference, by booking.By) (booking.Booking, error) {
	return w.change("cancel", ref, by, func(b *booking.Booking) error {
		b.State, b.Appointments = booking.Cancelled, nil
		return nil
	})
}

func (w *world) Move(_ context.Context, ref booking.Reference, to []booking.Place, by booking.By) (booking.Booking, error) {
	return w.change("move", ref, by, func(b *booking.Booking) error {
		w.moves = append(w.moves, to)
		b.Appointments = appointments(to)
		return nil
	})
}

func (w *world) Look(_ context.Context, ref booking.Reference) (booking.Booking, error) {
	return w.change("look", ref, booking.By{Key: "looks"}, func(*booking.Booking) error { return nil })
}

var errAway = errors.New("dial the database: connection refused")
