/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"context"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
)

// wish asks for n slots of a dose, at a hub, on some days.
type wish struct {
	hub  string
	dose int // from 0
	days dose.Days
	n    int
}

// choose returns at most n slots, by the rule of the package, and none only if there are
// none. A single one is valid only until the next call.
func (f *find) choose(ctx context.Context, w wish) ([]booking.Slot, error) {
	for from := w.days.From; ; {
		from = f.counts.next(w.hub, from, f.q.CallCentre)
		if from.IsZero() || !w.days.Contain(from) {
			return nil, nil
		}
		at := step{w.dose, w.hub, from}
		if !f.counted(at) { // not worth a question
			from = from.Add(1)
			continue
		}
		window, places, err := f.crowded(ctx, w, from)
		if err != nil {
			return nil, err
		}
		if err := f.gather(ctx, w, window, places); err != nil {
			return nil, err
		}
		if chosen := f.pick(w, places); len(chosen) > 0 {
			return chosen, nil
		}
		if !window.full || f.barren(at) {
			return nil, nil
		}
		from = window.last().Add(1)
	}
}

// crowded returns a window with enough places for the crowd, and the number of places to consider.
func (f *find) crowded(ctx context.Context, w wish, day civil.Day) (*window, int, error) {
	crowd := f.search.crowds.of(f.crowd(w.hub, day))
	searches, limit := crowd.look(f.after, f.leading())
	places := width(max(searches, f.counts.rivals(w.hub)/float64(f.rule.Count)))
	for {
		window, err := f.window(ctx, f.key(w.hub, day, limit))
		if err != nil {
			return nil, 0, err
		}
		if window.places() < places && window.full && limit < mostSlots {
			limit *= 4
			continue
		}
		crowd.fits(limit, window.places(), places)
		return window, places, nil
	}
}

// leading reports whether this choice is the first offer, which people are most likely to
// take.
func (f *find) leading() bool { return len(f.taken) == 0 }

func (f *find) crowd(hub string, day civil.Day) crowdKey {
	return crowdKey{hub: hub, callCentre: f.q.CallCentre, day: day}
}

func (f *find) key(hub string, day civil.Day, limit int) windowKey {
	key := windowKey{hub: hub, callCentre: f.q.CallCentre, day: day, limit: limit}
	if f.begin.After(f.after) && day == f.first.From && civil.On(f.begin, f.in.Zone) == day {
		key.from = f.begin.Truncate(quarter).Unix()
	}
	return key
}

// takes reports whether a slot is late enough.
func (f *find) takes(s *booking.Slot) bool {
	return s.StartsAt.After(f.after) && !s.StartsAt.Before(f.begin)
}

// gather puts the candidates into the lot: enough places for a single choice, or the whole
// window for several.
func (f *find) gather(ctx context.Context, w wish, window *window, enough int) error {
	f.lot.begin(window)
	for _, d := range window.days {
		if !w.days.To.IsZero() && d.day.After(w.days.To) || w.n == 1 && f.lot.places >= enough {
			break
		}
		leads, err := f.leads(ctx, step{w.dose, w.hub, d.day})
		if err != nil {
			return err
		}
		if !leads {
			continue
		}
		for d.from < d.to && !f.takes(&window.slots[d.from]) {
			d.from++
		}
		f.lot.add(d.from, d.to)
	}
	return nil
}

// pick draws slots: the first among the given number of places, the others after it.
func (f *find) pick(w wish, places int) []booking.Slot {
	l := &f.lot
	if l.places == 0 {
		return nil
	}
	prefix := l.holding(min(places, l.places)-1) + 1
	first, found := f.draw(w, 0, prefix, -1)
	if !found { // all of them are on offer already
		if first, found = f.draw(w, prefix, l.slots, -1); !found {
			return nil
		}
	}
	chosen := append(f.chosen[:0], *l.slot(first))
	if w.n > 1 {
		chosen = append(make([]booking.Slot, 0, w.n), chosen...)
	}
	begin, left := prefix, l.slots-prefix
	if left < w.n-1 {
		begin, left = 0, l.slots-1 // all but the first
	}
	for part := range w.n - 1 {
		from, to := begin+left*part/(w.n-1), begin+left*(part+1)/(w.n-1)
		if begin == 0 { // the first is not counted
			if from >= first {
				from++
			}
			if to > first {
				to++
			}
		}
		if i, found := f.draw(w, from, to, first); found {
			chosen = append(chosen, *l.slot(i))
		}
	}
	return chosen
}

// draw returns a random slot of a range of the lot, weighted by places. It never returns
// the slot `not`, or a first place that is on offer already.
func (f *find) draw(w wish, from, to, not int) (slot int, found bool) {
	if from >= to {
		return 0, false
	}
	low, high := f.lot.before(from), f.lot.before(to)
	drawn := f.lot.holding(low + f.random.IntN(high-low))
	for range to - from {
		if drawn != not && !f.offersAlready(w, f.lot.slot(drawn).Place) {
			return drawn, true
		}
		if drawn++; drawn == to {
			drawn = from
		}
	}
	return 0, false
}

// offersAlready reports whether a first place is on offer already.
func (f *find) offersAlready(w wish, p booking.Place) bool {
	if w.dose > 0 {
		return false
	}
	for _, t := range f.taken {
		if t.Hub == p.Hub && t.StartsAt.Equal(p.StartsAt) {
			return true
		}
	}
	return false
}

// byTime orders offers by their first dose.
func byTime(a, b Offer) int { return first(a).Compare(first(b)) }

func first(o Offer) time.Time { return o.Places[0].StartsAt }
