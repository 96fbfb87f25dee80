/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
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
	for range 2 { // all let go of what they need not keep
		for _, c := range in.Channels {
			fleets[c.Name].runs = 0
			fleets[c.Name].most = granted(in, c.Name, fleets, now)
		}
	}
	for _, c := range in.Channels {
		if p, _ := plan.Of(in, c.Name, now, 1); fleets[c.Name].most != p.Cap {
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

// granted is what the reconciler of one channel makes of what it sees.
func granted(in plan.Input, name string, fleets map[string]*fleet, now time.Time) int {
	runs := int32(fleets[name].runs)
	seen := &observed{
		channel:    &v1alpha1.BookingChannel{},
		deployment: &appsv1.Deployment{Spec: appsv1.DeploymentSpec{Replicas: &runs}},
		most:       map[string]int{},
	}
	for other, f := range fleets {
		seen.most[other] = max(f.most, f.runs)
	}
	p, _ := plan.Of(in, name, now, 1)
	return seen.mostNow(in, p, now)
}
