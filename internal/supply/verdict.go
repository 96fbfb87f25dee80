/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"slices"
	"time"
)

// Verdict is what the forecast says of one campaign.
type Verdict struct {
	Outcome
	// Message says it in words, with what would help.
	Message string
}

// Covers says that everybody is expected to find their appointments.
func (v Verdict) Covers() bool { return v.Unserved == 0 }

// Judge is the forecast of one of the campaigns. An error names what is wrong with
// the hours of a hub.
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

// forecast is what each of the campaigns up to one gets, that one last.
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

// run serves all campaigns, with so many more stations at some hubs.
func (m *market) run(more map[string]int) []Outcome {
	m.offer(more)
	outcomes := make([]Outcome, 0, len(m.in.Campaigns))
	for _, c := range m.in.Campaigns {
		outcomes = append(outcomes, m.serve(c))
	}
	return outcomes
}

// shared says that campaigns before the last one take from its hubs in its time.
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

// help is what would let the last campaign serve everybody.
type help struct {
	// stations more, spread over its hubs, which have so many; 0 if no number that
	// was tried would do. hub is its name if there is only one.
	stations, of int
	hub          string
}

// mostMore bounds how many times as many stations are tried.
const mostMore = 20

// help for the last campaign, which is short.
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

// fewest is the least number that is enough, as far as halving finds it; 0 if the
// most is not. It is enough even where a smaller one would be, too.
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

// spread is how stations lie over a campaign's hubs.
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

// of so many more stations, how many each hub gets: in proportion to what it has.
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
