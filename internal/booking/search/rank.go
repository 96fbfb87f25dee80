/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
)

// rankKey identifies the days of hubs on which, by the counts, a campaign has places.
type rankKey struct {
	revision   int64
	campaign   string
	callCentre bool
	elsewhere  bool
	days       dose.Days
	counted    int64
}

// rank is these days in order of time.
type rank struct {
	days   []ranked
	rivals float64 // at all hubs together
}

type ranked struct {
	hub   string
	day   civil.Day
	until int // places up to and including this one
}

const (
	// rankedDays is the maximum number of days of each hub in a rank.
	rankedDays = 32

	// drawnDays is the number of days of hubs to draw from, plus the others on the last of
	// these days. Each drawn one is read from the store, and the cache has limited room.
	drawnDays = 512
)

// anywhere searches the days on which any hub has places, in order of time.
func (f *find) anywhere(ctx context.Context) ([]Offer, error) {
	if f.counts == nil {
		return f.uncounted(ctx)
	}
	r, err := f.search.ranks.get(ctx, f.after, rankKey{
		f.in.Revision(), f.q.Campaign.Name, f.q.CallCentre, f.elsewhere, f.first, f.counts.at.UnixNano(),
	}, func(context.Context) (*rank, error) { return f.rank(), nil })
	if err != nil {
		return nil, err
	}
	crowd := f.search.crowds.of(crowdKey{campaign: f.q.Campaign.Name, callCentre: f.q.CallCentre, day: f.first.From})
	searches, _ := crowd.look(f.after, true)
	places := width(max(searches, r.rivals/float64(f.rule.Count)))
	found := make([]Offer, 0, f.q.Offers)
	for len(r.days) > 0 && len(found) < f.q.Offers {
		var failed []failure
		if found, failed, err = f.round(ctx, found, r, places); err != nil {
			return nil, err
		}
		for _, x := range failed {
			r = r.without(x)
		}
	}
	if len(found) == 0 { // some days may not be ranked
		f.hubs = f.shuffled()
		return f.inOrder(ctx)
	}
	slices.SortStableFunc(found[1:], byTime)
	return found, nil
}

// failure is a range of days of a hub with fewer places than counted.
type failure struct {
	hub         string
	from, until civil.Day // until is excluded; zero for no end
}

// round draws one day of a hub for each missing offer. It also returns the days that had
// fewer places than counted.
func (f *find) round(ctx context.Context, found []Offer, r *rank, places int) (_ []Offer, failed []failure, err error) {
	missing := f.q.Offers - len(found)
	drawn, times := make([]ranked, 0, MaxOffers), make([]int, 0, MaxOffers)
	for n := range missing {
		width := places * missing
		if n == 0 && len(found) == 0 {
			width = places
		}
		d := r.draw(f, width)
		i := slices.IndexFunc(drawn, func(other ranked) bool { return other.hub == d.hub && other.day == d.day })
		if i < 0 {
			drawn, times = append(drawn, d), append(times, 1)
			continue
		}
		times[i]++
	}
	for i, d := range drawn {
		here, err := f.at(ctx, d.hub, dose.Days{From: d.day, To: d.day}, times[i])
		if err != nil {
			return nil, nil, err
		}
		found = append(found, here...)
		if len(here) == times[i] {
			continue
		}
		next, err := f.soonest(ctx, d.hub, d.day.Add(1))
		if err != nil {
			return nil, nil, err
		}
		failed = append(failed, failure{d.hub, d.day, next})
		if len(found) == 0 {
			break // find the first offer before the further ones
		}
	}
	return found, failed, nil
}

// uncounted searches hubs in random order, a few at a time, if there are no counts.
func (f *find) uncounted(ctx context.Context) ([]Offer, error) {
	const few = 8
	var found []Offer
	hubs := f.shuffled()
	for few := range slices.Chunk(hubs, few) {
		for _, hub := range few {
			here, err := f.at(ctx, hub, f.first, f.q.Offers)
			if err != nil {
				return nil, err
			}
			found = append(found, here...)
		}
		if len(found) >= f.q.Offers {
			break
		}
	}
	slices.SortStableFunc(found, func(a, b Offer) int { return a.Days[0].Compare(b.Days[0]) })
	return found[:min(len(found), f.q.Offers)], nil
}

// rank lists the days of the campaign's hubs. A hub without counts may have places on any
// day.
func (f *find) rank() *rank {
	r := &rank{}
	for _, h := range f.offered {
		r.rivals += f.counts.rivals(h.Name)
		counted, known := f.counts.hubs[h.Name]
		if !known {
			r.days = append(r.days, ranked{h.Name, f.first.From, 1})
			continue
		}
		n := 0
		for _, d := range counted.days {
			places := free(d, f.q.CallCentre)
			if places == 0 || !f.first.Contain(d.Day) || !f.counted(step{0, h.Name, d.Day}) {
				continue
			}
			r.days = append(r.days, ranked{h.Name, d.Day, places})
			if n++; n == rankedDays {
				break
			}
		}
	}
	slices.SortStableFunc(r.days, func(a, b ranked) int { return cmp.Or(a.day.Compare(b.day), cmp.Compare(a.hub, b.hub)) })
	return r.sum()
}

// sum turns places into running sums.
func (r *rank) sum() *rank {
	sum := 0
	for i := range r.days {
		sum += r.days[i].until
		r.days[i].until = sum
	}
	return r
}

// without returns the rank without some days of a hub.
func (r *rank) without(x failure) *rank {
	left, before := &rank{rivals: r.rivals}, 0
	for _, d := range r.days {
		places := d.until - before
		before = d.until
		if d.hub != x.hub || d.day.Before(x.from) || !x.until.IsZero() && !d.day.Before(x.until) {
			d.until = places
			left.days = append(left.days, d)
		}
	}
	return left.sum()
}

// draw returns a random day of the shortest prefix with the given number of places,
// weighted by places.
func (r *rank) draw(f *find, places int) ranked {
	last := sort.Search(min(len(r.days), drawnDays)-1, func(i int) bool { return r.days[i].until >= places })
	for last < len(r.days)-1 && r.days[last+1].day == r.days[last].day {
		last++
	}
	at := f.random.IntN(r.days[last].until)
	return r.days[sort.Search(last, func(i int) bool { return r.days[i].until > at })]
}
