/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/demand"
)

// exactly makes a campaign whose peak on the web is the given number of replicas of 1,000
// thousandths, ready at the opening and kept for an hour.
func exactly(name string, opens time.Time, replicas int64) Campaign {
	return Campaign{
		Name: name, Opens: opens, KeepPeak: time.Hour,
		// All come in the first hour, half of them in its first minute, one request a second each.
		Forecast: demand.Forecast{People: 2 * replicas, FirstHourPercent: 100, FirstMinutePercent: 50},
		Shares:   map[string]int{"web": 100},
	}
}

func exactWeb(most int) Channel {
	return Channel{Name: "web", Base: 2, Max: most, LoadPerReplica: 1_000, Session: demand.Session{Length: time.Minute, Requests: 60}}
}

func floorAt(in Input, t time.Time) string { return Make(in, t, 1).Channels[0].Floor.String() }

func TestFloor(t *testing.T) {
	at := romanMidnight
	half := exactly("half", at, 1)
	half.Forecast.People = 1
	tests := map[string]struct {
		channel   Channel
		campaigns []Campaign
		when      time.Time
		want      string
	}{
		"no campaign":          {exactWeb(100), nil, at, "floor 2 = base 2"},
		"a forecast of nobody": {exactWeb(100), []Campaign{exactly("nobody", at, 0)}, at, "floor 2 = base 2"},
		"the peak":             {exactWeb(100), []Campaign{exactly("old", at, 50)}, at, "floor 50 = old 50"},
		"the peak until K, inclusive": {exactWeb(100), []Campaign{exactly("old", at, 50)}, at.Add(time.Hour),
			"floor 50 = old 50"},
		"loads are summed before they are rounded": {exactWeb(100), []Campaign{half, exactly("old", at, 50), {
			Name: "too", Opens: at, KeepPeak: time.Hour, Forecast: half.Forecast, Shares: half.Shares}},
			at, "floor 51 = half 1 + old 50"},
		"the cap says what it cuts": {exactWeb(40), []Campaign{exactly("old", at, 50)}, at, "floor 40 = old 40, cut to the cap from 50"},
		"and says it from when all of it is due": {exactWeb(40), []Campaign{exactly("old", at, 50)}, at.Add(-3 * time.Minute),
			"floor 40 = old 40, cut to the cap from 50"},
		"in a ramp it says what runs": {exactWeb(40), []Campaign{exactly("old", at, 50)}, at.Add(-5 * time.Minute), "floor 25 = old 25"},
		"one that was moved is named once": {exactWeb(200), []Campaign{exactly("old", at, 50), exactly("old", at.Add(10*time.Minute), 50)},
			at.Add(10 * time.Minute), "floor 100 = old 100"},
		"kept for an hour before a ramp": {exactWeb(100), []Campaign{exactly("old", at, 50), exactly("young", at.Add(100*time.Minute), 50)},
			at.Add(70 * time.Minute), "floor 50 = base 2 + kept for the next peak 48"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in := Input{StartsPerMinute: 10, Channels: []Channel{test.channel}, Campaigns: test.campaigns}
			if got := floorAt(in, test.when); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestFloorNamesEightCampaignsAtMost(t *testing.T) {
	in := Input{StartsPerMinute: 10, Channels: []Channel{exactWeb(1_000)}}
	for i := range 11 {
		in.Campaigns = append(in.Campaigns, exactly(fmt.Sprintf("band-%02d", i), romanMidnight, 10))
	}
	want := "floor 110 = band-00 10 + band-01 10 + band-02 10 + band-03 10 + band-04 10 + band-05 10 + band-06 10 + band-07 10 + 3 others 30"
	if got := floorAt(in, romanMidnight); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A peak that lasts for less than one gentle step must not fall through it.
func TestAShortPeakIsLetGoGently(t *testing.T) {
	c := exactly("short", romanMidnight, 100)
	c.Closes = romanMidnight.Add(time.Second)
	channel := exactWeb(200)
	channel.Gentle = true
	in := Input{StartsPerMinute: 10_000, Channels: []Channel{channel}, Campaigns: []Campaign{c}}
	before := 2
	for m := range 5 * 60 {
		now := Make(in, romanMidnight.Add(time.Duration(m-60)*time.Minute), 1).Channels[0].Floor.Replicas
		if now < before-max(1, before/10) {
			t.Fatalf("falls from %d to %d in minute %d", before, now, m-60)
		}
		before = now
	}
	if before != 2 {
		t.Errorf("still at %d four hours later", before)
	}
}

func TestLaunch(t *testing.T) {
	at := romanMidnight
	late := exactly("old", at, 100)
	late.Announced = at.Add(-9 * time.Minute)
	tests := map[string]struct {
		channel   Channel
		campaigns []Campaign
		want      []Launch
	}{
		"a ramp of ten minutes before a start-up of two and a half": {exactWeb(200), []Campaign{exactly("old", at, 100)}, []Launch{
			{Campaign: "old", Opens: at, ReadyBy: at, RampStarts: at.Add(-13 * time.Minute), Peak: 100, Wanted: 100, Share: 100}}},
		"announced four minutes after its ramp began": {exactWeb(200), []Campaign{late}, []Launch{
			{Campaign: "old", Opens: at, ReadyBy: at, RampStarts: at.Add(-13 * time.Minute), Peak: 100, Wanted: 100, Share: 100, Late: 4 * time.Minute}}},
		"the cap": {exactWeb(60), []Campaign{exactly("old", at, 100)}, []Launch{
			{Campaign: "old", Opens: at, ReadyBy: at, RampStarts: at.Add(-9 * time.Minute), Peak: 60, Wanted: 100, Share: 60, Limit: LimitMaxReplicas, Missing: 40_000, Affected: 40}}},
		"the base is enough": {exactWeb(60), []Campaign{exactly("old", at, 2)}, []Launch{
			{Campaign: "old", Opens: at, ReadyBy: at, Peak: 2, Wanted: 2, Share: 2}}},
		// The second ramp begins before the first, although at the first's peak it has the least to add.
		"a large opening soon after a small one": {exactWeb(400), []Campaign{exactly("small", at, 50), exactly("large", at.Add(10*time.Minute), 200)}, []Launch{
			{Campaign: "large", Opens: at.Add(10 * time.Minute), ReadyBy: at.Add(10 * time.Minute), RampStarts: at.Add(-18 * time.Minute), Peak: 250, Wanted: 250, Share: 200, Crowd: 201},
			{Campaign: "small", Opens: at, ReadyBy: at, RampStarts: at.Add(-8 * time.Minute), Peak: 50, Wanted: 50, Share: 50}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in := Input{StartsPerMinute: 10, Channels: []Channel{test.channel}, Campaigns: test.campaigns}
			for i := range test.want { // a replica bears 1,000, and none closes before a day is over
				launch := &test.want[i]
				launch.Load, launch.Ends = int64(launch.Wanted)*1000, launch.Opens.Add(24*time.Hour)
				launch.KeepUntil, launch.Cap = launch.Opens.Add(time.Hour), test.channel.Max
				launch.Crowd = cmp.Or(launch.Crowd, int64(launch.Wanted))
			}
			if diff := gocmp.Diff(test.want, Make(in, at, All).Channels[0].Launches); diff != "" {
				t.Error(diff)
			}
			if diff := gocmp.Diff(map[string][]Launch{"web": test.want}, Launches(in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What was released before anybody knew of the next opening does not come back
// when it is announced.
func TestWhatWasLetGoStaysLetGo(t *testing.T) {
	for announced, want := range map[time.Duration]string{
		-time.Hour:       "floor 100 = base 2 + kept for the next peak 98",
		70 * time.Minute: "floor 2 = base 2",
	} {
		next := exactly("young", romanMidnight.Add(2*time.Hour), 100)
		next.Announced = romanMidnight.Add(announced)
		in := Input{StartsPerMinute: 10, Channels: []Channel{exactWeb(200)}, Campaigns: []Campaign{exactly("old", romanMidnight, 100), next}}
		if got := floorAt(in, romanMidnight.Add(75*time.Minute)); got != want {
			t.Errorf("announced after %v: %s, want %s", announced, got, want)
		}
	}
}

// Whoever is announced in time for its own ramp may be too late for that of the
// next opening, at which it still needs its peak.
func TestLateForTheNextRamp(t *testing.T) {
	small := exactly("small", romanMidnight, 10)
	small.Announced = romanMidnight.Add(-6 * time.Minute)
	in := Input{StartsPerMinute: 10, Channels: []Channel{exactWeb(200)}, Campaigns: []Campaign{small, exactly("large", romanMidnight.Add(5*time.Minute), 100)}}
	for _, launch := range Make(in, romanMidnight, 1).Channels[0].Launches {
		if want := map[string]time.Duration{"small": time.Minute}[launch.Campaign]; launch.Late != want {
			t.Errorf("%s is late by %v, want %v", launch.Campaign, launch.Late, want)
		}
	}
}

func TestShares(t *testing.T) {
	tests := map[string]struct {
		pace int
		caps []int
		want []int
	}{
		"none":                             {120, nil, []int{}},
		"in proportion to the caps":        {120, []int{200, 100, 100}, []int{60, 30, 30}},
		"the rest to the largest fraction": {10, []int{30, 30, 39}, []int{3, 3, 4}},
		"one at least":                     {10, []int{1000, 1, 1}, []int{8, 1, 1}},
		"more channels than starts":        {2, []int{10, 10, 10}, []int{1, 1, 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var channels []Channel
			for _, most := range test.caps {
				channels = append(channels, Channel{Max: most})
			}
			if diff := gocmp.Diff(test.want, shares(test.pace, channels)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMinutes(t *testing.T) {
	for seconds, want := range map[int64][2]int64{
		0: {0, 0}, 1: {0, 1}, 59: {0, 1}, 60: {1, 1}, -1: {-1, 0}, -60: {-1, -1}, -61: {-2, -1},
	} {
		at := time.Unix(seconds, 0)
		if got := [2]int64{minuteOf(at), nextMinute(at)}; got != want {
			t.Errorf("second %d is in the minute %d, the next begins at %d, want %v", seconds, got[0], got[1], want)
		}
	}
}

// TestFarAway: openings centuries apart, before 1970, and at instants that are
// no whole minutes, as they are in old zones.
func TestFarAway(t *testing.T) {
	early, late := at("1883-11-18T12:03:58Z"), at("9999-12-31T23:59:59Z")
	in := Input{StartsPerMinute: 10, Channels: []Channel{exactWeb(100)}, Campaigns: []Campaign{exactly("first", early, 50), exactly("last", late, 50)}}
	p := Make(in, early.Add(48*time.Hour), 3)
	var got []string
	for _, step := range p.Channels[0].Steps {
		got = append(got, step.At.Format(time.RFC3339)+" "+step.Floor.String())
	}
	want := []string{
		"9999-12-31T23:52:00Z floor 6 = last 6", "9999-12-31T23:53:00Z floor 16 = last 16", "9999-12-31T23:54:00Z floor 26 = last 26",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := floorAt(in, early.Truncate(time.Minute)); got != "floor 50 = first 50" {
		t.Errorf("%s in the minute of the opening", got)
	}
}

func TestChannel(t *testing.T) {
	p := Make(season(3, 1), romanMidnight, 1)
	if c, found := p.Channel("channel-01"); !found || c.Name != "channel-01" {
		t.Errorf("got %v, %v", c, found)
	}
	if _, found := p.Channel("fax"); found {
		t.Error("a channel that is not there was found")
	}
}
