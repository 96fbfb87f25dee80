/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
)

// midnight is the one that ends 1 December 2026 in Rome.
var midnight = time.Date(2026, time.December, 1, 23, 0, 0, 0, time.UTC)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := opening.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// campaign that opens at an instant and fits, until it is told otherwise.
func campaign(name string, at time.Time) report.Campaign {
	feasible := true
	return report.Campaign{
		Name: name, OpensAt: at, Feasible: &feasible, Message: "every channel reaches its peak floor in time",
		ReadyBy: at.Add(-15 * time.Minute), KeepUntil: at.Add(time.Hour),
	}
}

func infeasible(c report.Campaign, message string) report.Campaign {
	no := false
	c.Feasible, c.Message = &no, message
	return c
}

// wave is what one opening asks of a channel.
type wave struct {
	at     time.Time
	parts  []plan.Part
	wanted int
	// tail is how long after the peak a tenth stays.
	tail time.Duration
}

func share(campaign string, replicas int) plan.Part {
	return plan.Part{Cause: campaign, Campaign: true, Replicas: replicas}
}

// channel is built as the planner would: two steps up, the peak, a tail, the base.
func channel(name string, base, most int, waves ...wave) report.Channel {
	c := report.Channel{Name: name, Base: base, Cap: most, Peak: base}
	c.Steps = append(c.Steps, step(time.Time{}, base, plan.Part{Cause: "base", Replicas: base}))
	for _, w := range waves {
		var half, few []plan.Part
		for _, p := range w.parts {
			half = append(half, plan.Part{Cause: p.Cause, Campaign: p.Campaign, Replicas: (p.Replicas + 1) / 2})
			few = append(few, plan.Part{Cause: p.Cause, Campaign: p.Campaign, Replicas: p.Replicas/10 + base})
		}
		peak := step(w.at.Add(-18*time.Minute), w.wanted, w.parts...)
		c.Steps = append(c.Steps,
			step(w.at.Add(-19*time.Minute), 0, half...), peak,
			step(w.at.Add(61*time.Minute), 0, few...),
			step(w.at.Add(61*time.Minute+w.tail), base, plan.Part{Cause: "base", Replicas: base}))
		c.Peak = max(c.Peak, peak.Floor)
		limit := plan.LimitNone
		if w.wanted > peak.Floor {
			limit = plan.LimitMaxReplicas
		}
		for _, p := range w.parts {
			c.Launches = append(c.Launches, plan.Launch{
				Campaign: p.Cause, Opens: w.at, ReadyBy: w.at.Add(-15 * time.Minute), RampStarts: w.at.Add(-19 * time.Minute),
				Peak: peak.Floor, Wanted: max(w.wanted, peak.Floor), Share: p.Replicas, Limit: limit,
			})
		}
	}
	return c
}

func step(at time.Time, wanted int, parts ...plan.Part) report.Step {
	f := plan.Floor{Parts: parts}
	for _, p := range parts {
		f.Replicas += p.Replicas
	}
	f.Wanted = max(wanted, f.Replicas)
	return report.Step{At: at, Floor: f.Replicas, Wanted: f.Wanted, Parts: parts, Reason: f.String()}
}

// desk is a call centre: the whole desk is there for a day.
func desk(base, most, agents int, at time.Time) report.Channel {
	c := channel("phone", base, most)
	c.Steps = append(c.Steps,
		step(at.Add(-19*time.Minute), 0, plan.Part{Cause: "the agent roster", Replicas: agents}),
		step(at.Add(24*time.Hour), 0, plan.Part{Cause: "base", Replicas: base}))
	return c
}

// nights are the plans of which pictures are kept.
func nights(t testing.TB) map[string]report.Report {
	rome := zone(t, "Europe/Rome")
	one := func(now time.Time, p report.Platform) report.Report {
		p.Name, p.Zone = "lazio", rome
		return report.Report{Now: now, Platforms: []report.Platform{p}}
	}
	back := time.Date(2026, time.October, 25, 0, 30, 0, 0, time.UTC)
	later := midnight.Add(48 * time.Hour)
	held := campaign("born-1951-1955", later)
	held.Paused = "the delivery is late"
	needs := "web needs 64 replicas but maxReplicas is 40: raise spec.scaling.maxReplicas of BookingChannel web to at least 64, or split the band"
	old, young := "born-1946-1950", "born-1951-1955"
	return map[string]report.Report{
		"two bands at one midnight": one(midnight.Add(-2*time.Hour), report.Platform{
			Campaigns: []report.Campaign{campaign(old, midnight), campaign(young, midnight)},
			Channels: []report.Channel{
				channel("app", 2, 100, wave{at: midnight, parts: []plan.Part{share(old, 14), share(young, 16)}}),
				desk(2, 30, 8, midnight),
				channel("web", 2, 200, wave{at: midnight, parts: []plan.Part{share(old, 35), share(young, 29)}, tail: 3 * time.Hour}),
			}}),
		"a cap cuts": one(midnight.Add(-2*time.Hour), report.Platform{
			Campaigns: []report.Campaign{infeasible(campaign(old, midnight), needs), infeasible(campaign(young, midnight), needs)},
			Channels: []report.Channel{
				channel("web", 2, 40, wave{at: midnight, parts: []plan.Part{share(old, 22), share(young, 18)}, wanted: 64, tail: 3 * time.Hour}),
			}}),
		"two nights, the later paused": one(midnight.Add(-100*time.Hour), report.Platform{
			Campaigns: []report.Campaign{campaign(old, midnight), held},
			Channels: []report.Channel{
				channel("web", 2, 60,
					wave{at: midnight, parts: []plan.Part{share(old, 35)}, tail: time.Hour},
					wave{at: later, parts: []plan.Part{share(young, 29)}, tail: time.Hour}),
			}}),
		"clocks go back": one(back.Add(-4*time.Hour), report.Platform{
			Campaigns: []report.Campaign{campaign(old, back), {Name: "no-forecast", OpensAt: back.Add(time.Hour), Message: "without spec.forecast the plan cannot be judged"}},
			Channels:  []report.Channel{channel("web", 2, 60, wave{at: back, parts: []plan.Part{share(old, 35)}})}}),
		"forty bands on twenty channels": one(midnight.Add(-12*time.Hour), many()),
		"a floor of ten thousand": one(midnight.Add(-2*time.Hour), report.Platform{
			Campaigns: []report.Campaign{infeasible(campaign(old, midnight), "web needs 25000 replicas")},
			Channels:  []report.Channel{channel("web", 1, 10_000, wave{at: midnight, parts: []plan.Part{share(old, 10_000)}, wanted: 25_000})}}),
		"a channel without campaigns": one(midnight, report.Platform{Channels: []report.Channel{channel("web", 3, 20)}}),
		"a platform without channels": one(midnight, report.Platform{Campaigns: []report.Campaign{campaign(old, later)}}),
		"no platform":                 {Now: midnight},
	}
}

// many is a platform with more than a picture can name.
func many() report.Platform {
	var p report.Platform
	for i := range 40 {
		p.Campaigns = append(p.Campaigns, campaign(fmt.Sprintf("born-%d", 1930+i), midnight.Add(time.Duration(i%5*24+i%2)*time.Hour)))
	}
	for i := range 20 {
		var waves []wave
		for night := range 5 {
			var parts []plan.Part
			for j := night; j < 40; j += 5 {
				if (i+j)%3 != 0 {
					parts = append(parts, share(p.Campaigns[j].Name, 1+(i*7+j*5)%30))
				}
			}
			waves = append(waves, wave{at: midnight.Add(time.Duration(night) * 24 * time.Hour), parts: parts, tail: time.Hour})
		}
		p.Channels = append(p.Channels, channel(fmt.Sprintf("channel-%02d", i), 2, 400, waves...))
	}
	return p
}
