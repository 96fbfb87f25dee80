/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"slices"
	"time"
)

// Verdict is the forecast for one campaign.
type Verdict struct {
	Outcome
	// Message describes it, with what would help.
	Message string
}

// Covers reports whether everybody is expected to find their appointments.
func (v Verdict) Covers() bool { return v.Unserved == 0 }

// Judge returns the forecast for one of the campaigns. It fails if the hours of a hub
// are invalid.
func (in Input) Judge(campaign string) (Verdict, error) {
	m, outcomes, err := in.forecast(campaign)
	if err != nil {
		return Verdict{}, err
	}
	last := len(outcomes) - 1
	v := Verdict{Outcome: outcomes[last]}
	words := sentence{campaign: m.in.Campaigns[last], outcome: v.Outcome, shared: m.shared(outcomes)}
	if !v.Covers() {
		words.help = m.help()
	}
	v.Message = words.String()
	return v, nil
}

// forecast is the outcome of the campaigns up to one, that one last.
func (in Input) forecast(campaign string) (*market, []Outcome, error) {
	in, err := in.upTo(campaign)
	if err != nil {
		return nil, nil, err
	}
	m, err := newMarket(in)
	if err != nil {
		return nil, nil, err
	}
	return m, m.run(nil), nil
}

// run serves all campaigns, with the given number of additional stations at some hubs.
func (m *market) run(more map[string]int) []Outcome {
	m.offer(more)
	outcomes := make([]Outcome, 0, len(m.in.Campaigns))
	for _, c := range m.in.Campaigns {
		outcomes = append(outcomes, m.serve(c))
	}
	return outcomes
}

// shared reports whether earlier campaigns take from the last one's hubs in its time.
func (m *market) shared(outcomes []Outcome) bool {
	last := len(outcomes) - 1
	subject := m.in.Campaigns[last]
	opens := subject.Opens.In(m.in.Zone).Format(time.DateOnly)
	own := m.poolsOf(subject)
	for i, before := range outcomes[:last] {
		theirs := m.poolsOf(m.in.Campaigns[i])
		meet := slices.ContainsFunc(own, func(p int) bool { return slices.Contains(theirs, p) })
		if meet && before.Served > 0 && before.ServedBy >= opens {
			return true
		}
	}
	return false
}

// help holds what would let the last campaign serve everybody.
type help struct {
	// stations to add over all its hubs, which have `of`; 0 if no number tried was
	// enough. hub is its name if there is only one.
	stations, of int
	hub          string
}

// mostMore limits the multiple of stations that is tried.
const mostMore = 20

// help returns what would help the last campaign, which is short.
func (m *market) help() help {
	spread := m.spread(m.in.Campaigns[len(m.in.Campaigns)-1])
	h := help{of: spread.sum}
	if len(spread.names) == 1 {
		h.hub = spread.names[0]
	}
	h.stations = fewest(mostMore*spread.sum, func(more int) bool {
		outcomes := m.run(spread.of(more))
		return outcomes[len(outcomes)-1].Unserved == 0
	})
	return h
}

// fewest returns the least number that is enough, as found by halving; 0 if the most is
// not enough. The number is enough even if a smaller one would be, too.
func fewest(most int, enough func(int) bool) int {
	if most < 1 {
		return 0
	}
	low, high := 0, 1
	for !enough(high) {
		if high == most {
			return 0
		}
		low, high = high, min(2*high, most)
	}
	for low+1 < high {
		if middle := (low + high) / 2; enough(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// spread is the distribution of stations over a campaign's hubs.
type spread struct {
	names    []string
	stations []int
	sum      int
}

func (m *market) spread(c Campaign) spread {
	var s spread
	for _, p := range m.poolsOf(c) {
		for _, i := range m.pools[p].hubs {
			hub := m.in.Hubs[i]
			s.names = append(s.names, hub.Name)
			s.stations = append(s.stations, hub.Hours.Stations)
			s.sum += hub.Hours.Stations
		}
	}
	return s
}

// of distributes n additional stations over the hubs, in proportion to those they have.
func (s spread) of(more int) map[string]int {
	out := make(map[string]int, len(s.names))
	sum, given := 0, 0
	for i, name := range s.names {
		sum += s.stations[i]
		upTo := more * sum / s.sum
		out[name] = upTo - given
		given = upTo
	}
	return out
}
