/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"context"
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// step is a dose on a day, at a hub unless doses may be at different ones.
type step struct {
	dose int
	hub  string
	day  civil.Day
}

// leads reports whether the later doses have places after a dose at a hub on a day.
func (f *find) leads(ctx context.Context, at step) (bool, error) {
	if at.dose == f.rule.Count-1 {
		return true, nil
	}
	key := at
	if f.elsewhere {
		key.hub = ""
	}
	if known, found := f.known[key]; found {
		return known, nil
	}
	leads, err := f.follows(ctx, at)
	if err == nil && (f.elsewhere || f.rule.Count > 2) {
		if f.known == nil {
			f.known = map[step]bool{}
		}
		f.known[key] = leads
	}
	return leads, err
}

// follows reports whether the next dose has a day from which the others can go on.
func (f *find) follows(ctx context.Context, at step) (bool, error) {
	room := f.room(at.day)
	for _, hub := range f.reach(at.hub) {
		day, err := f.soonest(ctx, hub, room.From)
		for ; err == nil && !day.IsZero() && !day.After(room.To); day, err = f.soonest(ctx, hub, day.Add(1)) {
			leads, err := f.leads(ctx, step{at.dose + 1, hub, day})
			if err != nil || leads {
				return leads, err
			}
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// counted reports whether, by the counts alone, the next dose may have a place after this
// one. It does not look at later doses: a day that fails there is rejected later.
func (f *find) counted(at step) bool {
	if at.dose == f.rule.Count-1 {
		return true
	}
	room := f.room(at.day)
	if !f.elsewhere {
		return f.countedIn(at.hub, room)
	}
	known, found := f.anyHub[at.day]
	if !found {
		known = slices.ContainsFunc(f.offered, func(h catalog.Hub) bool { return f.countedIn(h.Name, room) })
		if f.anyHub == nil {
			f.anyHub = map[civil.Day]bool{}
		}
		f.anyHub[at.day] = known
	}
	return known
}

// countedIn reports whether a hub may have places on some days, by the counts.
func (f *find) countedIn(hub string, room dose.Days) bool {
	day := f.counts.next(hub, room.From, f.q.CallCentre)
	return !day.IsZero() && room.Contain(day)
}

// gap is a range of days on which a hub has no place, without an end if `to` is zero.
type gap struct {
	hub      string
	from, to civil.Day
}

func (g *gap) holds(hub string, day civil.Day) bool {
	return g.hub == hub && !day.Before(g.from) && (g.to.IsZero() || day.Before(g.to))
}

// barren reports whether no later day at the hub can lead on either, because the hub has no
// later places.
func (f *find) barren(at step) bool {
	return at.dose < f.rule.Count-1 && !f.elsewhere && f.gap.to.IsZero() && f.gap.holds(at.hub, f.room(at.day).From)
}

// soonest returns the first day, from a given day on, with a place at a hub.
func (f *find) soonest(ctx context.Context, hub string, from civil.Day) (civil.Day, error) {
	if f.gap.holds(hub, from) {
		return f.gap.to, nil
	}
	day, err := f.ask(ctx, hub, from)
	if err == nil {
		f.gap = gap{hub, from, day}
	}
	return day, err
}

func (f *find) ask(ctx context.Context, hub string, from civil.Day) (civil.Day, error) {
	day := f.counts.next(hub, from, f.q.CallCentre)
	if day.IsZero() {
		return civil.Day{}, nil
	}
	w, err := f.window(ctx, f.key(hub, day, f.search.crowds.limit(f.crowd(hub, day))))
	if err != nil {
		return civil.Day{}, err
	}
	for i := range w.slots {
		if f.takes(&w.slots[i]) {
			return w.slots[i].Day, nil
		}
	}
	return civil.Day{}, nil
}

// next returns the first day at any candidate.
func (f *find) next(ctx context.Context) (civil.Day, error) {
	if f.rule.Count < 1 || f.first.Empty() {
		return civil.Day{}, nil
	}
	if !f.ordered {
		f.hubs = f.shuffled()
	}
	best, err := f.earliest(ctx)
	if err != nil || !best.IsZero() || f.rule.Count == 1 {
		return best, err
	}
	f.elsewhere, f.known = true, nil
	return f.earliest(ctx)
}

func (f *find) earliest(ctx context.Context) (best civil.Day, err error) {
	last := f.first.To
	for _, hub := range f.hubs {
		day, err := f.soonest(ctx, hub, f.first.From)
		for ; err == nil && !day.IsZero() && (last.IsZero() || !day.After(last)); day, err = f.soonest(ctx, hub, day.Add(1)) {
			leads, err := f.leads(ctx, step{0, hub, day})
			if err != nil {
				return civil.Day{}, err
			}
			if leads {
				best, last = day, day.Add(-1)
				break
			}
		}
		if err != nil {
			return civil.Day{}, err
		}
	}
	return best, nil
}
