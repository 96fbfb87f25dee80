/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
)

// FuzzDrawing draws reports that no planner would make: it must neither panic
// nor write anything but well-formed XML and lines that fit.
func FuzzDrawing(f *testing.F) {
	f.Add(uint64(1), "born-1946-1950", int64(3600), 80)
	f.Add(uint64(2), "<script>&\"'\x00\xff", int64(-1), 0)
	f.Add(uint64(3), strings.Repeat("m", 253), int64(math.MaxInt64), 61)
	f.Add(uint64(4), "\u202e", int64(math.MinInt64), -5)
	f.Add(uint64(5), "", int64(86_400*365*8000), 1000)
	f.Fuzz(func(t *testing.T, seed uint64, name string, spread int64, width int) {
		r := anyReport(t, rand.New(rand.NewPCG(seed, 0)), name, spread)
		checkXML(t, svg(t, r))
		checkLines(t, chart(t, r, width), min(max(width, 60), 400))
	})
}

// TestAnyReport does the same for many seeds without a fuzzer.
func TestAnyReport(t *testing.T) {
	spreads := []int64{1, 60, 3600, 86_400, 86_400 * 10, 86_400 * 3650, 1 << 45, math.MaxInt64}
	for seed := range uint64(400) {
		r := anyReport(t, rand.New(rand.NewPCG(seed, 1)), "a&b", spreads[seed%uint64(len(spreads))])
		checkXML(t, svg(t, r))
		checkLines(t, chart(t, r, 80), 80)
	}
}

// anyReport is a random report with times around midnight, within spread seconds.
func anyReport(t testing.TB, random *rand.Rand, name string, spread int64) report.Report {
	zones := []*time.Location{nil, time.UTC, zone(t, "Europe/Rome"), zone(t, "Australia/Lord_Howe"), zone(t, "Asia/Kathmandu")}
	spread = max(1, spread&math.MaxInt64)
	instant := func() time.Time {
		if random.IntN(8) == 0 {
			return time.Time{}
		}
		return time.Unix(midnight.Unix()+random.Int64N(spread)-spread/2, random.Int64N(1e9))
	}
	number := func() int {
		return []int{0, 1, 2, 40, 10_000, -3, math.MaxInt, math.MinInt}[random.IntN(8)]
	}
	names := func() string { return []string{name, "web", "b", "c", "base", "the agent roster"}[random.IntN(6)] }
	r := report.Report{Now: instant()}
	for range random.IntN(3) {
		p := report.Platform{Name: name, Zone: zones[random.IntN(len(zones))]}
		for range random.IntN(12) {
			c := report.Campaign{Name: names(), OpensAt: instant(), ReadyBy: instant(), KeepUntil: instant(), Message: name}
			if random.IntN(3) > 0 {
				feasible := random.IntN(2) > 0
				c.Feasible = &feasible
			}
			if random.IntN(4) == 0 {
				c.Paused = name
			}
			p.Campaigns = append(p.Campaigns, c)
		}
		for range random.IntN(6) {
			p.Channels = append(p.Channels, anyChannel(random, names, number, instant))
		}
		r.Platforms = append(r.Platforms, p)
	}
	return r
}

func anyChannel(random *rand.Rand, names func() string, number func() int, instant func() time.Time) report.Channel {
	c := report.Channel{Name: names(), Cap: number(), Peak: number(), Base: number()}
	for range random.IntN(30) {
		s := report.Step{At: instant(), Floor: number(), Wanted: number(), Reason: names()}
		for range random.IntN(12) {
			s.Parts = append(s.Parts, plan.Part{Cause: names(), Campaign: random.IntN(2) > 0, Replicas: number()})
		}
		c.Steps = append(c.Steps, s)
	}
	for range random.IntN(5) {
		c.Launches = append(c.Launches, plan.Launch{Campaign: names(), Opens: instant(), ReadyBy: instant(), RampStarts: instant()})
	}
	return c
}
