/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// giulia is made up: her code is right and nobody's. She was born on 1983-12-01.
const giulia = "CNTCHR83T41D969D"

var week = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// makeCatalog has two hubs and a campaign of two doses that opens at an instant, and
// whatever campaigns a test adds. The hubs are closed today: an appointment that begins
// while a test runs could no longer be moved.
func makeCatalog(t testing.TB, opens time.Time, more ...catalog.Campaign) catalog.Catalog {
	t.Helper()
	c := catalog.Catalog{Revision: 1, Platform: "lazio", TimeZone: "Europe/Rome", Campaigns: []catalog.Campaign{
		makeCampaign(t, "born-1980-1985", "1980-01-01", "1985-12-31", opens),
	}}
	c.Campaigns = append(c.Campaigns, more...)
	today := civil.On(time.Now(), must(opening.Zone("Europe/Rome"))(t)).String()
	for _, h := range []struct{ name, title, address, north, east string }{
		{"fiera-di-roma", "Hub Fiera di Roma", "Via Portuense 1645, Roma", "41.8076", "12.3270"},
		{"rieti", "Hub Città di Rieti", "Via Flavio Sabino 27, Rieti", "42.4045", "12.8567"},
	} {
		c.Hubs = append(c.Hubs, catalog.Hub{
			Name: h.name, DisplayName: h.title, Address: h.address, HealthAuthority: "ASL " + h.title[len("Hub "):],
			Coordinates: &catalog.Coordinates{Latitude: h.north, Longitude: h.east}, Services: []string{"Vaccination"},
			Stations: 20, MinutesPerAppointment: 10, OpeningHours: []catalog.Hours{{Days: week, Opens: "08:00", Closes: "24:00"}},
			ClosedOn: []string{today},
		})
	}
	return c
}

func makeCampaign(t testing.TB, name, from, to string, opens time.Time) catalog.Campaign {
	t.Helper()
	opens = opens.UTC().Truncate(time.Second)
	return catalog.Campaign{
		Name: name, Service: "Vaccination", AgeBand: &catalog.AgeBand{BornFrom: from, BornTo: to}, OpensAt: opens,
		OpensAtLocal: opening.Words(opens, must(opening.Zone("Europe/Rome"))(t)),
		Doses:        catalog.Doses{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42},
	}
}

// atMidnight is the catalog in force at a time before an opening at midnight, with
// a campaign that is paused and one that has closed.
func atMidnight(t testing.TB, before time.Duration) fixed {
	t.Helper()
	midnight := time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	stopped := makeCampaign(t, "born-1946-1950", "1946-01-01", "1950-12-31", midnight.AddDate(0, -2, 0))
	stopped.Paused = "Il lotto di vaccini arriva giovedì."
	ended := makeCampaign(t, "born-1936-1940", "1936-01-01", "1940-12-31", midnight.AddDate(0, -2, 0))
	closes := midnight.AddDate(0, -1, 0)
	ended.ClosesAt = &closes
	next := makeCampaign(t, "born-1986-1990", "1986-01-01", "1990-12-31", midnight.AddDate(0, 0, 7))
	in := must(binding.NewSnapshot(makeCatalog(t, midnight, stopped, ended, next)))(t)
	return fixed{in, midnight.Add(-before)}
}
