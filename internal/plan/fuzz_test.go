/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
)

// More seeds lie in testdata/fuzz.

// script is a source of chance that a fuzzer writes, two bytes for each throw.
// Where it ends, the dice go on by themselves.
type script struct {
	text []byte
	rest *rand.PCG
}

func (s *script) Uint64() uint64 {
	if len(s.text) < 2 {
		return s.rest.Uint64()
	}
	throw := uint64(s.text[0])<<56 | uint64(s.text[1])<<48 | 1<<47
	s.text = s.text[2:]
	return throw
}

// FuzzNight holds one property or other on the nights that a fuzzer makes up.
func FuzzNight(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte("two bands at one midnight"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dice := rand.New(&script{text, rand.NewPCG(0, 0)})
		check := one(dice, checkOrder, checkBounds, checkPeaks, checkNext, checkJumps, checkPace, checkLate, checkAdding, checkConnections, compareWithReference)
		check(t, randomNight(dice), dice)
	})
}

// FuzzAnything: no number makes the planner panic, go on for ever, or break its
// simplest promises.
func FuzzAnything(f *testing.F) {
	f.Add(120, 2, 200, int64(28_000), int64(0), 0, int64(410_000), int64(0), int64(time.Hour), romanMidnight.Unix(), romanMidnight.Unix())
	f.Add(-1, -1, -1, int64(-1), int64(-1), -1, int64(-1), int64(-1), int64(-1), int64(-1), int64(-1))
	f.Add(math.MaxInt, math.MaxInt, math.MaxInt, int64(math.MaxInt64), int64(math.MaxInt64), math.MaxInt, int64(math.MaxInt64),
		int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64))
	f.Add(1, 1, math.MaxInt, int64(1), int64(math.MaxInt64), 0, int64(math.MaxInt64), int64(0), int64(0), int64(253_402_300_799), int64(math.MinInt64))
	f.Add(1, 1, 10_000, int64(1), int64(0), 1, int64(1), int64(0), int64(0), int64(-62_135_596_801), int64(-62_135_596_800))
	f.Fuzz(func(t *testing.T, pace, base, most int, bears, startUp int64, callCentre int, people, before, keep, opens, now int64) {
		in := Input{StartsPerMinute: pace, Channels: []Channel{
			{Name: "web", Base: base, Max: most, LoadPerReplica: bears, StartUp: time.Duration(startUp), CallCentre: callCentre,
				Session: demand.Session{Length: time.Duration(keep), Requests: callCentre}, Gentle: people%2 == 0},
			{}, {Max: most},
		}}
		for _, at := range []time.Time{time.Unix(opens, 0), time.Unix(opens, people), time.Unix(now, before), {}} {
			in.Campaigns = append(in.Campaigns, Campaign{
				Opens: at, Closes: time.Unix(before, keep), Announced: time.Unix(now, 0),
				ReadyBefore: time.Duration(before), KeepPeak: time.Duration(keep),
				Forecast: demand.Forecast{People: people, FirstHourPercent: pace, FirstMinutePercent: base},
				Shares:   map[string]int{"web": most, "": base},
			})
		}
		checkAnything(t, in, time.Unix(now, 0))
	})
}

func checkAnything(t *testing.T, in Input, now time.Time) {
	p := Make(in, now, 20)
	if !p.Next.IsZero() && !p.Next.After(now) {
		t.Errorf("Next %v is not after %v", p.Next, now)
	}
	for i, c := range p.Channels {
		channel := in.sound().Channels[i]
		floors := []Floor{c.Floor}
		for _, step := range c.Steps {
			floors = append(floors, step.Floor)
			if !step.At.After(now) {
				t.Errorf("at %v comes %v", now, step)
			}
		}
		for _, floor := range floors {
			checkParts(t, floor, in)
			if floor.Replicas < channel.Base || floor.Replicas > channel.Max {
				t.Errorf("%v is not within %d..%d", floor, channel.Base, channel.Max)
			}
		}
	}
}
