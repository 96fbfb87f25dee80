/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// beaten returns the percentage of people who find a place gone, where all of them look at one
// moment and then take the first offer that they are shown.
func (w *world) beaten(t *testing.T, people int, q Query) float64 {
	t.Helper()
	s, in := w.search(), w.snapshot(t, q.Campaign)
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	var shown []Offer
	for n := range people {
		found := offers(t, s, in, q)
		if n%20 == 0 {
			w.check(t, in, q, found)
		}
		shown = append(shown, found[0])
	}
	beaten := 0
	for _, o := range shown {
		gone := false
		for _, p := range o.Places {
			gone = !w.take(p) || gone
		}
		if gone {
			beaten++
		}
	}
	return 100 * float64(beaten) / float64(people)
}

// The share of those who are beaten is what the package comment says.
func TestCrowdIsSpreadByTheFormula(t *testing.T) {
	for name, tc := range map[string]struct{ people, places int }{
		"one place in a slot":                {100, 1},
		"two":                                {200, 2},
		"four":                               {400, 4},
		"thirty":                             {1000, 30},
		"twice as many as a window has room": {1000, 4},
	} {
		t.Run(name, func(t *testing.T) {
			const rounds = 10
			sum := 0.0
			for seed := range uint64(rounds) {
				w := newWorld(seed)
				hub := w.hub(nil)
				for n := range 30 {
					w.day(hub, today.Add(n+1), 100, tc.places)
				}
				sum += w.beaten(t, tc.people, Query{Campaign: doses(1, 0, 0), Hubs: []string{hub}, Offers: 5})
			}
			got, f := sum/rounds, float64(tc.places)
			want := 100 * math.Pow(f/(f+spread), f)
			t.Logf("%.2f %% are beaten; the formula says %.2f %%", got, want)
			if math.Abs(got-want) > 1 {
				t.Errorf("%.2f %% are beaten, want %.2f ± 1", got, want)
			}
		})
	}
}

// A thousand people look at once for two doses, at hubs of any size, one of them or all.
func TestThousandAtOnce(t *testing.T) {
	region := func(seed uint64) *world {
		w := newWorld(seed)
		for n := range 20 {
			hub := w.hub(nil)
			for day := range 60 {
				w.day(hub, today.Add(day+1), 40, 2+n)
			}
		}
		return w
	}
	for name, tc := range map[string]struct {
		query Query
		most  float64
	}{
		"anywhere":            {Query{Campaign: campaign, Offers: 5}, 1},
		"anywhere, one offer": {Query{Campaign: campaign, Offers: 1}, 1},
		"at one hub":          {Query{Campaign: campaign, Offers: 3, Hubs: []string{"hub-012"}}, 1},
		"nearest":             {Query{Campaign: campaign, Offers: 3, Near: &Position{42, 12}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			sum := 0.0
			for seed := range uint64(3) {
				sum += region(seed).beaten(t, 1000, tc.query)
			}
			t.Logf("%.2f %% are beaten", sum/3)
			if sum/3 > tc.most {
				t.Errorf("%.2f %% are beaten, want at most %.0f %%", sum/3, tc.most)
			}
		})
	}
}

// Within the prefix every slot is as likely as it has places.
func TestChanceIsByPlaces(t *testing.T) {
	f := &find{search: newWorld(1).search()}
	f.source = f.search.random.seed()
	f.random = rand.New(&f.source)
	slots := []booking.Slot{{Free: 7}, {Free: 1}, {Free: 7}, {Free: 4}, {Free: 15}, {Free: 7}}
	f.lot.begin(newWindow(slots, false))
	f.lot.add(1, 2)
	f.lot.add(3, 5)
	const draws = 20_000
	times := map[int]int{}
	for range draws {
		i, _ := f.draw(wish{dose: 1}, 0, 3, -1)
		times[f.lot.slot(i).Free]++
	}
	for _, free := range []int{1, 4, 15} {
		want := draws * free / 20
		if got := times[free]; math.Abs(float64(got-want)) > 4*math.Sqrt(float64(want)) {
			t.Errorf("the slot with %d places was drawn %d times, want about %d", free, got, want)
		}
	}
}

// After the crowd has gone, a search returns the first place again.
func TestCrowdIsForgotten(t *testing.T) {
	w := newWorld(1)
	hub := w.hub(nil)
	for n := range 10 {
		w.day(hub, today.Add(n+1), 100, 4)
	}
	single := doses(1, 0, 0)
	s, in := w.search(), w.snapshot(t, single)
	q := Query{Campaign: single, Hubs: []string{hub}}
	first := func() time.Time { return offers(t, s, in, q)[0].Places[0].StartsAt }
	if got, want := first(), w.slots[hub][0].StartsAt; !got.Equal(want) {
		t.Errorf("alone: %s, want %s", got, want)
	}
	latest := time.Time{}
	for range 300 {
		if at := first(); at.After(latest) {
			latest = at
		}
	}
	if latest.Sub(w.slots[hub][0].StartsAt) < 24*time.Hour {
		t.Errorf("three hundred people were shown nothing after %s", latest)
	}
	w.passes(10 * memory)
	if got, want := first(), w.slots[hub][0].StartsAt; !got.Equal(want) {
		t.Errorf("after the crowd: %s, want %s", got, want)
	}
}

// What others take, as the counts tell, widens the prefix too.
func TestOtherProcessesCrowd(t *testing.T) {
	w := newWorld(1)
	hub := w.hub(nil)
	for n := range 10 {
		w.day(hub, today.Add(n+1), 100, 4)
	}
	single := doses(1, 0, 0)
	s, in := w.search(), w.snapshot(t, single)
	refresh := func() {
		if err := s.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	refresh()
	w.passes(5 * time.Second)
	for i := range 100 { // 20 a second
		w.take(w.slots[hub][500+i/4].Place)
	}
	refresh()
	days := map[string]int{}
	for range 20 {
		w.passes(time.Millisecond)
		s.crowds = newCrowds(10) // nobody looks here
		o := offers(t, s, in, Query{Campaign: single, Hubs: []string{hub}})[0]
		days[o.Days[0].String()]++
	}
	if len(days) < 3 {
		t.Errorf("20 places go every second, but all are shown %v", days)
	}
	w.passes(2 * memory)
	refresh()
	o := offers(t, s, in, Query{Campaign: single, Hubs: []string{hub}})[0]
	if !first(o).Equal(w.slots[hub][0].StartsAt) {
		t.Errorf("nobody takes anything, but the first offer is %s", first(o))
	}
}

// Who looks for a hub's later places does not see more than who looks for its first,
// and small windows come back when the crowd has gone.
func TestWindowsGrowAndShrink(t *testing.T) {
	w := newWorld(1)
	hub := w.hub(nil)
	for n := range 30 {
		w.day(hub, today.Add(n+1), 100, 1)
	}
	single := doses(1, 0, 0)
	s, in := w.search(), w.snapshot(t, single)
	q := Query{Campaign: single, Hubs: []string{hub}}
	limit := func() int { return s.crowds.limit(crowdKey{hub: hub, day: today}) }
	offers(t, s, in, q)
	if limit() != leastSlots {
		t.Errorf("alone: %d slots", limit())
	}
	for range 200 {
		offers(t, s, in, q)
	}
	if limit() != mostSlots {
		t.Errorf("in a crowd: %d slots", limit())
	}
	w.passes(10 * memory)
	for range 3 {
		offers(t, s, in, q)
	}
	if limit() != leastSlots {
		t.Errorf("after the crowd: %d slots", limit())
	}
}

func TestHubsAreChosenByTheirPlaces(t *testing.T) {
	w := newWorld(1)
	for n := range 3 {
		hub := w.hub(nil)
		w.day(hub, today.Add(1), 50, []int{1, 3, 16}[n])
		w.day(hub, today.Add(2), 50, 100)
	}
	single := doses(1, 0, 0)
	s, in := w.search(), w.snapshot(t, single)
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for range 2000 {
		w.passes(10 * memory / 1000) // few at a time
		o := offers(t, s, in, Query{Campaign: single})[0]
		times[o.Places[0].Hub]++
		if o.Days[0] != today.Add(1) {
			t.Fatalf("shown %s, but the day before has places", o.Days[0])
		}
		if err := s.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for hub, want := range map[string]int{"hub-000": 100, "hub-001": 300, "hub-002": 1600} {
		if got := times[hub]; math.Abs(float64(got-want)) > 4*math.Sqrt(float64(want)) {
			t.Errorf("%s was shown %d times, want about %d", hub, got, want)
		}
	}
}

// At the nearest hub first, and never at one that the campaign does not offer.
func TestPreferenceIsKeptInACrowd(t *testing.T) {
	w := newWorld(1)
	for n := range 4 {
		var labels map[string]string
		if n == 0 {
			labels = map[string]string{"closing": "yes"}
		}
		hub := w.hub(labels)
		for day := range 50 {
			w.day(hub, today.Add(day+1), 20, 1)
		}
	}
	s, in := w.search(), w.snapshot(t, campaign)
	q := Query{Campaign: campaign, Offers: 2, Near: &Position{41.8, 12.327}}
	var hubs []string
	for range 500 {
		for _, o := range offers(t, s, in, q) {
			if !slices.Contains(hubs, o.Places[0].Hub) {
				hubs = append(hubs, o.Places[0].Hub)
			}
		}
	}
	if len(hubs) != 1 || hubs[0] != "hub-001" {
		t.Errorf("shown %v, want only the nearest that is offered", hubs)
	}
}
