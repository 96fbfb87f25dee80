/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
)

// romanMidnight ends 1 December 2026 in Rome.
var romanMidnight = at("2026-12-01T23:00:00Z")

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

// manyNights calls check with random nights, each of which its number brings back.
func manyNights(t *testing.T, count uint64, check func(t *testing.T, night Input, dice *rand.Rand)) {
	t.Helper()
	for number := range count {
		t.Run(fmt.Sprintf("night %d", number), func(t *testing.T) {
			dice := newDice(number)
			check(t, randomNight(dice), dice)
		})
	}
}

func newDice(number uint64) *rand.Rand { return rand.New(rand.NewPCG(number, 1946)) }

func one[T any](dice *rand.Rand, of ...T) T { return of[dice.IntN(len(of))] }

// minutes is a random duration in whole minutes, least and most included.
func minutes(dice *rand.Rand, least, most int) time.Duration {
	return time.Duration(least+dice.IntN(most-least+1)) * time.Minute
}

// randomNight has up to five campaigns within two days, on up to four channels.
func randomNight(dice *rand.Rand) Input {
	night := Input{StartsPerMinute: one(dice, 1+dice.IntN(5), 10+dice.IntN(50), 120, 5_000)}
	night.Channels = []Channel{{
		Name: "web", Base: 1 + dice.IntN(8), Max: one(dice, 10, 60, 200, 10_000),
		LoadPerReplica: one[int64](dice, 7_000, 28_000, 28_001),
		Session:        demand.Session{Length: minutes(dice, 1, 20), Requests: 1 + dice.IntN(40)},
		StartUp:        one(dice, 0, 140*time.Second, 200*time.Second+time.Millisecond, 10*time.Minute),
	}}
	if night.StartsPerMinute < 100 { // a ramp of days takes the tests too long
		night.Channels[0].Max = min(night.Channels[0].Max, 300)
	}
	others := []Channel{
		{Name: "app", Base: 2, Max: 100, LoadPerReplica: 50_000, Session: demand.Session{Length: 3 * time.Minute, Requests: 20}},
		{Name: "phone", Base: 1 + dice.IntN(3), Max: 30, LoadPerReplica: 7_000, CallCentre: one(dice, 1, 8, 40), Session: demand.Session{Length: 210 * time.Second}},
		{Name: "partner", Base: 3, Max: one(dice, 40, 400), LoadPerReplica: 20_000, Gentle: true, Session: demand.Session{Length: 5 * time.Minute, Requests: 30}},
	}
	for _, c := range others {
		if dice.IntN(2) == 0 {
			night.Channels = append(night.Channels, c)
		}
	}
	for i := range 1 + dice.IntN(5) {
		night.Campaigns = append(night.Campaigns, randomCampaign(dice, i))
	}
	if dice.IntN(3) == 0 {
		shareStore(&night, dice)
	}
	for i := range night.Campaigns {
		if dice.IntN(5) == 0 {
			night.Campaigns[i].Pauses = randomPauses(night.Campaigns[i], dice)
		}
	}
	return night
}

// shareStore lets the channels of a night share a store that bears some part of
// what they could use, seldom less than their bases.
func shareStore(night *Input, dice *rand.Rand) {
	least, most := reserve, reserve
	for i := range night.Channels {
		c := &night.Channels[i]
		c.Connections = 1 + dice.IntN(6)
		least += (c.Base + surge) * c.Connections
		most += (c.Max + surge) * c.Connections
	}
	night.Connections = least + dice.IntN(most-least) - one(dice, 0, 0, 0, min(least, 30))
}

// randomPauses are one pause or two around the opening; the last may go on.
func randomPauses(c Campaign, dice *rand.Rand) []Span {
	from := c.Opens.Add(minutes(dice, -300, 300))
	first := Span{from, from.Add(time.Duration(1+dice.IntN(300*60)) * time.Second)}
	second := Span{From: first.Until.Add(minutes(dice, -10, 200))}
	if dice.IntN(4) > 0 {
		second.Until = second.From.Add(time.Duration(1+dice.IntN(120*60)) * time.Second)
	}
	return one(dice, []Span{first}, []Span{second, first})
}

// capsOf is the cap of every minute, as a plan made at the first one says.
func capsOf(p ChannelPlan, from, to time.Time) []int {
	caps := make([]int, minuteOf(to)-minuteOf(from))
	most, steps := p.Cap, p.Caps
	for i := range caps {
		for len(steps) > 0 && !steps[0].At.After(instant(minuteOf(from)+int64(i))) {
			most, steps = steps[0].Cap, steps[1:]
		}
		caps[i] = most
	}
	return caps
}

func randomCampaign(dice *rand.Rand, i int) Campaign {
	c := Campaign{
		Name: fmt.Sprintf("band-%d", i),
		Opens: romanMidnight.Add(one(dice, 0, 0, minutes(dice, 1, 10), 2*time.Hour, minutes(dice, 0, 600),
			24*time.Hour, time.Duration(dice.IntN(7200))*time.Second)),
		ReadyBefore: one(dice, time.Minute, 15*time.Minute, 15*time.Minute, time.Hour, minutes(dice, 0, 240)),
		KeepPeak:    one(dice, time.Minute, 5*time.Minute, time.Hour, time.Hour, 1440*time.Minute, minutes(dice, 1, 600)),
		Forecast: demand.Forecast{
			People:             one[int64](dice, 0, 1, 100, 10_000, 100_000, 410_000, 2_000_000_000),
			FirstHourPercent:   1 + dice.IntN(100),
			FirstMinutePercent: 2 + dice.IntN(94),
		},
		Shares: map[string]int{"web": one(dice, 0, 50, 62, 100), "app": dice.IntN(30), "phone": dice.IntN(13), "partner": dice.IntN(50)},
	}
	if dice.IntN(4) == 0 {
		c.Closes = c.Opens.Add(one(dice, time.Second, time.Minute, minutes(dice, 1, 200)))
	}
	if dice.IntN(4) == 0 {
		c.Announced = c.Opens.Add(-minutes(dice, 0, 400))
	}
	return c
}

// hours of the nights: randomNight leaves every channel at its base outside them,
// but for ramps that take longer.
var nightBegins, nightEnds = romanMidnight.Add(-24 * time.Hour), romanMidnight.Add(64 * time.Hour)

// everyMinute is the floor of every minute from one instant to another, as a
// plan made at the first one says.
func everyMinute(p ChannelPlan, from, to time.Time) []Floor {
	floors := make([]Floor, minuteOf(to)-minuteOf(from))
	floor, steps := p.Floor, p.Steps
	for i := range floors {
		for len(steps) > 0 && !steps[0].At.After(instant(minuteOf(from)+int64(i))) {
			floor, steps = steps[0].Floor, steps[1:]
		}
		floors[i] = floor
	}
	return floors
}

// say writes an input so that it can be read in a failure.
func say(in Input) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d starts per minute\n", in.StartsPerMinute)
	for _, c := range in.Channels {
		fmt.Fprintf(&b, "%+v\n", c)
	}
	for _, c := range in.Campaigns {
		fmt.Fprintf(&b, "%+v\n", c)
	}
	return b.String()
}
