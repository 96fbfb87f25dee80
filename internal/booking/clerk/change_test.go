/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

func TestMove(t *testing.T) {
	late := places()
	late[1].StartsAt = late[1].StartsAt.AddDate(0, 0, 22)
	between := places()
	between[0].StartsAt = between[0].StartsAt.Add(5 * time.Minute)
	broken := refused(booking.WrongDoses)
	other := errors.New("move: the database says 23514: slot_places")
	for name, c := range map[string]struct {
		to       []booking.Place
		campaign string // of the booking
		state    booking.State
		moved    error // what the store says
		want     string
		calls    []string
	}{
		"to a right place":                                      {to: places(), calls: []string{"look", "move"}},
		"too far apart":                                         {to: late, want: "dose 2 must be 21 to 42 days after dose 1: choose a day from Wednesday 23 December 2026 to Wednesday 13 January 2027", calls: []string{"look"}},
		"between two slots":                                     {to: between, want: "refused: no_slot, dose 1", calls: []string{"look"}},
		"of what is not booked":                                 {to: late, state: booking.Held, calls: []string{"look", "move"}},
		"in a campaign that is no longer listed":                {to: places(), campaign: "gone", calls: []string{"look", "move"}},
		"too far apart in a campaign that is no longer listed":  {to: late, campaign: "gone", moved: broken, want: "refused: doses", calls: []string{"look", "move"}},
		"too far apart for what the campaign said at that time": {to: places(), moved: broken, want: "refused: doses", calls: []string{"look", "move"}},
		"against something else in the schema":                  {to: places(), moved: other, want: other.Error(), calls: []string{"look", "move"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.OnLook = func(booking.Reference) (booking.Booking, error) {
				b := makeBooking(booking.Booked)
				if c.campaign != "" {
					b.Campaign = c.campaign
				}
				if c.state != "" {
					b.State = c.state
				}
				return b, nil
			}
			w.store.OnChange = func(booking.Reference, booking.Change) (booking.Booking, error) {
				return makeBooking(booking.Booked), c.moved
			}
			if _, err := w.Move(t.Context(), mine(t, giulia), c.to, booking.By{}); why(err) != c.want {
				t.Errorf("move: %v, want %q", err, c.want)
			}
			if diff := cmp.Diff(c.calls, w.store.Calls); diff != "" {
				t.Errorf("calls of the store (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMoveAfterTheCampaign: PostgreSQL refuses wrong days of a booking whose campaign
// has left the catalog, and takes right ones.
func TestMoveAfterTheCampaign(t *testing.T) {
	s := openStore(t)
	now, err := s.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	midnight := now.UTC().Truncate(24 * time.Hour)
	at := func(day int) booking.Place {
		return booking.Place{Hub: eur, StartsAt: midnight.AddDate(0, 0, day).Add(9 * time.Hour)}
	}
	listed := catalog.Catalog{
		Revision: 1, Platform: "lazio", TimeZone: "UTC",
		Hubs: published(1, 0).Hubs,
		Campaigns: []catalog.Campaign{{
			Name: band, Service: "Vaccination", OpensAt: now.Add(-time.Hour).Truncate(time.Second), OpensAtLocal: "an hour ago",
			Doses: catalog.Doses{Count: 2, MinIntervalDays: 2, MaxIntervalDays: 4},
		}},
	}
	empty := listed
	empty.Revision, empty.Campaigns = 2, []catalog.Campaign{}
	w := newWorld(t, func(o *Options) { o.Store = s })
	w.store.Time = now
	bind := func(c catalog.Catalog) {
		t.Helper()
		if err := s.Publish(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sync(t.Context(), c, 10); err != nil {
			t.Fatal(err)
		}
		if w.store.Snapshot, err = binding.NewSnapshot(c); err != nil {
			t.Fatal(err)
		}
	}
	bind(listed)
	who := person(t, giulia)
	booked, err := w.Book(t.Context(), TakeRequest{Campaign: band, Person: who, Places: []booking.Place{at(1), at(3)}})
	if err != nil {
		t.Fatal(err)
	}
	bind(empty)
	ref := booking.Reference{Number: booked.Number, Identifier: who}
	if _, err := w.Move(t.Context(), ref, []booking.Place{at(1), at(7)}, booking.By{}); why(err) != "refused: doses" {
		t.Errorf("to wrong days: %v, want refused: doses", err)
	}
	if b, err := w.Look(t.Context(), ref); err != nil || !cmp.Equal(b.Appointments[1].Place, at(3)) {
		t.Errorf("it was moved all the same, %v", err)
	}
	if _, err := w.Move(t.Context(), ref, []booking.Place{at(1), at(4)}, booking.By{}); err != nil {
		t.Errorf("to right days: %v", err)
	}
}

// openStore returns a store on an empty database.
func openStore(t *testing.T) *postgres.Store {
	t.Helper()
	dir := t.TempDir()
	secret := base64.StdEncoding.EncodeToString(make([]byte, 32))
	if err := os.WriteFile(filepath.Join(dir, "2026-01"), []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := postgres.Open(t.Context(), postgres.Options{
		URI: pgserver.Test(t, pgserver.Options{}).Database(t), Connections: 2, Keys: func() *keyring.Keys { return keys },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestChangesExplained: how the campaign of a booking stands is said in the catalog's
// words, of the booking that it is.
func TestChangesExplained(t *testing.T) {
	for name, c := range map[string]struct {
		campaign string
		says     booking.Outcome
		want     string
	}{
		"not open yet":                     {campaign: band, says: booking.NotOpen, want: "decided: NotYetOpen"},
		"paused":                           {campaign: paused, says: booking.Paused, want: "decided: Paused"},
		"closed":                           {campaign: closed, says: booking.Closed, want: "decided: Closed"},
		"of a campaign that is not listed": {campaign: "gone", says: booking.Paused, want: "refused: paused"},
		"expired":                          {campaign: band, says: booking.Expired, want: "refused: expired"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.OnChange = func(booking.Reference, booking.Change) (booking.Booking, error) {
				return booking.Booking{}, refused(c.says)
			}
			w.store.OnLook = func(booking.Reference) (booking.Booking, error) {
				b := makeBooking(booking.Held)
				b.Campaign = c.campaign
				return b, nil
			}
			if _, err := w.Confirm(t.Context(), mine(t, giulia), booking.Contact{}, booking.By{}); why(err) != c.want {
				t.Errorf("confirm: %v, want %s", err, c.want)
			}
		})
	}
}
