/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package hub

import (
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

const (
	daysListed  = 7
	daysCounted = 30
)

// wanted holds what follows for one hub at one instant.
type wanted struct {
	// days to come, today first, and the appointments of some more.
	days  []v1alpha1.DayAppointments
	total int64
	// invalid is the error that only a person can correct.
	invalid error
	// next is when the days change: the next midnight in the platform's zone.
	next time.Time
}

// decide counts a hub's appointments from the day that now is in its platform's zone.
func decide(seen observed, now time.Time) (out wanted) {
	if seen.platform == nil {
		return out
	}
	zone, err := opening.Zone(string(seen.platform.Spec.TimeZone))
	if err != nil {
		out.invalid = fmt.Errorf("spec.timeZone of BookingPlatform %s: %w", seen.platform.Name, err)
		return out
	}
	out.next = nextDay(zone, now)
	year, month, day := now.In(zone).Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC) // a day of the calendar, not an instant
	hours, err := declared.Hours(seen.hub)
	if err != nil {
		out.invalid = fmt.Errorf("spec: %w", err)
		return out
	}
	for i := range daysCounted {
		date := today.AddDate(0, 0, i).Format(time.DateOnly)
		n, err := hours.Appointments(date, zone)
		if err != nil {
			out.invalid = fmt.Errorf("spec.openingHours on %s: %w", date, err)
			return out
		}
		out.total += n
		if i < daysListed {
			out.days = append(out.days, v1alpha1.DayAppointments{Date: date, Appointments: &n})
		}
	}
	return out
}

// nextDay returns the next midnight in a zone, or the zero time if clocks go back over it.
func nextDay(zone *time.Location, now time.Time) time.Time {
	today := now.In(zone).Format(time.DateOnly)
	midnight, err := opening.Civil{Date: today, Time: "24:00", Zone: zone.String()}.Instant()
	if err != nil || !midnight.After(now) { // the old day is shown once more
		return time.Time{}
	}
	return midnight
}
