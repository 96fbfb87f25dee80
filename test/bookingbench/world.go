/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Hubs are open from 08:00 to 22:00 for 30 days, with an appointment every ten
// minutes: 40 hubs have 100,800 slots.
const (
	spreadHubs = 40
	days       = 30
	slotsADay  = 14 * 6
	opens      = 8 * time.Hour
	stations   = 20
	// apart is how long after the first dose the second one is, where we choose.
	apart = 15 * 24 * time.Hour
	// crowdDays have the 1,008 first slots of a hub: the search looks no farther.
	crowdDays = 12
)

// Beside them there is one hub that most people want, at 40 instants, and in each
// round another one that everybody wants.
const hall = "hall"

func wanted(round int) string { return fmt.Sprintf("wanted-%02d", round) }

// world is one campaign and its hubs.
type world struct {
	catalog  catalog.Catalog
	spread   []string         // hubs
	ids      map[string]int32 // of all hubs
	midnight time.Time        // at the end of today
	// How a sealed identity and a contact are written in SQL.
	sealed, contact string
}

func newWorld(now time.Time, rounds int) world {
	w := world{ids: map[string]int32{}, midnight: civil.On(now, time.UTC).Add(1).Midnight()}
	w.catalog = catalog.Catalog{
		Revision: 1, Platform: "bench", TimeZone: "UTC",
		Campaigns: []catalog.Campaign{{
			Name: "over-80", Service: "Vaccination", OpensAt: now.Add(-time.Hour).Truncate(time.Second), OpensAtLocal: "an hour ago",
			Doses: catalog.Doses{Count: 2, MinIntervalDays: 15, MaxIntervalDays: 30},
		}},
	}
	for i := range spreadHubs {
		name := fmt.Sprintf("hub-%02d", i)
		w.spread = append(w.spread, name)
		w.add(name, stations)
	}
	w.add(hall, 100_000)
	for i := range rounds {
		w.add(wanted(i+1), stations)
	}
	return w
}

func (w *world) add(name string, stations int) {
	w.catalog.Hubs = append(w.catalog.Hubs, catalog.Hub{
		Name: name, DisplayName: name, Address: "Via Portuense 1645, Roma", Services: []string{"Vaccination"},
		Stations: stations, MinutesPerAppointment: 10,
		OpeningHours: []catalog.Hours{{
			Days:  []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
			Opens: "08:00", Closes: "22:00",
		}},
	})
}

// places are both doses at a hub, the first one so long after midnight.
func (w *world) places(hub string, first time.Duration) []booking.Place {
	at := w.midnight.Add(first)
	return []booking.Place{{Hub: hub, StartsAt: at}, {Hub: hub, StartsAt: at.Add(apart)}}
}

// slot picks one of the slots of the first days.
func slot(random *rand.Rand, days, slots int) time.Duration {
	return time.Duration(random.IntN(days))*24*time.Hour + opens + time.Duration(random.IntN(slots))*10*time.Minute
}

// anywhere is uniform over all hubs and slots: the first half of the days is for first
// doses, the second half for second ones.
func (w *world) anywhere(random *rand.Rand) []booking.Place {
	return w.places(w.spread[random.IntN(spreadHubs)], slot(random, days/2, slotsADay))
}

// mostly is 90 % on 40 slots of the hall, 20 for each dose; the rest is anywhere.
func (w *world) mostly(random *rand.Rand) []booking.Place {
	if random.IntN(10) == 0 {
		return w.anywhere(random)
	}
	return []booking.Place{
		{Hub: hall, StartsAt: w.midnight.Add(slot(random, 1, 20))},
		{Hub: hall, StartsAt: w.midnight.Add(slot(random, 1, 20) + apart)},
	}
}

// The same for pgbench. Hubs were numbered in the order of their names.
func (w *world) anywhereScript() string {
	return fmt.Sprintf(`\set hub random(%d, %d)
\set first %d + 86400 * random(0, %d) + 600 * random(0, %d)
\set second :first + %d
`, w.ids[w.spread[0]], w.ids[w.spread[spreadHubs-1]], w.opens(), days/2-1, slotsADay-1, int(apart.Seconds()))
}

func (w *world) mostlyScript() string {
	return w.anywhereScript() + fmt.Sprintf(`\if random(1, 10) > 1
\set hub %d
\set first %d + 600 * random(0, 19)
\set second %d + 600 * random(0, 19)
\endif
`, w.ids[hall], w.opens(), w.opens()+int64(apart.Seconds()))
}

// crowdScript is everybody at one hub, in those of its slots that the search offers.
func (w *world) crowdScript() string {
	return fmt.Sprintf(`\set hub %d
\set first %d + 86400 * random(0, %d) + 600 * random(0, %d)
\set second :first + %d
`, w.ids[wanted(1)], w.opens(), crowdDays-1, slotsADay-1, int(apart.Seconds()))
}

// opens is when hubs open tomorrow, in seconds since 1970.
func (w *world) opens() int64 { return w.midnight.Add(opens).Unix() }
