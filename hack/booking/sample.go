/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

const (
	timeZone = "Europe/Rome"
	service  = "Vaccination"
)

// band is a group of the sample's people, and one of them. The place of birth in their
// codes does not exist, so the codes belong to nobody.
type band struct {
	campaign     string
	from, to     string
	person, code string
	born         string
}

var bands = struct{ opened, opens, nextWeek band }{
	opened:   band{"born-1936-1940", "1936-01-01", "1940-12-31", "Ada", "XXXADA38C49Z000W", "1938-03-09"},
	opens:    band{"born-1946-1950", "1946-01-01", "1950-12-31", "Ugo", "XXXUGO48E21Z000V", "1948-05-21"},
	nextWeek: band{"born-1951-1955", "1951-01-01", "1955-12-31", "Eva", "XXXEVA53R44Z000V", "1953-10-04"},
}

// identifier returns the tax code of the band's person.
func (b band) identifier() (identifier.Identifier, error) { return identifier.Parse(b.code) }

// sample returns a catalog: one band opens at an instant, another has opened the day
// before, and a third opens at a midnight a week later.
func sample(opens time.Time) (catalog.Catalog, error) {
	zone, err := opening.Zone(timeZone)
	if err != nil {
		return catalog.Catalog{}, err
	}
	opens = opens.UTC().Truncate(time.Second)
	midnight, err := opening.Civil{Date: civil.On(opens, zone).Add(7).String(), Time: "24:00", Zone: timeZone}.Instant()
	if err != nil {
		return catalog.Catalog{}, err
	}
	c := catalog.Catalog{
		Revision: 1, Platform: "lazio", TimeZone: timeZone, Hubs: hubs,
		CallCentrePlaces: &catalog.CallCentrePlaces{Percent: 10, ReleaseBeforeHours: 48},
	}
	for _, each := range []struct {
		band
		at time.Time
	}{{bands.opened, opens.Add(-24 * time.Hour)}, {bands.opens, opens}, {bands.nextWeek, midnight.UTC()}} {
		c.Campaigns = append(c.Campaigns, catalog.Campaign{
			Name: each.campaign, Service: service,
			AgeBand: &catalog.AgeBand{BornFrom: each.from, BornTo: each.to},
			OpensAt: each.at, OpensAtLocal: opening.Words(each.at, zone),
			Doses: catalog.Doses{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42},
		})
	}
	return c, nil
}

var hubs = []catalog.Hub{
	{
		Name: "fiera-di-roma", DisplayName: "Hub Fiera di Roma", HealthAuthority: "ASL Roma 3",
		Address: "Via Portuense 1645, Roma", Coordinates: &catalog.Coordinates{Latitude: "41.8076", Longitude: "12.3270"},
		Services: []string{service, "Test"}, Stations: 40, MinutesPerAppointment: 8,
		OpeningHours: []catalog.Hours{{Days: week, Opens: "08:00", Closes: "24:00"}},
		Labels:       map[string]string{"province": "rm"},
	},
	{
		Name: "termini", DisplayName: "Hub Stazione Termini", HealthAuthority: "ASL Roma 1",
		Address: "Piazza dei Cinquecento, Roma", Coordinates: &catalog.Coordinates{Latitude: "41.9009", Longitude: "12.5019"},
		Services: []string{service, "Test"}, Stations: 30, MinutesPerAppointment: 8,
		OpeningHours: []catalog.Hours{{Days: week, Opens: "08:00", Closes: "20:00"}},
		Labels:       map[string]string{"province": "rm"},
	},
	{
		Name: "rieti", DisplayName: "Hub Rieti", HealthAuthority: "ASL Rieti",
		Address: "Via Flavio Sabino 27, Rieti", Coordinates: &catalog.Coordinates{Latitude: "42.4041", Longitude: "12.8624"},
		Services: []string{service}, Stations: 4, MinutesPerAppointment: 10,
		OpeningHours: []catalog.Hours{{Days: week[:6], Opens: "08:00", Closes: "20:00"}},
		Labels:       map[string]string{"province": "ri"},
	},
}

var week = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
