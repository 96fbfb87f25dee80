/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// TestThirtyTwoClientsAndTwentyPlaces is the race that booking engines lose which
// read a counter and then write it: they sold 49 to 51 of 20 places (FACTS).
func TestThirtyTwoClientsAndTwentyPlaces(t *testing.T) {
	const clients, places, rounds = 32, 20, 200
	d := open(t, clients)
	c := d.MakeCatalog(places)
	// A round is one pair of slots; with four hubs there is a pair for each.
	c.Hubs = nil
	for _, name := range []string{"a", "b", "c", "d"} {
		c.Hubs = append(c.Hubs, d.MakeHub(name, places))
	}
	d = d.with(c)
	for round := range rounds {
		first, other := d.at(1+round%50/24, round%50%24), d.at(4+round%50/24, round%50%24)
		first.Hub, other.Hub = c.Hubs[round/50].Name, c.Hubs[round/50].Name
		var sold, refused, failed int
		var mutex sync.Mutex
		var all sync.WaitGroup
		for client := range clients {
			all.Go(func() {
				_, err := d.Book(t.Context(), d.wants(round*clients+client, first, other))
				mutex.Lock()
				defer mutex.Unlock()
				var r *booking.Refusal
				switch {
				case err == nil:
					sold++
				case errors.As(err, &r) && r.Outcome == booking.NoPlace:
					refused++
				default:
					failed++
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		all.Wait()
		if sold != places || refused != clients-places || failed != 0 {
			t.Fatalf("round %d: sold %d, refused %d, failed %d; want %d, %d and 0", round, sold, refused, failed, places, clients-places)
		}
	}
	if a := d.sound(); a.Sold != 2*places*rounds {
		t.Errorf("%d places are sold, want %d", a.Sold, 2*places*rounds)
	}
}

// TestOnePersonAtOnce has everybody ask many times at the same moment, and each get
// one booking.
func TestOnePersonAtOnce(t *testing.T) {
	const people, requests = 20, 8
	d := open(t, people)
	d = d.with(d.MakeCatalog(people * requests))
	var booked [people]int
	var mutex sync.Mutex
	var all sync.WaitGroup
	for who := range people {
		for request := range requests {
			all.Go(func() {
				_, err := d.Book(t.Context(), d.wants(who, d.at(1, request), d.at(3, request)))
				var r *booking.Refusal
				if err != nil && (!errors.As(err, &r) || r.Outcome != booking.AlreadyBooked) {
					t.Error(err)
				}
				mutex.Lock()
				defer mutex.Unlock()
				if err == nil {
					booked[who]++
				}
			})
		}
	}
	all.Wait()
	for who, n := range booked {
		if n != 1 {
			t.Errorf("person %d got %d bookings, want 1", who, n)
		}
	}
	if a := d.sound(); a.Booked != people {
		t.Errorf("%d bookings, want %d", a.Booked, people)
	}
}
