/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

// market holds the appointments of the campaigns' hubs, and what is left of them.
type market struct {
	in        Input
	stretches []stretch
	// slots of each hub that begin in each stretch; nil for unused hubs.
	slots [][]uint16
	pools []pool
	// left holds one number for each stretch and pool, ordered by stretch.
	left []int64
	// seen, before and next are work space.
	seen, before []int64
	next         [mostDoses][]int
	// firstOn is the first stretch of each day, and one more, the number of stretches.
	firstOn []int
}

// stretch is a part of a day, or a whole one.
type stretch struct {
	day      int
	date     string
	from, to time.Time
	whole    bool
}

// pool is a set of hubs of which each campaign uses all or none, by their index in the
// input.
type pool struct{ hubs []int }

// newMarket counts all stretches that the campaigns see.
func newMarket(in Input) (*market, error) {
	m := &market{in: in, pools: pools(in)}
	if len(in.Campaigns) == 0 || len(m.pools) == 0 {
		return m, nil
	}
	first, last := in.Campaigns[0].Opens, in.Campaigns[len(in.Campaigns)-1].until()
	// A day more at either end, since the days of UTC are not those of the zone.
	start := first.In(in.Zone).AddDate(0, 0, -1)
	calendar, err := schedule.NewCalendar(start.Format(time.DateOnly), int(last.Sub(start)/(24*time.Hour))+3, in.Zone)
	if err != nil {
		return nil, fmt.Errorf("the calendar from %s on: %w", start.Format(time.DateOnly), err)
	}
	m.cut(calendar)
	m.seen, m.before = make([]int64, len(m.stretches)), make([]int64, len(m.stretches))
	m.slots = make([][]uint16, len(in.Hubs))
	for _, p := range m.pools {
		for _, i := range p.hubs {
			if m.slots[i], err = m.count(in.Hubs[i].Hours, calendar); err != nil {
				return nil, fmt.Errorf("VaccinationHub %s: %w", in.Hubs[i].Name, err)
			}
		}
	}
	return m, nil
}

// count returns a hub's slots in every stretch: the appointments of one station.
func (m *market) count(hub schedule.Hub, c *schedule.Calendar) ([]uint16, error) {
	hub.Stations = min(hub.Stations, 1)
	agenda, err := hub.Agenda(c)
	if err != nil {
		return nil, err
	}
	slots := make([]uint16, len(m.stretches))
	for s := range m.stretches {
		at := &m.stretches[s]
		n := agenda.Day(at.day)
		if !at.whole {
			if n, err = agenda.Between(at.day, at.from, at.to); err != nil {
				return nil, err
			}
		}
		slots[s] = uint16(n)
	}
	return slots, nil
}

// pools groups the used hubs by the campaigns that use them.
func pools(in Input) []pool {
	place := make(map[string]int, len(in.Hubs))
	for i, hub := range in.Hubs {
		place[hub.Name] = i
	}
	users := make([][]byte, len(in.Hubs)) // a bit for each campaign
	for n, c := range in.Campaigns {
		for _, name := range c.Hubs {
			i, there := place[name]
			if !there {
				continue
			}
			if users[i] == nil {
				users[i] = make([]byte, len(in.Campaigns)/8+1)
			}
			users[i][n/8] |= 1 << (n % 8)
		}
	}
	var all []pool
	known := map[string]int{}
	for i, who := range users {
		if who == nil {
			continue
		}
		p, old := known[string(who)]
		if !old {
			p = len(all)
			known[string(who)] = p
			all = append(all, pool{})
		}
		all[p].hubs = append(all[p].hubs, i)
	}
	return all
}

// cut the calendar into stretches.
func (m *market) cut(c *schedule.Calendar) {
	cuts := map[int][]time.Time{}
	for _, campaign := range m.in.Campaigns {
		for _, t := range []time.Time{campaign.Opens, campaign.until()} {
			day := c.DayOf(t)
			cuts[day] = append(cuts[day], t)
		}
	}
	for day := range c.Days() {
		m.firstOn = append(m.firstOn, len(m.stretches))
		at := slices.Concat(cuts[day], []time.Time{c.Start(day + 1)})
		slices.SortFunc(at, time.Time.Compare)
		from := c.Start(day)
		for _, to := range at {
			if to.After(from) && !to.After(c.Start(day+1)) {
				whole := from.Equal(c.Start(day)) && to.Equal(c.Start(day+1))
				m.stretches = append(m.stretches, stretch{day, c.Date(day), from, to, whole})
				from = to
			}
		}
	}
	m.firstOn = append(m.firstOn, len(m.stretches))
}

// offer resets the market, with the given number of additional stations at some hubs.
func (m *market) offer(more map[string]int) {
	if m.left == nil {
		m.left = make([]int64, len(m.stretches)*len(m.pools))
	}
	clear(m.left)
	for p := range m.pools {
		for _, i := range m.pools[p].hubs {
			hub := m.in.Hubs[i]
			stations := int64(hub.Hours.Stations + more[hub.Name])
			for s, slots := range m.slots[i] {
				m.left[s*len(m.pools)+p] += int64(slots) * stations
			}
		}
	}
}

// serve gives one campaign what it can take until the end of its window.
func (m *market) serve(c Campaign) Outcome {
	out := Outcome{Campaign: c.Name, Expected: c.People() * int64(c.Doses.Count)}
	own := m.poolsOf(c)
	from, to := m.at(c.Opens), m.at(c.until())
	for s := from; s < to; s++ {
		m.seen[s] = 0
		for _, p := range own {
			m.seen[s] += m.left[s*len(m.pools)+p]
		}
		m.before[s] = m.seen[s]
	}
	served := m.queue(c.Doses, from, to).serve(c.People())
	out.Served, out.Unserved = served*int64(c.Doses.Count), c.People()-served
	for s := from; s < to; s++ {
		if taken := m.before[s] - m.seen[s]; taken > 0 {
			out.ServedBy = m.stretches[s].date
			m.take(s, own, taken)
		}
	}
	return out
}

// take takes appointments of a stretch from pools, in proportion to what they have
// left.
func (m *market) take(s int, own []int, taken int64) {
	left := m.left[s*len(m.pools):]
	var sum, gone int64
	for _, p := range own {
		sum += left[p]
		upTo := figure.Share(taken, sum, m.before[s])
		left[p] -= upTo - gone
		gone = upTo
	}
}

// poolsOf returns a campaign's pools, in order.
func (m *market) poolsOf(c Campaign) []int {
	var own []int
	for p := range m.pools {
		if _, uses := slices.BinarySearch(c.Hubs, m.in.Hubs[m.pools[p].hubs[0]].Name); uses {
			own = append(own, p)
		}
	}
	return own
}

// at returns the stretch that begins at t, or the first one after it.
func (m *market) at(t time.Time) int {
	return sort.Search(len(m.stretches), func(s int) bool { return !m.stretches[s].from.Before(t) })
}
