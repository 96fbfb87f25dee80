/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// region is the channels of the samples: a web site, an app and a call centre of 8.
func region() []Channel {
	web, app, phone := exactWeb(200), exactWeb(100), exactWeb(30)
	app.Name, phone.Name, phone.CallCentre = "app", "phone", 8
	web.Connections, app.Connections, phone.Connections = 4, 4, 2
	return []Channel{web, app, phone}
}

func TestCapsShareTheStore(t *testing.T) {
	tonight := exactly("tonight", romanMidnight, 150)
	tonight.Shares = map[string]int{"web": 100, "app": 40, "phone": 10}
	tests := map[string]struct {
		connections int
		// quiet is days before, launch at the opening, by channel: app, phone, web.
		quiet, launch [3]int
	}{
		"unknown, so that only maxReplicas bind": {0, [3]int{100, 30, 200}, [3]int{100, 30, 200}},
		// 4·101 + 2·31 + 4·201 + 20
		"enough for all maxima":     {1290, [3]int{100, 30, 200}, [3]int{100, 30, 200}},
		"one too few":               {1289, [3]int{100, 30, 199}, [3]int{100, 30, 199}},
		"all needs and something":   {990, [3]int{75, 30, 150}, [3]int{67, 30, 158}},
		"all needs and no more":     {886, [3]int{67, 30, 132}, [3]int{60, 8, 150}},
		"the call centre first":     {450, [3]int{30, 30, 60}, [3]int{29, 8, 72}},
		"less than its agents need": {60, [3]int{2, 7, 2}, [3]int{2, 7, 2}},
		"bases alone":               {50, [3]int{2, 2, 2}, [3]int{2, 2, 2}},
		"fewer than the bases need": {25, [3]int{2, 2, 2}, [3]int{2, 2, 2}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in := Input{StartsPerMinute: 120, Connections: test.connections, Channels: region(), Campaigns: []Campaign{tonight}}
			caps := func(now time.Time) (out [3]int) {
				for i, c := range Make(in, now, 1).Channels {
					out[i] = c.Cap
				}
				return out
			}
			if diff := cmp.Diff(test.quiet, caps(romanMidnight.Add(-72*time.Hour))); diff != "" {
				t.Errorf("days before: %s", diff)
			}
			if diff := cmp.Diff(test.launch, caps(romanMidnight)); diff != "" {
				t.Errorf("at the opening: %s", diff)
			}
		})
	}
}

func TestConnectionsCutThePeakAndSayWhom(t *testing.T) {
	tonight := exactly("tonight", romanMidnight, 150)
	in := Input{StartsPerMinute: 120, Connections: 430, Channels: region(), Campaigns: []Campaign{tonight}}
	got := Launches(in)["web"][0]
	// 430 − 20 in reserve − 12 for app − 6 for phone, of which web's 98th is for a rollout.
	want := Launch{Peak: 97, Wanted: 150, Cap: 97, Limit: LimitConnections, Missing: 53_000, Crowd: 150, Affected: 53}
	if got.Peak != want.Peak || got.Wanted != want.Wanted || got.Cap != want.Cap || got.Limit != want.Limit ||
		got.Missing != want.Missing || got.Crowd != want.Crowd || got.Affected != want.Affected {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// Another night's opening leaves tonight's caps as they are.
func TestCapsOfOneNightDoNotDependOnAnother(t *testing.T) {
	tonight, inAWeek := exactly("tonight", romanMidnight, 90), exactly("in a week", romanMidnight.Add(7*24*time.Hour), 150)
	inAWeek.Shares = map[string]int{"app": 100}
	in := Input{StartsPerMinute: 120, Connections: 450, Channels: region(), Campaigns: []Campaign{tonight}}
	alone := Make(in, romanMidnight, 1).Channels
	in.Campaigns = append(in.Campaigns, inAWeek)
	for i, c := range Make(in, romanMidnight, 1).Channels {
		if c.Cap != alone[i].Cap {
			t.Errorf("%s: %d, without the opening in a week %d", c.Name, c.Cap, alone[i].Cap)
		}
	}
	if later := Make(in, inAWeek.Opens, 1).Channels[0]; later.Cap < 90 {
		t.Errorf("a week later the app's cap is %d", later.Cap)
	}
}

func TestPauses(t *testing.T) {
	at := romanMidnight
	minute := func(m int) time.Time { return at.Add(time.Duration(m) * time.Minute) }
	tests := map[string]struct {
		pauses []Span
		// want is the floor by minutes after the opening.
		want map[int]int
	}{
		"none":                       {nil, map[int]int{-1: 100, 60: 100, 61: 2}},
		"over before the opening":    {[]Span{{minute(-90), minute(-1)}}, map[int]int{-30: 2, 0: 100, 60: 100, 61: 2}},
		"the opening held for hours": {[]Span{{minute(-90), minute(300)}}, map[int]int{0: 100, 299: 100, 360: 100, 361: 2}},
		"ten minutes in the peak":    {[]Span{{minute(5), minute(15)}}, map[int]int{60: 100, 70: 100, 71: 2}},
		"it lasts":                   {[]Span{{From: minute(30)}}, map[int]int{60: 100, 24*60 + 30: 100, 7 * 24 * 60: 100}},
		"after the peak":             {[]Span{{minute(90), minute(100)}}, map[int]int{60: 100, 61: 2, 95: 2, 200: 2}},
		"two that touch":             {[]Span{{minute(20), minute(30)}, {minute(10), minute(20)}}, map[int]int{80: 100, 81: 2}},
		"its end is before it":       {[]Span{{minute(20), minute(10)}}, map[int]int{60: 100, 61: 2}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := exactly("tonight", at, 100)
			c.Pauses = test.pauses
			in := Input{StartsPerMinute: 1000, Channels: []Channel{exactWeb(200)}, Campaigns: []Campaign{c}}
			for m, want := range test.want {
				if got := Make(in, minute(m), 1).Channels[0].Floor; got.Replicas != want {
					t.Errorf("minute %d: %v, want %d", m, got, want)
				}
			}
		})
	}
}
