/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"testing"
)

// forget lets everybody go.
func forget(s *Search) {
	for _, c := range s.crowds.kept.Values() {
		c.searches = 0
	}
}

// BenchmarkOffers looks in a region of 100 hubs, of which everything is known; nobody
// takes anything, so the crowd is as large as one core can be: the widest prefix.
func BenchmarkOffers(b *testing.B) {
	w := newWorld(1)
	for range 100 {
		hub := w.hub(nil)
		for day := range 90 {
			w.day(hub, today.Add(day+1), 100, 8)
		}
	}
	in := w.snapshot(b, campaign)
	for name, q := range map[string]Query{
		"anywhere, 1": {Campaign: campaign, Offers: 1}, "anywhere, 5": {Campaign: campaign, Offers: 5},
		"one hub, 1": {Campaign: campaign, Offers: 1, Hubs: []string{"hub-050"}}, "one hub, 5": {Campaign: campaign, Offers: 5, Hubs: []string{"hub-050"}},
		"nearest, 5": {Campaign: campaign, Offers: 5, Near: &Position{41.9, 12.4}},
	} {
		for crowd, alone := range map[string]bool{"alone": true, "crowd": false} {
			b.Run(name+", "+crowd, func(b *testing.B) {
				s := w.search()
				if err := s.Refresh(b.Context()); err != nil {
					b.Fatal(err)
				}
				for range 3000 {
					offers(b, s, in, q)
				}
				b.ReportAllocs()
				for b.Loop() {
					if alone {
						forget(s)
					}
					if found, err := s.Offers(b.Context(), in, q); err != nil || len(found) != q.Offers {
						b.Fatal(len(found), err)
					}
				}
			})
		}
	}
}
