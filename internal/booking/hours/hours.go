/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package hours reads a hub's hours from the catalog, as package schedule makes
// slots of them. A slot is known by its hub and the instant at which it starts: no
// two slots of a hub start at the same one, whatever clocks do.
package hours

import (
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

// Of returns the hours of a hub.
func ForHub(h catalog.Hub) (schedule.Hub, error) {
	out := schedule.Hub{Stations: h.Stations, MinutesPerAppointment: h.MinutesPerAppointment, ClosedOn: map[string]bool{}}
	for _, date := range h.ClosedOn {
		out.ClosedOn[date] = true
	}
	for _, listed := range h.OpeningHours {
		days := make([]time.Weekday, 0, len(listed.Days))
		for _, name := range listed.Days {
			day, ok := schedule.Weekday(name)
			if !ok {
				return schedule.Hub{}, fmt.Errorf("hub %s: openingHours: %q is no day: write Monday to Sunday", h.Name, name)
			}
			days = append(days, day)
		}
		out.Hours = append(out.Hours, schedule.Hours{Days: days, Opens: listed.Opens, Closes: listed.Closes})
	}
	return out, nil
}
