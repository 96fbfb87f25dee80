/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"cmp"
	"maps"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

var (
	web = Channel{Name: "web", Base: 2, Max: 600, LoadPerReplica: 28_000, StartUp: 140 * time.Second,
		Session: demand.Session{Length: 5 * time.Minute, Requests: 30}}
	app   = Channel{Name: "app", Base: 2, Max: 200, LoadPerReplica: 28_000, Session: demand.Session{Length: 4 * time.Minute, Requests: 12}}
	phone = Channel{Name: "phone", Base: 2, Max: 30, LoadPerReplica: 10_000, CallCentre: 12,
		Session: demand.Session{Length: 210 * time.Second}}
	partner = Channel{Name: "partner", Base: 3, Max: 120, LoadPerReplica: 28_000, Gentle: true,
		Session: demand.Session{Length: 5 * time.Minute, Requests: 30}}
)

// band is a campaign of the samples' size, one hour of peak from a quarter of
// an hour before its opening on.
func band(name string, opens time.Time) Campaign {
	return Campaign{
		Name: name, Opens: opens, ReadyBefore: 15 * time.Minute, KeepPeak: time.Hour,
		Forecast: demand.Forecast{People: 410_000, FirstHourPercent: 30, FirstMinutePercent: 20},
		Shares:   map[string]int{"web": 62, "app": 26, "phone": 12},
	}
}

// instant of the story, as an opening announced for it is resolved.
func (s story) instant(t *testing.T) time.Time {
	t.Helper()
	at, err := opening.Civil{Date: s.date, Time: cmp.Or(s.time, "24:00"), Zone: s.zone}.Instant()
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// story is a night, from so long before an instant until so long after it. The
// instant is the midnight that ends a day, or another time of it.
type story struct {
	date, time, zone string
	before, after    time.Duration
	channels         []Channel
	connections      int
	campaigns        func(at time.Time) []Campaign
	changes          func(at time.Time) []change
}

const rome = "Europe/Rome"

func TestNight(t *testing.T) {
	stories := nights()
	maps.Copy(stories, awkwardNights())
	for name, s := range stories {
		t.Run(name, func(t *testing.T) {
			zone, err := time.LoadLocation(s.zone)
			if err != nil {
				t.Fatal(err)
			}
			at := s.instant(t)
			w := &world{dice: newDice(2026), zone: zone}
			w.in = Input{StartsPerMinute: 60, Connections: s.connections, Channels: s.channels, Campaigns: s.campaigns(at)}
			if s.changes != nil {
				w.changes = s.changes(at)
			}
			simulate(t, w, at.Add(-s.before), at.Add(s.after))
		})
	}
}

func nights() map[string]story {
	return map[string]story{
		"an ordinary midnight in Rome": {
			date: "2026-12-01", zone: rome, before: 2 * time.Hour, after: 6 * time.Hour, channels: []Channel{web, app},
			campaigns: func(at time.Time) []Campaign { return []Campaign{band("born-1946-1950", at)} },
		},
		"two bands at one midnight": {
			date: "2026-12-01", zone: rome, before: 2 * time.Hour, after: 4 * time.Hour, channels: []Channel{web},
			campaigns: func(at time.Time) []Campaign {
				return []Campaign{band("born-1946-1950", at), band("born-1951-1955", at)}
			},
		},
		"openings two hours apart": {
			date: "2026-12-01", zone: rome, before: 2 * time.Hour, after: 7 * time.Hour, channels: []Channel{web},
			campaigns: func(at time.Time) []Campaign {
				return []Campaign{band("born-1946-1950", at), band("born-1951-1955", at.Add(2*time.Hour))}
			},
		},
		"the midnight that comes twice in Havana": {
			date: "2026-10-31", zone: "America/Havana", before: 2 * time.Hour, after: 4 * time.Hour, channels: []Channel{web},
			campaigns: func(at time.Time) []Campaign { return []Campaign{band("born-1946-1950", at)} },
		},
		"more people than the cap serves": {
			date: "2026-12-01", zone: rome, before: 2 * time.Hour, after: 5 * time.Hour, channels: []Channel{capped(web, 120), app},
			campaigns: func(at time.Time) []Campaign {
				return []Campaign{band("born-1946-1950", at), band("born-1951-1955", at.Add(time.Hour))}
			},
		},
		"a call centre and a channel that somebody else drives": {
			date: "2026-12-01", zone: rome, before: 2 * time.Hour, after: 8 * time.Hour, channels: []Channel{phone, partner},
			campaigns: func(at time.Time) []Campaign {
				c := band("born-1946-1950", at)
				c.Shares = map[string]int{"phone": 12, "partner": 88}
				c.Closes = at.Add(3 * time.Hour)
				return []Campaign{c}
			},
		},
		"an opening postponed an hour before": {
			date: "2026-12-01", zone: rome, before: 2 * time.Hour, after: 6 * time.Hour, channels: []Channel{web},
			campaigns: func(at time.Time) []Campaign { return []Campaign{band("born-1946-1950", at)} },
			changes:   postpone,
		},
		"an operator that is down during the ramp": {
			date: "2026-12-01", zone: rome, before: time.Hour, after: 30 * time.Minute, channels: []Channel{web, app},
			campaigns: func(at time.Time) []Campaign { return []Campaign{band("born-1946-1950", at)} },
			changes: func(at time.Time) []change {
				return []change{{at: at.Add(-20 * time.Minute), says: "its node is lost", down: 4 * time.Minute}}
			},
		},
		"bands that are announced too late and withdrawn": {
			date: "2026-12-01", zone: rome, before: 2 * time.Hour, after: 5 * time.Hour, channels: []Channel{web, app},
			campaigns: func(at time.Time) []Campaign { return []Campaign{band("born-1946-1950", at)} },
			changes:   announceAndWithdraw,
		},
	}
}

func capped(c Channel, most int) Channel {
	c.Max = most
	return c
}

// postpone moves the opening by two hours; the capacity stays at the old instant too.
func postpone(at time.Time) []change {
	moved := at.Add(-time.Hour)
	return []change{{at: moved, says: "born-1946-1950 is postponed by two hours", do: func(in *Input) {
		later := band("born-1946-1950", at.Add(2*time.Hour))
		later.Announced = moved
		in.Campaigns = append(in.Campaigns, later)
	}}}
}

func announceAndWithdraw(at time.Time) []change {
	announced := at.Add(-17 * time.Minute)
	return []change{
		{at: announced, says: "born-1951-1955 is announced for midnight", do: func(in *Input) {
			c := band("born-1951-1955", at)
			c.Announced = announced
			in.Campaigns = append(in.Campaigns, c)
		}},
		{at: at.Add(30 * time.Minute), says: "born-1951-1955 is withdrawn", do: func(in *Input) {
			in.Campaigns = slices.DeleteFunc(in.Campaigns, func(c Campaign) bool { return c.Name == "born-1951-1955" })
		}},
	}
}
