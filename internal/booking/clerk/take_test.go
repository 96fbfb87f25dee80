/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
)

// TestDecidedHere: people who may not book are refused without the store.
func TestDecidedHere(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*TakeRequest)
		early  time.Duration
		want   string
	}{
		"before the opening":            {early: time.Second, want: "decided: NotYetOpen"},
		"before the opening, by a key":  {early: time.Second, change: func(w *TakeRequest) { w.By.Key = someKey }, want: "decided: NotYetOpen"},
		"a campaign of others":          {change: func(w *TakeRequest) { w.Campaign = older }, want: "decided: YourBandIsOpen"},
		"a campaign that there is not":  {change: func(w *TakeRequest) { w.Campaign = "nobodys" }, want: "decided: UnknownCampaign"},
		"a service that there is not":   {change: func(w *TakeRequest) { w.Campaign, w.Service = "", "Test" }, want: "decided: UnknownService"},
		"another birth date":            {change: func(w *TakeRequest) { w.Born = day("1983-12-02") }, want: "decided: BirthDateDisagrees"},
		"whoever says no birth date":    {change: func(w *TakeRequest) { w.Person = person(t, unnamed) }, want: "decided: BirthDateNeeded"},
		"whoever has a campaign closed": {change: func(w *TakeRequest) { w.Campaign, w.Person, w.Born = closed, person(t, unnamed), day("1938-01-01") }, want: "decided: Closed"},
		"whoever has a campaign paused": {change: func(w *TakeRequest) { w.Campaign, w.Person, w.Born = paused, person(t, unnamed), day("1943-01-01") }, want: "decided: Paused"},
		"too few doses":                 {change: func(w *TakeRequest) { w.Places = w.Places[:1] }, want: "appointments are for 1 dose; this campaign books all of its doses at once: choose 2"},
		"between two slots":             {change: func(w *TakeRequest) { w.Places[1].StartsAt = w.Places[1].StartsAt.Add(time.Minute) }, want: "refused: no_slot, dose 2"},
		"a hub that there is not":       {change: func(w *TakeRequest) { w.Places[1].Hub = "nowhere" }, want: "dose 2 is at a hub that this campaign does not offer: choose one of its hubs"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.Later(-c.early)
			wish := wants(t, giulia)
			if c.change != nil {
				c.change(&wish)
			}
			if _, err := w.Hold(t.Context(), wish); why(err) != c.want {
				t.Errorf("hold: %v, want %s", err, c.want)
			}
			if _, err := w.Book(t.Context(), wish); why(err) != c.want {
				t.Errorf("book: %v, want %s", err, c.want)
			}
			if len(w.store.Calls) > 0 {
				t.Errorf("the store was asked to %v", w.store.Calls)
			}
		})
	}
}

// TestRepeated: a retry of a request that may have been carried out while its campaign was
// open reaches the store, which knows. The early crowd before a first opening does not.
func TestRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		before  bool          // somebody was let in
		pause   time.Duration // since
		key     string
		reaches bool
	}{
		"postponed after the booking":                   {before: true, key: someKey, reaches: true},
		"postponed, and somebody who did not book":      {before: true},
		"postponed long ago: the crowd of the next one": {before: true, pause: time.Hour, key: someKey},
		"never open here":                               {key: someKey},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			wish := wants(t, giulia)
			wish.By.Key = c.key
			if c.before {
				if _, err := w.Book(t.Context(), wish); err != nil {
					t.Fatal(err)
				}
			}
			w.store.Publish(published(2, 48*time.Hour))
			w.store.Later(c.pause)
			w.store.Calls = nil
			_, err := w.Book(t.Context(), wish)
			if c.reaches {
				if err != nil || len(w.store.Calls) != 1 {
					t.Errorf("repeated: %v, the store was asked to %v", err, w.store.Calls)
				}
				return
			}
			if why(err) != "decided: NotYetOpen" || len(w.store.Calls) > 0 {
				t.Errorf("repeated: %v, the store was asked to %v", err, w.store.Calls)
			}
		})
	}
	t.Run("for another campaign", func(t *testing.T) {
		w := newWorld(t)
		if _, err := w.Book(t.Context(), wants(t, giulia)); err != nil {
			t.Fatal(err)
		}
		w.store.Calls = nil
		early := wants(t, unnamed)
		early.Campaign, early.Born, early.By.Key = older, day("1948-01-01"), someKey
		if _, err := w.Book(t.Context(), early); why(err) != "decided: NotYetOpen" || len(w.store.Calls) > 0 {
			t.Errorf("book: %v, the store was asked to %v", err, w.store.Calls)
		}
	})
}

// TestRefusedByTheStore: refusals of the store are explained.
func TestRefusedByTheStore(t *testing.T) {
	for outcome, want := range map[booking.Outcome]string{
		booking.NotOpen:       "decided: NotYetOpen",
		booking.Paused:        "refused: paused", // as this catalog does not say why
		booking.Closed:        "refused: closed",
		booking.AlreadyBooked: "refused: already_booked",
		booking.KeyUsed:       "refused: key_used",
		booking.NoPlace:       "refused: no_place, 0 free", // for no dose in particular
		booking.Stale:         errStale.Error(),
	} {
		t.Run(string(outcome), func(t *testing.T) {
			w := newWorld(t)
			w.store.OnTake = func(booking.Request) (booking.Booking, error) { return booking.Booking{}, refused(outcome) }
			if _, err := w.Hold(t.Context(), wants(t, giulia)); why(err) != want {
				t.Errorf("hold: %v, want %s", err, want)
			}
		})
	}
}

func TestPlacesBeside(t *testing.T) {
	found := func(days ...string) func() ([]search.Offer, error) {
		return func() (all []search.Offer, err error) {
			for _, second := range days {
				all = append(all, search.Offer{Places: places(), Days: []civil.Day{day("2026-12-02"), day(second)}})
			}
			return all, nil
		}
	}
	first := dose.Days{From: day("2026-12-02"), To: day("2026-12-02")}
	for name, c := range map[string]struct {
		offers func() ([]search.Offer, error)
		dose   int
		want   string
		hubs   [][]string
		first  dose.Days
	}{
		"at the same hub":              {offers: found("2026-12-23", "2027-01-13"), dose: 2, want: "refused: no_place, dose 2, 2 free", hubs: [][]string{{fiera}}, first: first},
		"too near the dose before":     {offers: found("2026-12-01", "2026-12-22"), dose: 2, want: "refused: no_place, dose 2, 0 free", hubs: [][]string{{fiera}, nil}, first: first},
		"too far from the dose before": {offers: found("2027-01-14"), dose: 2, want: "refused: no_place, dose 2, 0 free", hubs: [][]string{{fiera}, nil}, first: first},
		"for the first dose": {
			offers: found("2026-12-23"), dose: 1, want: "refused: no_place, dose 1, 1 free", hubs: [][]string{{fiera}},
			first: dose.Days{From: day("2026-11-11"), To: day("2026-12-02")},
		},
		"nowhere":        {offers: found(), dose: 2, want: "refused: no_place, dose 2, 0 free", hubs: [][]string{{fiera}, nil}, first: first},
		"nobody can say": {offers: func() ([]search.Offer, error) { return nil, errAway }, dose: 2, want: "refused: no_place, dose 2, 0 free", hubs: [][]string{{fiera}}, first: first},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.OnTake = func(booking.Request) (booking.Booking, error) {
				return booking.Booking{}, &booking.Refusal{Outcome: booking.NoPlace, Dose: c.dose}
			}
			w.store.OnOffers = func(search.Query) ([]search.Offer, error) { return c.offers() }
			if _, err := w.Hold(t.Context(), wants(t, giulia)); why(err) != c.want {
				t.Errorf("hold: %v, want %s", why(err), c.want)
			}
			var hubs [][]string
			for _, q := range w.store.Queries {
				hubs = append(hubs, q.Hubs)
				if q.First != c.first {
					t.Errorf("the first dose was looked for on %v, want %v", q.First, c.first)
				}
			}
			if diff := cmp.Diff(c.hubs, hubs); diff != "" {
				t.Errorf("hubs that were looked at (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCatalogThatBinds: what another catalog decides is decided again by it.
func TestCatalogThatBinds(t *testing.T) {
	for name, c := range map[string]struct {
		binds     int64 // in the store
		fetches   int64 // by each refresh
		postponed time.Duration
		fails     error
		want      string
		asked     int
	}{
		"the next one":                 {binds: 2, fetches: 2, asked: 2},
		"one that postpones":           {binds: 2, fetches: 2, postponed: time.Hour, want: "decided: NotYetOpen", asked: 1},
		"one that cannot be read":      {binds: 3, fails: errAway, want: "read the catalog that binds: " + errAway.Error(), asked: 1},
		"one that nobody has":          {binds: 9, fetches: 1, want: errStale.Error(), asked: attempts},
		"one after another, time over": {binds: 9, fetches: 2, want: errStale.Error(), asked: attempts},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.OnRefresh = func() error {
				if c.fails == nil {
					w.store.Publish(published(c.fetches, c.postponed))
				}
				return c.fails
			}
			w.store.OnTake = func(r booking.Request) (booking.Booking, error) {
				if r.Revision != c.binds {
					return booking.Booking{}, refused(booking.Stale)
				}
				return makeBooking(booking.Held), nil
			}
			if _, err := w.Hold(t.Context(), wants(t, giulia)); why(err) != c.want || len(w.store.Calls) != c.asked {
				t.Errorf("hold: %v after %d calls, want %q after %d", err, len(w.store.Calls), c.want, c.asked)
			}
		})
	}
}
