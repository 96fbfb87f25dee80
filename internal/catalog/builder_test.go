/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// lazio is a small catalog in which everything is set once.
func lazio() Catalog {
	closes := time.Date(2027, 2, 28, 23, 0, 0, 0, time.UTC)
	return Catalog{
		Revision: 7,
		Platform: "lazio",
		TimeZone: "Europe/Rome",

		CallCentrePlaces: &CallCentrePlaces{Percent: 10, ReleaseBeforeHours: 48},
		Hubs: []Hub{
			{
				Name: "fiera-di-roma", DisplayName: "Hub Fiera di Roma", HealthAuthority: "ASL Roma 3",
				Address:     "Via Portuense 1645, Roma",
				Coordinates: &Coordinates{Latitude: "41.8076", Longitude: "12.3270"},
				Services:    []string{"Test", "Vaccination"}, Stations: 30, MinutesPerAppointment: 8,
				OpeningHours: []Hours{
					{Days: []string{"Monday", "Tuesday"}, Opens: "08:00", Closes: "13:00"},
					{Days: []string{"Monday", "Tuesday"}, Opens: "14:00", Closes: "24:00"},
					{Days: []string{"Saturday", "Sunday"}, Opens: "10:00", Closes: "18:00"},
				},
				ClosedOn: []string{"2026-12-25", "2026-12-26"},
				Labels:   map[string]string{"province": "rm", "drive-in": "no"},
			},
			{
				Name: "rieti", DisplayName: "Hub «Rieti» <centro>", Address: "Via Flavio Sabino 27, Rieti",
				Services: []string{"Vaccination"}, Stations: 4, MinutesPerAppointment: 10,
				OpeningHours: []Hours{{Days: []string{"Friday"}, Opens: "08:00", Closes: "20:00"}},
			},
		},
		Campaigns: []Campaign{
			{
				Name: "born-1946-1950", Service: "Vaccination",
				AgeBand:      &AgeBand{BornFrom: "1946-01-01", BornTo: "1950-12-31"},
				OpensAt:      time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC),
				OpensAtLocal: "Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December",
				ClosesAt:     &closes,
				Doses:        Doses{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42},
				HubSelector: Selector{
					MatchLabels: map[string]string{"province": "rm"},
					MatchExpressions: []Requirement{
						{Key: "closing", Operator: DoesNotExist},
						{Key: "drive-in", Operator: In, Values: []string{"no", "yes"}},
					},
				},
				Paused: "Vaccines arrive on Thursday.",
			},
			{
				Name: "school-tests", Service: "Test",
				OpensAt: time.Date(2026, 9, 1, 6, 0, 0, 0, time.UTC), OpensAtLocal: "Tuesday 1 September 2026 at 08:00 CEST",
				Doses: Doses{Count: 1},
			},
		},
	}
}

// plain is lazio as the first operators wrote it, with no places kept for people
// who call.
func plain() Catalog {
	c := lazio()
	c.CallCentrePlaces = nil
	return c
}

// region is a catalog as large as a platform may have, of a region's usual
// names, addresses and hours.
func region(hubs, campaigns int) Catalog {
	c := Catalog{Revision: 1234, Platform: "lazio", TimeZone: "Europe/Rome"}
	week := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	for n := range hubs {
		c.Hubs = append(c.Hubs, Hub{
			Name:            fmt.Sprintf("asl-roma-%d-centro-vaccinale-%04d", 1+n%6, n),
			DisplayName:     fmt.Sprintf("Centro vaccinale Sant'Eugenio, padiglione %d", n),
			HealthAuthority: fmt.Sprintf("ASL Roma %d", 1+n%6),
			Address:         fmt.Sprintf("Viale dell'Umanesimo %d, 00144 Roma (RM)", 10+n),
			Coordinates:     &Coordinates{Latitude: "41.826" + strconv.Itoa(n%1000), Longitude: "12.465" + strconv.Itoa(n%1000)},
			Services:        []string{"Vaccination", "Test"},
			Stations:        4 + n%60, MinutesPerAppointment: 5 + n%10,
			OpeningHours: []Hours{
				{Days: week, Opens: "08:00", Closes: "20:00"},
				{Days: []string{"Sunday"}, Opens: "08:00", Closes: "14:00"},
			},
			ClosedOn: []string{"2026-12-25", "2026-12-26", "2027-01-01", "2027-01-06", "2027-04-05", "2027-08-15"},
			Labels:   map[string]string{"province": "rm", "asl": fmt.Sprintf("roma-%d", 1+n%6), "drive-in": "no"},
		})
	}
	for n := range campaigns {
		campaign := lazio().Campaigns[0]
		campaign.Name = fmt.Sprintf("born-1946-1950-province-%03d", n)
		campaign.Paused = ""
		c.Campaigns = append(c.Campaigns, campaign)
	}
	return c
}

// shuffled is c with every list whose order says nothing in another order,
// and the same instants in another zone.
func shuffled(c Catalog, random *rand.Rand) Catalog {
	c.Hubs = mix(c.Hubs, random)
	for i := range c.Hubs {
		h := &c.Hubs[i]
		h.Services, h.ClosedOn, h.OpeningHours = mix(h.Services, random), mix(h.ClosedOn, random), mix(h.OpeningHours, random)
		for j := range h.OpeningHours {
			h.OpeningHours[j].Days = mix(h.OpeningHours[j].Days, random)
		}
		if len(h.Labels) == 0 {
			h.Labels = map[string]string{}
		}
	}
	c.Campaigns = mix(c.Campaigns, random)
	for i := range c.Campaigns {
		campaign := &c.Campaigns[i]
		campaign.OpensAt = campaign.OpensAt.In(time.FixedZone("somewhere", random.IntN(40000)-20000))
		campaign.HubSelector.MatchExpressions = mix(campaign.HubSelector.MatchExpressions, random)
		for j := range campaign.HubSelector.MatchExpressions {
			r := &campaign.HubSelector.MatchExpressions[j]
			r.Values = mix(r.Values, random)
		}
	}
	return c
}

func mix[T any](in []T, random *rand.Rand) []T {
	out := append([]T{}, in...)
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
