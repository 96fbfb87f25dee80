/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// place is one slot of one hub, with the number of places left.
type place struct {
	start time.Time
	date  string
	day   int
	left  int
}

// reference serves person by person from slot after slot. It knows nothing of
// stretches, pools or chains of several people.
func reference(t *testing.T, in Input, campaign string) Outcome {
	t.Helper()
	places := allPlaces(t, in)
	var out Outcome
	for _, c := range before(t, in, campaign) {
		out = Outcome{Campaign: c.Name, Expected: c.People() * int64(c.Doses.Count)}
		from := slices.IndexFunc(places, func(p place) bool { return !p.start.Before(c.Opens) })
		to := len(places)
		if end := slices.IndexFunc(places, func(p place) bool { return !p.start.Before(c.until()) }); end >= 0 {
			to = end
		}
		for person := range c.People() {
			chain, found := earliest(places[:to], from, to, 1, c.Doses)
			if !found {
				out.Unserved = c.People() - person
				break
			}
			for _, i := range chain {
				places[i].left--
				out.Served++
				out.ServedBy = max(out.ServedBy, places[i].date)
			}
		}
	}
	return out
}

// before are the campaigns up to one, in order.
func before(t *testing.T, in Input, campaign string) []Campaign {
	t.Helper()
	upTo, err := in.upTo(campaign)
	if err != nil {
		t.Fatal(err)
	}
	return upTo.Campaigns
}

func allPlaces(t *testing.T, in Input) []place {
	t.Helper()
	var places []place
	first := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	for _, hub := range in.Hubs {
		for day := range 430 {
			date := first.AddDate(0, 0, day).Format(time.DateOnly)
			slots, err := hub.Hours.Slots(date, in.Zone)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range slots {
				places = append(places, place{s.Start, date, day, s.Places})
			}
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Or(a.start.Compare(b.start), cmp.Compare(a.date, b.date)) })
	return places
}

// earliest gives the places of a dose in [from, to) and of those after it, each as
// early as it can be.
func earliest(places []place, from, to, dose int, doses Doses) (chain []int, found bool) {
	for i := from; i < to; i++ {
		if places[i].left == 0 {
			continue
		}
		if dose == doses.Count {
			return []int{i}, true
		}
		next := i
		for next < len(places) && places[next].day < places[i].day+doses.MinDays {
			next++
		}
		end := next
		for end < len(places) && places[end].day <= places[i].day+doses.MaxDays {
			end++
		}
		if rest, ok := earliest(places, next, end, dose+1, doses); ok {
			return append([]int{i}, rest...), true
		}
	}
	return nil, false
}

// Where every campaign may go everywhere, the forecast is what serving person by
// person gives. So it is for a first campaign, wherever it may go.
func TestPersonByPerson(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for n := range 40 {
		loc := zone(t, []string{"Europe/Rome", "Africa/Casablanca"}[random.IntN(2)])
		in := anyInput(random, loc, true)
		for i := range in.Campaigns {
			c := &in.Campaigns[i]
			c.Eligible = int64(random.IntN(120))
		}
		for _, c := range in.Campaigns {
			got := judge(t, in, c.Name)
			if diff := gocmp.Diff(reference(t, in, c.Name), got.Outcome); diff != "" {
				t.Fatalf("%d: %s\n%+v", n, diff, in)
			}
		}
	}
}
