/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

var everyDay = []time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err) // a mistake in the test
	}
	return t
}

// hub that serves one person an hour at each station, from 08:00 to 18:00 every
// day: ten a day.
func hub(name string, stations int) Hub {
	return Hub{Name: name, Hours: schedule.Hub{
		Stations: stations, MinutesPerAppointment: 60, ClosedOn: map[string]bool{},
		Hours: []schedule.Hours{{Days: everyDay, Opens: "08:00", Closes: "18:00"}},
	}}
}

// band has a number of people, all of whom come, and opens in Rome at the midnight
// which ends 1 December 2026.
func band(name string, people int64, hubs ...string) Campaign {
	return Campaign{Name: name, Opens: at("2026-12-01T23:00:00Z"), Eligible: people, UptakePercent: 100, Doses: Doses{Count: 1}, Hubs: hubs}
}

func (c Campaign) opens(text string) Campaign {
	c.Opens = at(text)
	return c
}

func (c Campaign) twice(minDays, maxDays int) Campaign {
	c.Doses = Doses{2, minDays, maxDays}
	return c
}

func judge(t testing.TB, in Input, campaign string) Verdict {
	t.Helper()
	v, err := in.Judge(campaign)
	if err != nil {
		t.Fatalf("judge %s: %v", campaign, err)
	}
	return v
}

// anyInput is a small platform on which campaigns are likely to be short. There
// is one pool if together, and otherwise each campaign has hubs of its own.
func anyInput(random *rand.Rand, loc *time.Location, together bool) Input {
	in := Input{Zone: loc}
	names := []string{"fiera", "latina", "nuvola", "rieti"}[:1+random.IntN(4)]
	for _, name := range names {
		h := hub(name, 1+random.IntN(3))
		h.Hours.MinutesPerAppointment = 30 + random.IntN(400)
		h.Hours.Hours[0].Days = everyDay[:2+random.IntN(6)]
		for range random.IntN(8) {
			h.Hours.ClosedOn[time.Date(2026, 12, 1+random.IntN(60), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)] = true
		}
		if random.IntN(4) > 0 { // for good, some day
			for day := 1 + random.IntN(50); day < 400; day++ {
				h.Hours.ClosedOn[time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)] = true
			}
		}
		in.Hubs = append(in.Hubs, h)
	}
	for i := range 1 + random.IntN(5) {
		c := Campaign{
			Name:  string(rune('a' + i)),
			Opens: at("2026-12-01T23:00:00Z").Add(time.Duration(random.IntN(30*24)) * 20 * time.Minute),
			Doses: Doses{Count: 1 + random.IntN(4), MinDays: 1 + random.IntN(9)}, UptakePercent: 1 + random.IntN(100),
			Eligible: int64(random.IntN(300)),
		}
		c.Doses.MaxDays = c.Doses.MinDays + random.IntN(9)
		for _, name := range names {
			if together || random.IntN(2) == 0 {
				c.Hubs = append(c.Hubs, name)
			}
		}
		in.Campaigns = append(in.Campaigns, c)
	}
	return in
}
