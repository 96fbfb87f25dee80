/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package hours converts a hub of the catalog for package schedule, which makes slots of
// its hours. A hub and the instant of a slot's start identify the slot: no two slots of a
// hub start at the same instant, even when clocks change.
package hours

import (
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

// ForHub returns a hub with its hours.
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
				return schedule.Hub{}, fmt.Errorf("hub %s: openingHours: %q is not a day: write Monday to Sunday", h.Name, name)
			}
			days = append(days, day)
		}
		out.Hours = append(out.Hours, schedule.Hours{Days: days, Opens: listed.Opens, Closes: listed.Closes})
	}
	return out, nil
}
