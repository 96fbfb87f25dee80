/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// TestProperty9_AtEveryInstant: whoever looks first, and whatever people declare
// meanwhile, the maxima that are in force never need more connections than the
// store accepts; no maximum falls under what runs; and once the others have let
// go, every channel has what the plan gives it.
func TestProperty9_AtEveryInstant(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprintf("night %d", seed), func(t *testing.T) { shareAStore(t, rand.New(rand.NewPCG(seed, 9))) })
	}
}

// fleet is what a channel's autoscaler was told, and what it made of it.
type fleet struct{ most, runs int }

func shareAStore(t *testing.T, dice *rand.Rand) {
	now := time.Date(2026, 12, 1, 20, 0, 0, 0, time.UTC)
	in := plan.Input{StartsPerMinute: 120, Connections: 400 + dice.IntN(400)}
	fleets := map[string]*fleet{}
	for _, name := range []string{"app", "partner", "phone", "web"} {
		c := plan.Channel{
			Name: name, Base: 2, Max: 40 + dice.IntN(100), LoadPerReplica: 28_000, Connections: 1 + dice.IntN(4),
			Session: demand.Session{Length: 5 * time.Minute, Requests: 30},
		}
		in.Channels = append(in.Channels, c)
		fleets[name] = &fleet{most: c.Base, runs: c.Base}
	}
	in.Campaigns = announce(dice, now)
	for step := range 600 {
		if dice.IntN(100) == 0 { // people change their minds
			in.Campaigns = announce(dice, now)
		}
		c := in.Channels[dice.IntN(len(in.Channels))]
		f := fleets[c.Name]
		if f.most = granted(in, c.Name, fleets, now); f.most < f.runs {
			t.Fatalf("step %d: the maximum of %s falls to %d, but %d run", step, c.Name, f.most, f.runs)
		}
		f.runs = min(f.most, max(f.runs-1-dice.IntN(10), dice.IntN(f.most+1)))
		used := 20
		for _, c := range in.Channels {
			used += (max(fleets[c.Name].most, fleets[c.Name].runs) + 1) * c.Connections
		}
		if used > in.Connections {
			t.Fatalf("step %d: %d connections, %d are there: %v", step, used, in.Connections, fleets)
		}
		now = now.Add(30 * time.Second)
	}
	for range 2 { // all release what they need not keep
		for _, c := range in.Channels {
			fleets[c.Name].runs = 0
			fleets[c.Name].most = granted(in, c.Name, fleets, now)
		}
	}
	for _, c := range in.Channels {
		if p, _ := plan.ForChannel(in, c.Name, now, 1); fleets[c.Name].most != p.Cap {
			t.Errorf("%s ends with %d, the plan gives it %d", c.Name, fleets[c.Name].most, p.Cap)
		}
	}
}

// announce up to three openings of the next hours, with other shares each time.
func announce(dice *rand.Rand, now time.Time) []plan.Campaign {
	var out []plan.Campaign
	for i := range 1 + dice.IntN(3) {
		out = append(out, plan.Campaign{
			Name: fmt.Sprintf("band-%d", i), Opens: now.Add(time.Duration(dice.IntN(300)) * time.Minute),
			ReadyBefore: 15 * time.Minute, KeepPeak: 20 * time.Minute,
			Forecast: demand.Forecast{People: 50_000 + dice.Int64N(900_000), FirstHourPercent: 10, FirstMinutePercent: 20},
			Shares:   map[string]int{"web": 1 + dice.IntN(60), "app": 1 + dice.IntN(40), "phone": dice.IntN(20), "partner": dice.IntN(20)},
		})
	}
	return out
}

// granted is the maximum that the controller of one channel would set.
func granted(in plan.Input, name string, fleets map[string]*fleet, now time.Time) int {
	replicas := plan.Replicas{Most: map[string]int{}, Kept: fleets[name].runs}
	for other, f := range fleets {
		replicas.Most[other] = max(f.most, f.runs)
	}
	p, _ := plan.ForChannel(in, name, now, 1)
	return in.MostNow(p, replicas)
}

// TestMostNow shares 100 connections: 20 in reserve, 1 for each rollout of two
// channels with 1 connection for a replica, so 78 for replicas.
func TestMostNow(t *testing.T) {
	two := []plan.Channel{{Name: "app", Base: 2, Connections: 1}, {Name: "web", Base: 2, Connections: 1}}
	big := []plan.Channel{{Name: "app", Base: 2, Connections: 1}, {Name: "web", Base: 2, Connections: 5}}
	shared := map[string]int{"app": 30, "web": 48}
	for name, tc := range map[string]struct {
		channels []plan.Channel
		cap      int
		shared   map[string]int
		most     map[string]int
		kept     int
		want     int
	}{
		"a store that is large enough":            {two, 60, nil, map[string]int{"app": 1000}, 0, 60},
		"the others keep to their share":          {two, 48, shared, map[string]int{"app": 30}, 0, 48},
		"the others use less than their share":    {two, 48, shared, map[string]int{"app": 2}, 0, 48},
		"the others have not yet given up theirs": {two, 48, shared, map[string]int{"app": 40}, 0, 38},
		"the others hold everything":              {two, 48, shared, map[string]int{"app": 78}, 0, 2},
		"its own replicas are not in its way":     {two, 48, shared, map[string]int{"app": 30, "web": 60}, 0, 48},
		"more run than it may":                    {two, 48, shared, map[string]int{"app": 40}, 45, 45},
		"more run than its cap":                   {two, 48, shared, map[string]int{"app": 30}, 55, 55},
		"room in whole replicas":                  {big, 48, shared, map[string]int{"app": 30}, 0, 8},
		"a channel that is not declared":          {two[:1], 48, shared, map[string]int{"app": 30}, 0, 48},
	} {
		t.Run(name, func(t *testing.T) {
			in := plan.Input{Connections: 100, Channels: tc.channels}
			p := plan.ChannelPlan{Name: "web", Cap: tc.cap, Shared: tc.shared}
			if got := in.MostNow(p, plan.Replicas{Most: tc.most, Kept: tc.kept}); got != tc.want {
				t.Errorf("got %d, want %d", got, tc.want)
			}
		})
	}
}
