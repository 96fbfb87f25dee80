/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package hub

import (
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

const (
	daysListed  = 7
	daysCounted = 30
)

// status of a hub on the day that now is in its platform's zone. platform is
// nil if there is none.
func status(hub *v1alpha1.VaccinationHub, platform *v1alpha1.BookingPlatform, now time.Time) v1alpha1.VaccinationHubStatus {
	out := *hub.Status.DeepCopy()
	out.ObservedGeneration = hub.Generation
	conditions := condition.Writer{Conditions: &out.Conditions, Generation: hub.Generation, Now: now}
	if platform == nil {
		name := hub.Spec.PlatformRef.Name
		out.AppointmentsPerDay, out.AppointmentsNext30Days = nil, nil
		conditions.Reconciling(v1alpha1.ReasonPlatformNotFound, fmt.Sprintf(
			"there is no BookingPlatform %s: create BookingPlatform %s in namespace %s, or correct spec.platformRef.name",
			name, name, hub.Namespace))
		return out
	}
	days, total, err := count(hub, platform, now)
	if err != nil {
		out.AppointmentsPerDay, out.AppointmentsNext30Days = nil, nil
		conditions.Stalled(v1alpha1.ReasonInvalidSpec, err.Error())
		return out
	}
	out.AppointmentsPerDay, out.AppointmentsNext30Days = days, &total
	conditions.Ready(v1alpha1.ReasonSucceeded, fmt.Sprintf("appointments are counted by the calendar of %s", platform.Spec.TimeZone))
	return out
}

// count is the appointments of the next days, today first, and their sum over
// some more.
func count(hub *v1alpha1.VaccinationHub, platform *v1alpha1.BookingPlatform, now time.Time) ([]v1alpha1.DayAppointments, int64, error) {
	zone, err := opening.Zone(string(platform.Spec.TimeZone))
	if err != nil {
		return nil, 0, fmt.Errorf("spec.timeZone of BookingPlatform %s: %w", platform.Name, err)
	}
	year, month, day := now.In(zone).Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC) // a day of the calendar, not an instant
	hours := declared.Hours(hub)
	var listed []v1alpha1.DayAppointments
	var total int64
	for i := range daysCounted {
		date := today.AddDate(0, 0, i).Format(time.DateOnly)
		n, err := hours.Appointments(date, zone)
		if err != nil {
			return nil, 0, fmt.Errorf("spec.openingHours on %s: %w", date, err)
		}
		total += n
		if i < daysListed {
			listed = append(listed, v1alpha1.DayAppointments{Date: v1alpha1.Date(date), Appointments: &n})
		}
	}
	return listed, total, nil
}

// nextDay is the next midnight in the platform's zone, or the zero time if
// nothing depends on it.
func nextDay(platform *v1alpha1.BookingPlatform, now time.Time) time.Time {
	if platform == nil {
		return time.Time{}
	}
	zone, err := opening.Zone(string(platform.Spec.TimeZone))
	if err != nil {
		return time.Time{}
	}
	today := now.In(zone).Format(time.DateOnly)
	midnight, err := opening.Civil{Date: today, Time: "24:00", Zone: zone.String()}.Instant()
	if err != nil || !midnight.After(now) { // clocks that go back over midnight show the old day once more
		return time.Time{}
	}
	return midnight
}
