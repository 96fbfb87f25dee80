/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"slices"
	"time"
)

// awkwardNights are nights of docs/awkward-nights.md, simulated by TestNight.
func awkwardNights() map[string]story {
	const clocksGoBack, clocksGoForward = "2026-10-25", "2026-03-29"
	return map[string]story{
		"paused over the opening": {
			date: "2026-12-01", zone: rome, before: time.Hour, after: 8 * time.Hour, channels: []Channel{web, phone},
			campaigns: func(at time.Time) []Campaign { return []Campaign{band("born-1946-1950", at)} },
			changes:   pauseOverTheOpening,
		},
		"a store that is shared": {
			date: "2026-12-01", zone: rome, before: 2 * time.Hour, after: 22 * time.Hour, connections: 300,
			channels:  []Channel{connected(web, 4), connected(app, 2), connected(phone, 2)},
			campaigns: func(at time.Time) []Campaign { return []Campaign{band("born-1946-1950", at)} },
		},
		"an opening at a time that comes twice": {
			date: clocksGoBack, time: "02:30", zone: rome, before: time.Hour, after: 4 * time.Hour, channels: []Channel{web},
			campaigns: func(at time.Time) []Campaign { return []Campaign{band("born-1946-1950", at)} },
		},
		"an opening at a time that does not exist": {
			date: clocksGoForward, time: "02:30", zone: rome, before: time.Hour, after: 4 * time.Hour, channels: []Channel{web},
			campaigns: func(at time.Time) []Campaign { return []Campaign{band("born-1946-1950", at)} },
		},
		"four openings in one night": {
			date: clocksGoBack, time: "00:00", zone: rome, before: 3 * time.Hour, after: 7 * time.Hour, channels: []Channel{web, app},
			campaigns: fourBands,
		},
	}
}

// fourBands open at 22:30, at midnight, at 02:30 when that comes for the first
// time, and at 04:00, which is five hours after midnight.
func fourBands(midnight time.Time) []Campaign {
	return []Campaign{
		band("born-1946-1950", midnight.Add(-90*time.Minute)),
		band("born-1951-1955", midnight),
		band("born-1956-1960", midnight.Add(150*time.Minute)),
		band("born-1961-1965", midnight.Add(5*time.Hour)),
	}
}

// pauseOverTheOpening begins in the ramp and ends three hours after the opening.
func pauseOverTheOpening(at time.Time) []change {
	paused, resumed := at.Add(-17*time.Minute), at.Add(3*time.Hour)
	return []change{
		{at: paused, says: "born-1946-1950 is paused: its doses have not come", do: func(in *Input) {
			in.Campaigns[0].Pauses = []Span{{From: paused}}
		}},
		{at: resumed, says: "born-1946-1950 goes on", do: func(in *Input) {
			in.Campaigns[0].Pauses = []Span{{From: paused, Until: resumed}}
		}},
	}
}

func connected(c Channel, connections int) Channel {
	c.Connections = connections
	return c
}

// checkStore counts the connections that the pods hold, with those that a rollout
// of every channel at once would add.
func (w *world) checkStore() {
	run := map[string]int{}
	for name, f := range w.fleets {
		run[name] = len(f.readyAt)
	}
	if used := Connections(w.in.Channels, run); w.in.Connections > 0 && used > int64(w.in.Connections) {
		w.t.Fatalf("%v: %d connections of %d: %v", w.now, used, w.in.Connections, run)
	}
}

func (w *world) floorNow(channel string) int {
	p, _ := w.fresh.Channel(channel)
	return p.Floor.Replicas
}

// paused pauses a campaign from now on.
func (w *world) paused(c Campaign) bool {
	return slices.ContainsFunc(c.Pauses, func(p Span) bool {
		return !w.now.Before(p.From) && (p.Until.IsZero() || w.now.Before(p.Until))
	})
}

// resumes ends a pause of the campaign now.
func (w *world) resumes(campaign string) bool {
	return slices.ContainsFunc(w.in.Campaigns, func(c Campaign) bool {
		return c.Name == campaign && slices.ContainsFunc(c.Pauses, func(p Span) bool { return p.Until.Equal(w.now) })
	})
}
