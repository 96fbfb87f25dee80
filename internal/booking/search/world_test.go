/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// noon of 2 December 2026 in Rome, when everybody looks.
var noon = time.Date(2026, 12, 2, 11, 0, 0, 0, time.UTC)

// today is its day.
var today = civil.Date(2026, 12, 2)

var campaign = catalog.Campaign{
	Name: "born-1946-1950", Service: "Vaccination", OpensAt: noon, OpensAtLocal: "now",
	Doses:       catalog.Doses{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42},
	HubSelector: catalog.Selector{MatchExpressions: []catalog.Requirement{{Key: "closing", Operator: catalog.DoesNotExist}}},
}

// doses returns the campaign with another number of doses.
func doses(count, least, most int) catalog.Campaign {
	c := campaign
	c.Doses = catalog.Doses{Count: count, MinIntervalDays: least, MaxIntervalDays: most}
	return c
}

// world is hubs with free places, and a clock.
type world struct {
	mu      sync.Mutex
	now     time.Time
	hubs    []catalog.Hub
	slots   map[string][]booking.Slot // in the order of time; free to everybody
	desk    map[booking.Place]int     // free to the call centre besides
	asked   int
	down    error
	random  *rand.Rand
	waiting chan struct{} // where it is set, an answer waits for it
}

func newWorld(seed uint64) *world {
	return &world{now: noon, slots: map[string][]booking.Slot{}, desk: map[booking.Place]int{}, random: rand.New(rand.NewPCG(seed, 3))}
}

// hub adds a hub, somewhere near Rome, the next one a bit further north.
func (w *world) hub(labels map[string]string) string {
	name := fmt.Sprintf("hub-%03d", len(w.hubs))
	w.hubs = append(w.hubs, catalog.Hub{
		Name: name, DisplayName: name, Address: "Roma", Services: []string{"Vaccination"}, Stations: 1, MinutesPerAppointment: 8, Labels: labels,
		Coordinates: &catalog.Coordinates{Latitude: fmt.Sprintf("41.%04d", 8000+len(w.hubs)), Longitude: "12.3270"},
	})
	return name
}

// day returns a hub slots, from 08:00 every 8 minutes, each with a number of places.
func (w *world) day(hub string, day civil.Day, slots, places int) {
	at := day.Midnight().Add(7 * time.Hour)
	for range slots {
		w.slots[hub] = append(w.slots[hub], booking.Slot{Place: booking.Place{Hub: hub, StartsAt: at}, Day: day, Minutes: 8, Free: places})
		at = at.Add(8 * time.Minute)
	}
	slices.SortFunc(w.slots[hub], func(a, b booking.Slot) int { return a.StartsAt.Compare(b.StartsAt) })
}

// free returns the places of a slot that somebody may take.
func (w *world) free(s booking.Slot, desk bool) int {
	if desk {
		return s.Free + w.desk[s.Place]
	}
	return s.Free
}

// take takes a place, if there is one.
func (w *world) take(p booking.Place) bool {
	for i := range w.slots[p.Hub] {
		if s := &w.slots[p.Hub][i]; s.StartsAt.Equal(p.StartsAt) && s.Free > 0 {
			s.Free--
			return true
		}
	}
	return false
}

func (w *world) Free(_ context.Context, in booking.Window) ([]booking.Slot, error) {
	if w.waiting != nil {
		<-w.waiting
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked++
	if w.down != nil {
		return nil, w.down
	}
	var found []booking.Slot
	for _, s := range w.slots[in.Hub] {
		s.Free = w.free(s, in.CallCentre)
		if s.Free > 0 && s.StartsAt.After(w.now) && !s.StartsAt.Before(in.From) && s.StartsAt.Before(in.To) && len(found) < in.Limit {
			found = append(found, s)
		}
	}
	return found, nil
}

func (w *world) Availability(context.Context) ([]booking.HubDay, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down != nil {
		return nil, w.down
	}
	counted := map[string]map[civil.Day]booking.HubDay{}
	for hub, slots := range w.slots {
		counted[hub] = map[civil.Day]booking.HubDay{}
		for _, s := range slots {
			if !s.StartsAt.After(w.now) {
				continue
			}
			d := counted[hub][s.Day]
			d.Hub, d.Day, d.Free, d.CallCentre = hub, s.Day, d.Free+w.free(s, false), d.CallCentre+w.free(s, true)
			counted[hub][s.Day] = d
		}
	}
	var days []booking.HubDay
	for _, hub := range counted {
		for _, d := range hub {
			days = append(days, d)
		}
	}
	return days, nil
}

// passes lets time go by.
func (w *world) passes(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// questions returns how often the store was asked for slots since last time.
func (w *world) questions() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.asked
	w.asked = 0
	return n
}

func (w *world) search() *Search {
	return New(Options{Store: w, Clock: w.clock, Random: rand.NewPCG(w.random.Uint64(), 5)})
}

func (w *world) snapshot(t testing.TB, campaigns ...catalog.Campaign) *binding.Snapshot {
	t.Helper()
	s, err := binding.NewSnapshot(catalog.Catalog{Revision: 1, Platform: "lazio", TimeZone: "Europe/Rome", Hubs: w.hubs, Campaigns: campaigns})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// offers looks, and fails the test if that fails.
func offers(t testing.TB, s *Search, in *binding.Snapshot, q Query) []Offer {
	t.Helper()
	found, err := s.Offers(t.Context(), in, q)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// check checks offers.
func (w *world) check(t testing.TB, in *binding.Snapshot, q Query, found []Offer) {
	t.Helper()
	if len(found) > max(q.Offers, 1) {
		t.Errorf("%d offers for %d", len(found), q.Offers)
	}
	offered := func(hub string) bool {
		h, known := in.Hub(hub)
		return known && q.Campaign.Offers(h)
	}
	seen := map[booking.Place]bool{}
	for _, o := range found {
		set := make([]dose.Appointment, len(o.Places))
		for i, p := range o.Places {
			set[i] = dose.Appointment{Hub: p.Hub, Day: o.Days[i]}
			w.checkPlace(t, q, o, i)
		}
		if err := dose.Rule(q.Campaign.Doses).Check(set, offered); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
		if !q.First.Contain(o.Days[0]) {
			t.Errorf("dose 1 on %s, want it within %v", o.Days[0], q.First)
		}
		if len(q.Hubs) > 0 && !slices.Contains(q.Hubs, o.Places[0].Hub) {
			t.Errorf("dose 1 at %s, which was not asked for", o.Places[0].Hub)
		}
		if seen[o.Places[0]] {
			t.Errorf("%v is offered twice", o.Places[0])
		}
		seen[o.Places[0]] = true
	}
}

func (w *world) checkPlace(t testing.TB, q Query, o Offer, i int) {
	t.Helper()
	p := o.Places[i]
	at := slices.IndexFunc(w.slots[p.Hub], func(s booking.Slot) bool { return s.StartsAt.Equal(p.StartsAt) })
	switch {
	case at < 0:
		t.Errorf("%v is no slot", p)
		return
	case !p.StartsAt.After(w.now) || p.StartsAt.Before(q.From):
		t.Errorf("%v is past, or before %s", p, q.From)
	}
	if s := w.slots[p.Hub][at]; w.free(s, q.CallCentre) < 1 || s.Day != o.Days[i] || s.Minutes != o.Minutes[i] {
		t.Errorf("%v is not as offered: %+v", p, s)
	}
}
