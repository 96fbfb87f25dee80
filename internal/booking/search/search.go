/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package search finds the first places for all doses of a campaign, and spreads the
// people who look at the same moment over near ones instead of sending all of them to
// the same row.
//
// # First available, but not all the same
//
// Slots are in the order of time, slot i with fᵢ places left. Of them
//
//	W = 1 + spread · rivals
//
// places are looked at: those of the shortest prefix of slots that has so many. One of
// these slots is chosen by chance, each with the probability fᵢ ÷ Σf of the prefix. Who
// looks alone gets the very first slot, and the more people look, the further the
// prefix goes. rivals are those who may take what one is about to be shown:
//
//	rivals = max(searches of these slots here, places taken at the hub by anybody) in the last 10 s
//
// of which the first fades by half in 7 s and the second is seen in the counts of free
// places. Where N people look at once and each takes what is shown first, about
//
//	(f ÷ (f + spread))^f
//
// of them are beaten to it, where all slots have f places: 11 % at 1, 1.2 % at 4, and
// less than one in a thousand at 30, if there are enough slots to go round (at most
// 1,024 are looked at).
//
// Any further offers are for choice: what follows the prefix, as far as it was read, is
// cut into as many parts as offers are wanted, and one slot of each is chosen the same
// way. Where people name no hub, the same rule chooses among days of hubs first: the
// shortest prefix of days that has W places, then a hub by its places on these days.
//
// # All doses
//
// A slot is offered only on days that leave the later doses a place (package dose), at
// the same hub; at another hub of the campaign only where no hub that was asked for has
// all of them.
//
// # How old what is shown may be
//
// Slots are half a second old at most. Counts of free places by hub and day only say
// where not to look, and nothing once they are 30 s old. A place that is shown may be
// gone when it is asked for; the store says so then.
package search

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// MaxOffers is how many offers one query may ask for.
const MaxOffers = 20

// Store knows which slots have places left.
type Store interface {
	Free(ctx context.Context, w booking.Window) ([]booking.Slot, error)
	Availability(ctx context.Context) ([]booking.HubDay, error)
}

// Query is what is looked for.
type Query struct {
	Campaign catalog.Campaign
	// Hubs are where, the best first; only where one has no place is the next looked
	// at. None: all that the campaign offers, the nearest first where Near is set, and
	// else none before the others. Those that the campaign does not offer are passed over.
	Hubs []string
	Near *Position
	// Within is how many metres from Near a hub may be; 0: any number. Where a hub is
	// that has no coordinates, nobody knows.
	Within int
	// First are the days on which the first dose may be; From is the instant before
	// which it may not. What is past is never offered.
	First dose.Days
	From  time.Time
	Desk  bool // the call centre's places too
	// Offers are how many to give, 1 to [MaxOffers].
	Offers int
}

// Offer is one place for each dose, in order.
type Offer struct {
	Places  []booking.Place
	Days    []civil.Day // in the platform's zone
	Minutes []int
}

// Options of a search.
type Options struct {
	Store  Store
	Clock  func() time.Time // as near to the store's as is known
	Random rand.Source
}

// Search finds places. Any number of goroutines may use it.
type Search struct {
	store   Store
	clock   func() time.Time
	random  shared
	windows *cache[windowKey, *window]
	ranks   *cache[rankKey, *rank]
	crowds  *crowds
	counts  atomic.Pointer[counts]
	atlas   atomic.Pointer[atlas]
}

// New has no counts until it is told to [Search.Refresh]; it finds places without.
func New(o Options) *Search {
	return &Search{
		store: o.Store, clock: o.Clock, random: shared{source: o.Random},
		windows: newCache[windowKey, *window](2048, fresh, o.Clock),
		ranks:   newCache[rankKey, *rank](256, maxCountsAge, o.Clock),
		crowds:  newCrowds(8192),
	}
}

// Offers returns different offers, as many as were asked for, or as there are; none only
// if no place is left. The first is the first available; those for choice follow in
// order of preference and time.
func (s *Search) Offers(ctx context.Context, in *binding.Snapshot, q Query) ([]Offer, error) {
	// A place that goes while one looks must not pass for no place at all.
	for attempt := 0; ; attempt++ {
		f := s.find(in, q)
		offers, err := f.offers(ctx)
		if err != nil || len(offers) > 0 || !f.lost || attempt == 2 {
			return offers, err
		}
	}
}

// Next returns the first day on which the first dose has a place that leaves the others
// theirs, at any of the hubs; none where there is no such day.
func (s *Search) Next(ctx context.Context, in *binding.Snapshot, q Query) (civil.Day, error) {
	return s.find(in, q).next(ctx)
}

// shared is a source of chance that any number of goroutines may use.
type shared struct {
	mu     sync.Mutex
	source rand.Source
}

// seed returns one query chance of its own.
func (s *shared) seed() rand.PCG {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *rand.NewPCG(s.source.Uint64(), s.source.Uint64())
}
