/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"context"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/store"
)

// wish is what to choose: n slots of a dose, at a hub, on some days.
type wish struct {
	hub  string
	dose int // from 0
	days dose.Days
	n    int
}

// choose gives at most n slots, by the rule of the package; none only if there are none.
func (f *find) choose(ctx context.Context, w wish) ([]store.Slot, error) {
	for from := w.days.From; ; {
		from = f.counts.next(w.hub, from, f.q.Desk)
		if from.IsZero() || !w.days.Contain(from) {
			return nil, nil
		}
		window, places, err := f.crowded(ctx, w, from)
		if err != nil {
			return nil, err
		}
		if err := f.gather(ctx, w, window, places); err != nil {
			return nil, err
		}
		if len(f.lot) > 0 {
			return f.pick(places, w.n), nil
		}
		if !window.full {
			return nil, nil
		}
		from = window.last().Add(1)
	}
}

// crowded gives a window with room for the crowd, and how many places to look at.
func (f *find) crowded(ctx context.Context, w wish, day civil.Day) (*window, int, error) {
	crowd := f.search.crowds.of(f.crowd(w.hub, day))
	searches, limit := crowd.look(f.after, f.leading())
	places := width(max(searches, f.counts.rivals(w.hub)/float64(f.rule.Count)))
	for {
		window, err := f.window(ctx, f.key(w.hub, day, limit))
		if err != nil {
			return nil, 0, err
		}
		if window.places < places && window.full && limit < mostSlots {
			limit *= 4
			continue
		}
		crowd.fits(limit, window.places, places)
		return window, places, nil
	}
}

// leading tells whether what is chosen is for the first offer: the one that people are
// most likely to take.
func (f *find) leading() bool { return len(f.taken) == 0 }

func (f *find) crowd(hub string, day civil.Day) crowdKey {
	return crowdKey{hub: hub, desk: f.q.Desk, day: day}
}

func (f *find) key(hub string, day civil.Day, limit int) windowKey {
	key := windowKey{hub: hub, desk: f.q.Desk, day: day, limit: limit}
	if f.begin.After(f.after) && day == f.first.From && civil.On(f.begin, f.in.Zone) == day {
		key.from = f.begin.Truncate(quarter).Unix()
	}
	return key
}

// takes tells whether a slot is in time.
func (f *find) takes(s *store.Slot) bool {
	return s.StartsAt.After(f.after) && !s.StartsAt.Before(f.begin)
}

// gather puts into the lot what may be chosen: as much as one choice looks at, and for
// more than one all that was read.
func (f *find) gather(ctx context.Context, w wish, window *window, enough int) error {
	f.lot = f.lot[:0]
	places := 0
	for i, slots := 0, window.slots; i < len(slots); {
		day := slots[i].Day
		if !w.days.To.IsZero() && day.After(w.days.To) || w.n == 1 && places >= enough {
			break
		}
		leads, err := f.leads(ctx, step{w.dose, w.hub, day})
		if err != nil {
			return err
		}
		for ; i < len(slots) && slots[i].Day == day; i++ {
			if leads && f.takes(&slots[i]) && !f.offersAlready(w, slots[i].Place) {
				f.lot = append(f.lot, slots[i])
				places += slots[i].Free
			}
		}
	}
	return nil
}

// offersAlready tells whether a first place is offered already.
func (f *find) offersAlready(w wish, p store.Place) bool {
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

// pick chooses by chance: the first among so many places, the others from what follows.
func (f *find) pick(places, n int) []store.Slot {
	prefix, sum := 0, 0
	for prefix < len(f.lot) && sum < places {
		sum += f.lot[prefix].Free
		prefix++
	}
	first := f.draw(f.lot[:prefix], sum)
	chosen := append(make([]store.Slot, 0, n), f.lot[first])
	rest := f.lot[prefix:]
	if len(rest) < n-1 {
		copy(f.lot[1:first+1], f.lot[:first])
		rest = f.lot[1:]
	}
	for part := range n - 1 {
		from, to := len(rest)*part/(n-1), len(rest)*(part+1)/(n-1)
		if from == to {
			continue
		}
		sum := 0
		for _, s := range rest[from:to] {
			sum += s.Free
		}
		chosen = append(chosen, rest[from+f.draw(rest[from:to], sum)])
	}
	return chosen
}

// draw gives one of some slots, with the probability of its share in their places.
func (f *find) draw(slots []store.Slot, places int) int {
	at := f.random.IntN(max(places, 1))
	for i, s := range slots {
		if at -= s.Free; at < 0 {
			return i
		}
	}
	return len(slots) - 1
}

// byTime orders offers by their first dose.
func byTime(a, b Offer) int { return first(a).Compare(first(b)) }

func first(o Offer) time.Time { return o.Places[0].StartsAt }
