/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
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

// world is a clerk whose store and catalog are in the hands of a test.
type world struct {
	*Clerk
	t     testing.TB
	store *lazio.Store
}

func newWorld(t testing.TB, adjust ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, store: lazio.NewStore(published(1, 0))}
	o := Options{Store: w.store, Binding: w.store, Search: w.store, Channel: "web", Connections: 1, Clock: w.store.Now}
	for _, f := range adjust {
		f(&o)
	}
	var err error
	if w.Clerk, err = New(o); err != nil {
		t.Fatal(err)
	}
	return w
}

// everything returns every kind of request about a person.
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
