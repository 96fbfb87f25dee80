/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// find is the state of one query.
type find struct {
	search *Search
	in     *binding.Snapshot
	q      Query
	rule   dose.Rule
	first  dose.Days // on which the first dose may be
	after  time.Time // now: places start after it
	begin  time.Time // places start at or after it
	counts *counts
	random *rand.Rand
	source rand.PCG

	offered   []catalog.Hub
	hubs      []string // to search, in order
	ordered   bool     // the order is of preference
	elsewhere bool     // doses may be at different hubs

	taken  []booking.Place // first places of the offers so far
	lot    lot             // of the current choice
	chosen [1]booking.Slot // backs a single choice
	known  map[step]bool
	anyHub map[civil.Day]bool // whether, by the counts, any hub has the dose after a day
	gap    gap
	lost   bool // a place was taken during the search
}

func (s *Search) find(in *binding.Snapshot, q Query) *find {
	now := s.clock()
	q.Offers = min(max(q.Offers, 1), MaxOffers)
	f := &find{
		search: s, in: in, taken: make([]booking.Place, 0, q.Offers), q: q, rule: dose.Rule(q.Campaign.Doses), counts: s.countsAt(now),
		first: q.First, after: now, begin: q.From, source: s.random.seed(), offered: in.HubsOf(q.Campaign.Name),
	}
	f.random = rand.New(&f.source)
	earliest := now
	if q.From.After(now) {
		earliest = q.From
	}
	if day := civil.On(earliest, in.Zone); f.first.From.Before(day) {
		f.first.From = day
	}
	f.hubs, f.ordered = f.candidates()
	return f
}

// candidates returns the hubs to search, and whether their order matters.
func (f *find) candidates() (names []string, ordered bool) {
	switch {
	case len(f.q.Hubs) > 0:
		for _, name := range f.q.Hubs {
			if h, known := f.in.Hub(name); known && f.q.Campaign.Offers(h) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		return names, true
	case f.q.Near != nil:
		return f.search.atlasOf(f.in).nearest(f.offered, *f.q.Near, f.q.Within), true
	}
	return nil, false // they are listed when needed
}

// offers searches for all doses at one hub; only if there are none, at different hubs.
func (f *find) offers(ctx context.Context) ([]Offer, error) {
	if f.rule.Count < 1 || f.first.Empty() {
		return nil, nil
	}
	look := f.anywhere
	if f.ordered {
		look = f.inOrder
	}
	found, err := look(ctx)
	if err != nil || len(found) > 0 || f.rule.Count == 1 {
		return found, err
	}
	f.elsewhere, f.known = true, nil
	return look(ctx)
}

// inOrder searches one hub after the other.
func (f *find) inOrder(ctx context.Context) ([]Offer, error) {
	var found []Offer
	for _, hub := range f.hubs {
		here, err := f.at(ctx, hub, f.first, f.q.Offers-len(found))
		if err != nil {
			return nil, err
		}
		found = append(found, here...)
		if len(found) == f.q.Offers {
			break
		}
	}
	return found, nil
}

// at returns at most n offers whose first dose is at a hub on some days.
func (f *find) at(ctx context.Context, hub string, days dose.Days, n int) ([]Offer, error) {
	slots, err := f.choose(ctx, wish{hub: hub, days: days, n: n})
	if err != nil || len(slots) == 0 {
		return nil, err
	}
	found := make([]Offer, 0, len(slots))
	for _, s := range slots {
		o, complete, err := f.complete(ctx, s)
		if err != nil {
			return nil, err
		}
		if !complete {
			f.lost = true
			continue
		}
		f.taken = append(f.taken, s.Place)
		found = append(found, o)
	}
	return found, nil
}

// complete chooses the later doses for a first one.
func (f *find) complete(ctx context.Context, first booking.Slot) (o Offer, complete bool, err error) {
	n := f.rule.Count
	o = Offer{Places: make([]booking.Place, 0, n), Days: make([]civil.Day, 0, n), Minutes: make([]int, 0, n)}
	o.add(first)
	for last := first; len(o.Places) < n; {
		next, found, err := f.follow(ctx, last, len(o.Places))
		if err != nil || !found {
			return Offer{}, false, err
		}
		o.add(next)
		last = next
	}
	return o, true, nil
}

// follow chooses a dose after the one before it.
func (f *find) follow(ctx context.Context, before booking.Slot, dose int) (next booking.Slot, found bool, err error) {
	room := f.room(before.Day)
	for _, hub := range f.reach(before.Hub) {
		slots, err := f.choose(ctx, wish{hub: hub, dose: dose, days: room, n: 1})
		if err != nil || len(slots) > 0 {
			return one(slots), len(slots) > 0, err
		}
	}
	return booking.Slot{}, false, nil
}

func one(slots []booking.Slot) booking.Slot {
	if len(slots) == 0 {
		return booking.Slot{}
	}
	return slots[0]
}

func (o *Offer) add(s booking.Slot) {
	o.Places, o.Days, o.Minutes = append(o.Places, s.Place), append(o.Days, s.Day), append(o.Minutes, s.Minutes)
}

// room returns the possible days of the dose after one on a day.
func (f *find) room(day civil.Day) dose.Days {
	return f.rule.Room([]civil.Day{day, {}}, 1)
}

// reach returns the possible hubs of the dose after one at a hub, best first.
func (f *find) reach(hub string) []string {
	if !f.elsewhere {
		return []string{hub}
	}
	others := f.hubs
	if f.ordered {
		others = slices.Clone(others)
		for _, h := range f.offered {
			if !slices.Contains(f.hubs, h.Name) {
				others = append(others, h.Name)
			}
		}
	} else {
		others = f.shuffled()
	}
	return append([]string{hub}, slices.DeleteFunc(others, func(h string) bool { return h == hub })...)
}

// shuffled returns the names of the campaign's hubs in random order.
func (f *find) shuffled() []string {
	names := make([]string, len(f.offered))
	for i, h := range f.offered {
		names[i] = h.Name
	}
	f.random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names
}
