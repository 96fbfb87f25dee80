/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
)

func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		asked Search
		early time.Duration
		want  string
		right func(search.Query) bool
	}{
		"by campaign alone": {asked: Search{Campaign: band}, right: func(q search.Query) bool {
			return q.Offers == usualOffers && q.Hubs == nil && q.From.Equal(evening)
		}},
		"by service and birth date": {asked: Search{Service: "Vaccination", Born: day("1983-12-01")}, right: func(q search.Query) bool { return q.Campaign.Name == band }},
		"by service and person":     {asked: Search{Service: "Vaccination", Person: person(t, giulia)}, right: func(q search.Query) bool { return q.Campaign.Name == band }},
		"by service alone":          {asked: Search{Service: "Vaccination"}, want: "decided: BirthDateNeeded"},
		"before the opening":        {asked: Search{Campaign: band}, early: time.Second, want: "decided: NotYetOpen"},
		"when it is closed":         {asked: Search{Campaign: closed}, want: "decided: Closed"},
		"when it is paused":         {asked: Search{Campaign: paused}, want: "decided: Paused"},
		"to move, before the opening": {
			asked: Search{Campaign: older, Moving: true}, right: func(q search.Query) bool { return q.Campaign.Name == older },
		},
		"to move, when it is closed": {
			asked: Search{Campaign: closed, Moving: true}, right: func(q search.Query) bool { return q.Campaign.Name == closed },
		},
		"to move, when it is paused": {
			asked: Search{Campaign: paused, Person: person(t, giulia), Moving: true}, right: func(q search.Query) bool { return q.Campaign.Name == paused },
		},
		"to move, in a campaign that there is not": {asked: Search{Campaign: "nobodys", Moving: true}, want: "decided: UnknownCampaign"},
		"to move, of another service":              {asked: Search{Campaign: closed, Service: "Test", Moving: true}, want: "decided: UnknownCampaign"},
		"to move, in no campaign in particular":    {asked: Search{Service: "Vaccination", Moving: true}, want: "decided: BirthDateNeeded"},
		"of another service":                       {asked: Search{Campaign: band, Service: "Test"}, want: "decided: UnknownCampaign"},
		"for others":                               {asked: Search{Campaign: older, Born: day("1983-12-01")}, want: "decided: YourBandIsOpen"},
		"at a hub that there is not":               {asked: Search{Campaign: band, Hubs: []string{eur, "nowhere"}}, want: "unknown hub 1"},
		"near, at hubs, on days": {
			asked: Search{
				Campaign: band, Hubs: []string{eur}, Near: &search.Position{Latitude: 41.9, Longitude: 12.5},
				Days: dose.Days{From: day("2026-12-03"), To: day("2026-12-09")}, Offers: 100,
			},
			right: func(q search.Query) bool {
				days := dose.Days{From: day("2026-12-03"), To: day("2026-12-09")}
				return q.Hubs[0] == eur && q.Near.Latitude == 41.9 && q.First == days && q.Offers == search.MaxOffers
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.Later(-c.early)
			campaign, offers, err := w.Find(t.Context(), c.asked)
			if why(err) != c.want {
				t.Fatalf("find: %v, want %q", err, c.want)
			}
			if c.right == nil {
				if len(w.store.Calls) > 0 {
					t.Errorf("the search was asked: %v", w.store.Calls)
				}
				return
			}
			if campaign.Name != w.store.Queries[0].Campaign.Name || len(offers) != 1 || !c.right(w.store.Queries[0]) {
				t.Errorf("looked for %+v, and found %d in %s", w.store.Queries[0], len(offers), campaign.Name)
			}
		})
	}
}
