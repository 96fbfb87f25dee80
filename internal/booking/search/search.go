/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package search finds the first available places for all doses of a campaign. It spreads
// people who search at the same moment over nearby slots, so that they do not all contend
// for one row.
//
// # First available, but not all the same
//
// Slots are ordered by time; slot i has fᵢ places left. A search considers the shortest
// prefix of slots that has at least
//
//	W = 1 + spread · rivals
//
// places, and draws one of its slots at random, with probability fᵢ ÷ Σf. A person who
// searches alone gets the very first slot; the more people search, the longer the prefix.
// rivals are the people who may take the same place:
//
//	rivals = max(searches of these slots here, places taken at the hub by anybody) in the last 10 s
//
// The first halves every 7 s; the second comes from the counts of free places. If N people
// search at once, and each takes the first offer, about
//
//	(f ÷ (f + spread))^f
//
// of them find it taken, if every slot has f places: 11 % at 1, 1.2 % at 4, and less than
// one in a thousand at 30, given enough slots (a search considers at most 1,024).
//
// Further offers give people a choice: the slots read after the prefix are cut into one part
// for each further offer, and one slot of each part is drawn in the same way. If people name
// no hub, the rule first chooses among days of hubs: the shortest prefix of days that has W
// places, then a hub by its places on these days.
//
// # All doses
//
// A slot is offered only if the later doses then have places on the right days (package
// dose), at the same hub. They may be at another hub of the campaign only if none of the
// requested hubs has all of them.
//
// # Age of the data
//
// Slots are at most half a second old. Counts of free places by hub and day only say where
// not to look, and are ignored once they are 30 s old. A place on offer may be taken before
// it is booked; the store then refuses the booking.
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

// MaxOffers is the maximum number of offers of a query.
const MaxOffers = 20

// Store knows which slots have places left.
type Store interface {
	Free(ctx context.Context, w booking.Window) ([]booking.Slot, error)
	Availability(ctx context.Context) ([]booking.HubDay, error)
}

// Query describes the wanted places.
type Query struct {
	Campaign catalog.Campaign
	// Hubs are searched in order: the next only if one has no place. Without Hubs, all that
	// the campaign offers are searched, the nearest first if Near is set, else in no order.
	// Hubs that the campaign does not offer are ignored.
	Hubs []string
	Near *Position
	// Within is the maximum distance from Near in metres; 0 for any. It excludes hubs without
	// coordinates.
	Within int
	// First are the days on which the first dose may be, and From its earliest instant. The
	// past is never offered.
	First      dose.Days
	From       time.Time
	CallCentre bool // the call centre's places too
	// Offers is the wanted number of offers, 1 to [MaxOffers].
	Offers int
}

// Offer is one place for each dose, in order.
type Offer struct {
	Places  []booking.Place
	Days    []civil.Day // in the platform's zone
	Minutes []int
}

// Options configures a [Search].
type Options struct {
	Store  Store
	Clock  func() time.Time // the store's, as well as it is known
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

// New returns a Search without counts: call [Search.Refresh]. It works without them.
func New(o Options) *Search {
	return &Search{
		store: o.Store, clock: o.Clock, random: shared{source: o.Random},
		windows: newCache[windowKey, *window](2048, fresh, o.Clock),
		ranks:   newCache[rankKey, *rank](256, maxCountsAge, o.Clock),
		crowds:  newCrowds(8192),
	}
}

// Offers returns different offers: the wanted number, or fewer if there are fewer. It returns
// none only if no place is left. The first is the first available; the others follow in
// order of preference and time.
func (s *Search) Offers(ctx context.Context, in *binding.Snapshot, q Query) ([]Offer, error) {
	// A place that is taken during the search must not look like no place at all.
	for attempt := 0; ; attempt++ {
		f := s.find(in, q)
		offers, err := f.offers(ctx)
		if err != nil || len(offers) > 0 || !f.lost || attempt == 2 {
			return offers, err
		}
	}
}

// Next returns the first day on which all doses can begin at any of the hubs, or the zero
// Day.
func (s *Search) Next(ctx context.Context, in *binding.Snapshot, q Query) (civil.Day, error) {
	return s.find(in, q).next(ctx)
}

// shared is a random source that any number of goroutines may use.
type shared struct {
	mu     sync.Mutex
	source rand.Source
}

// seed returns a random source for one query.
func (s *shared) seed() rand.PCG {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *rand.NewPCG(s.source.Uint64(), s.source.Uint64())
}
