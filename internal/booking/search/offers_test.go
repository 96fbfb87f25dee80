/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// scattered is a few hubs with few places here and there.
func scattered(seed uint64) *world {
	w := newWorld(seed)
	for range 1 + w.random.IntN(4) {
		var labels map[string]string
		if w.random.IntN(5) == 0 {
			labels = map[string]string{"closing": "yes"}
		}
		name := w.hub(labels)
		for n := range 14 {
			if w.random.IntN(3) > 0 {
				continue
			}
			// The first days hold more slots than a window does.
			w.day(name, today.Add(n), []int{1, 2, 70, 100}[w.random.IntN(4)], w.random.IntN(3))
		}
		for i := range w.slots[name] {
			if w.random.IntN(40) == 0 {
				w.desk[w.slots[name][i].Place] = 1
			}
		}
	}
	return w
}

// query asks anything of it.
func (w *world) query() Query {
	rule := doses(1+w.random.IntN(3), 1+w.random.IntN(4), 0)
	rule.Doses.MaxIntervalDays = rule.Doses.MinIntervalDays + w.random.IntN(4)
	if rule.Doses.Count == 1 {
		rule = doses(1, 0, 0)
	}
	q := Query{Campaign: rule, Offers: 1 + w.random.IntN(8), CallCentre: w.random.IntN(3) == 0}
	switch w.random.IntN(4) {
	case 0:
		for range 1 + w.random.IntN(3) {
			q.Hubs = append(q.Hubs, fmt.Sprintf("hub-%03d", w.random.IntN(5)))
		}
	case 1:
		q.Near = &Position{41.8, 12.3}
	}
	if w.random.IntN(3) == 0 {
		q.First.From = today.Add(w.random.IntN(8))
	}
	if w.random.IntN(3) == 0 {
		q.First.To = today.Add(w.random.IntN(12))
	}
	if w.random.IntN(3) == 0 {
		q.From = noon.Add(time.Duration(w.random.IntN(6*24*60)) * time.Minute)
	}
	return q
}

// days returns those on which a query's places are at a hub.
func (w *world) days(hub string, q Query) (days []civil.Day) {
	for _, s := range w.slots[hub] {
		if w.free(s, q.CallCentre) > 0 && s.StartsAt.After(w.now) && !s.StartsAt.Before(q.From) && !slices.Contains(days, s.Day) {
			days = append(days, s.Day)
		}
	}
	return days
}

// firstDays returns those of all sets of places that a query could be offered.
func (w *world) firstDays(q Query) (sameHub, anyHub []civil.Day) {
	hubs, all := map[string][]civil.Day{}, []civil.Day{}
	for _, h := range w.hubs {
		if q.Campaign.Offers(h) {
			hubs[h.Name] = w.days(h.Name, q)
			all = append(all, hubs[h.Name]...)
		}
	}
	for hub, days := range hubs {
		if len(q.Hubs) > 0 && !slices.Contains(q.Hubs, hub) {
			continue
		}
		for _, day := range days {
			if q.First.Contain(day) && completes(q.Campaign.Doses, day, days, 1) {
				sameHub = append(sameHub, day)
			}
			if q.First.Contain(day) && completes(q.Campaign.Doses, day, all, 1) {
				anyHub = append(anyHub, day)
			}
		}
	}
	return sameHub, anyHub
}

// completes tries all days.
func completes(rule catalog.Doses, last civil.Day, days []civil.Day, chosen int) bool {
	if chosen == rule.Count {
		return true
	}
	for _, day := range days {
		if apart := day.Since(last); apart >= rule.MinIntervalDays && apart <= rule.MaxIntervalDays && completes(rule, day, days, chosen+1) {
			return true
		}
	}
	return false
}

// Whatever is asked, what is offered is right, there is nothing only where there is
// nothing, and who looks alone is offered the first day; with counts and without.
func TestOffersAreRight(t *testing.T) {
	some, none, different := 0, 0, 0
	for seed := range uint64(3000) {
		w := scattered(seed)
		q := w.query()
		sameHub, anyHub := w.firstDays(q)
		w.compare(t, q, seed%2 == 0)
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, q)
		}
		switch {
		case len(sameHub) > 0:
			some++
		case len(anyHub) > 0:
			different++
		default:
			none++
		}
	}
	t.Logf("%d with offers, %d with offers at different hubs, %d without", some, different, none)
	if some < 500 || none < 300 || different < 50 {
		t.Errorf("the test says little")
	}
}

// compare compares what is found with all that there is.
func (w *world) compare(t *testing.T, q Query, counted bool) {
	t.Helper()
	s, in := w.search(), w.snapshot(t, q.Campaign)
	if counted {
		if err := s.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	next, err := s.Next(t.Context(), in, q)
	if err != nil {
		t.Fatal(err)
	}
	found := offers(t, s, in, q)
	w.check(t, in, q, found)
	days, anyHub := w.firstDays(q)
	same := len(days) > 0
	if !same {
		days = anyHub
	}
	if len(days) == 0 || len(found) == 0 {
		if len(found) != len(days) || !next.IsZero() {
			t.Errorf("%d offers and next %q, but there are %d days", len(found), next, len(days))
		}
		return
	}
	first := slices.MinFunc(days, civil.Day.Compare)
	if next != first {
		t.Errorf("next %s, want %s", next, first)
	}
	for _, o := range found {
		if o.Days[0].Before(first) || same && !oneHub(o) {
			t.Errorf("%+v, where the first day is %s and one hub has all doses: %t", o, first, same)
		}
	}
	w.compareFirst(t, q, found[0], first)
}

// compareFirst: who names no hub is offered the first day of any, as far as counts can
// tell; they do not look beyond the second dose.
func (w *world) compareFirst(t *testing.T, q Query, o Offer, day civil.Day) {
	t.Helper()
	named := len(q.Hubs) > 0 || q.Near != nil
	if !named && oneHub(o) && q.Campaign.Doses.Count < 3 && o.Days[0] != day {
		t.Errorf("who looks alone is offered %s, but %s has room", o.Days[0], day)
	}
}

func oneHub(o Offer) bool {
	return !slices.ContainsFunc(o.Places, func(p booking.Place) bool { return p.Hub != o.Places[0].Hub })
}

func TestOffers(t *testing.T) {
	// Two hubs: the first has room for both doses only late.
	w := newWorld(1)
	early, late := w.hub(nil), w.hub(nil)
	for n := range 60 {
		w.day(early, today.Add(n+1), 100, 4)
		if n >= 7 {
			w.day(late, today.Add(n+1), 3, 1)
		}
	}
	in := w.snapshot(t, campaign)
	for name, tc := range map[string]struct {
		query Query
		hub   string // of the first offer
		day   civil.Day
		n     int
	}{
		"anywhere":                      {Query{Offers: 5}, early, today.Add(1), 5},
		"no number is one":              {Query{}, early, today.Add(1), 1},
		"too many are fewer":            {Query{Offers: 1000}, early, today.Add(1), MaxOffers},
		"the hub that is preferred":     {Query{Hubs: []string{late, early}, Offers: 2}, late, today.Add(8), 2},
		"the next where one ends":       {Query{Hubs: []string{late, early}, First: dose.Days{To: today.Add(8)}, Offers: 5}, late, today.Add(8), 5},
		"the next where one has none":   {Query{Hubs: []string{late, early}, First: dose.Days{To: today.Add(7)}, Offers: 2}, early, today.Add(1), 2},
		"a hub twice is a hub":          {Query{Hubs: []string{late, late}, First: dose.Days{To: today.Add(8)}, Offers: 5}, late, today.Add(8), 3},
		"a hub that nobody knows":       {Query{Hubs: []string{"milano"}, Offers: 2}, "", civil.Day{}, 0},
		"the nearest":                   {Query{Near: &Position{42.5, 12.3}, Offers: 2}, late, today.Add(8), 2},
		"too far":                       {Query{Near: &Position{42.5, 12.3}, Within: 1000}, "", civil.Day{}, 0},
		"near enough":                   {Query{Near: &Position{41.8001, 12.3270}, Within: 5}, late, today.Add(8), 1},
		"from a day on":                 {Query{First: dose.Days{From: today.Add(20)}}, "", today.Add(20), 1},
		"from late in a day on":         {Query{From: noon.Add(24*time.Hour + 10*time.Hour), Offers: 3}, early, today.Add(2), 3},
		"until before there is any":     {Query{First: dose.Days{To: today}}, "", civil.Day{}, 0},
		"no days":                       {Query{First: dose.Days{From: today.Add(9), To: today.Add(8)}}, "", civil.Day{}, 0},
		"after the last second dose is": {Query{First: dose.Days{From: today.Add(45)}}, "", civil.Day{}, 0},
		"a campaign that is not there":  {Query{Campaign: catalog.Campaign{Name: "milano", Doses: catalog.Doses{Count: 1}}}, "", civil.Day{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.search()
			if err := s.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			if tc.query.Campaign.Name == "" {
				tc.query.Campaign = campaign
			}
			found := offers(t, s, in, tc.query)
			if len(found) != tc.n {
				t.Fatalf("%d offers, want %d", len(found), tc.n)
			}
			if tc.n == 0 {
				return
			}
			if got := found[0]; got.Days[0] != tc.day || tc.hub != "" && got.Places[0].Hub != tc.hub {
				t.Errorf("%s on %s, want %s on %s", got.Places[0].Hub, got.Days[0], tc.hub, tc.day)
			}
			for i := 2; i < len(found) && len(tc.query.Hubs) < 2; i++ {
				if byTime(found[i-1], found[i]) > 0 {
					t.Errorf("offer %d is before the one before", i+1)
				}
			}
		})
	}
}

// Offers for choice are not all next to each other.
func TestOffersAreForChoice(t *testing.T) {
	w := newWorld(1)
	hub := w.hub(nil)
	for n := range 60 {
		w.day(hub, today.Add(n+1), 64, 4)
	}
	found := offers(t, w.search(), w.snapshot(t, campaign), Query{Campaign: campaign, Offers: 5})
	for i := 2; i < len(found); i++ {
		if apart := first(found[i]).Sub(first(found[i-2])); apart < time.Hour {
			t.Errorf("offers %d and %d are %s apart", i-1, i+1, apart)
		}
	}
	if len(found) != 5 || !first(found[0]).Equal(w.slots[hub][0].StartsAt) {
		t.Errorf("%d offers, the first at %s", len(found), first(found[0]))
	}
}

// The call centre sees the places that are kept for it, others do not.
func TestDesk(t *testing.T) {
	w := newWorld(1)
	hub := w.hub(nil)
	w.day(hub, today.Add(1), 1, 0)
	w.desk[w.slots[hub][0].Place] = 3
	single := doses(1, 0, 0)
	in := w.snapshot(t, single)
	s := w.search()
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for desk, want := range map[bool]int{false: 0, true: 1} {
		if got := len(offers(t, s, in, Query{Campaign: single, CallCentre: desk, Offers: 5})); got != want {
			t.Errorf("desk %t: %d offers, want %d", desk, got, want)
		}
	}
}
