/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package declared

import (
	"fmt"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/supply"
)

// Supply returns the input for a forecast of the hubs' appointments. It leaves out
// campaigns without a forecast, without an opening in force, or with an invalid
// selector: nobody is expected of them. It fails if the platform's zone or a hub's
// hours are invalid.
func (s Set) Supply() (supply.Input, error) {
	zone, err := opening.Zone(string(s.Platform.Spec.TimeZone))
	if err != nil {
		return supply.Input{}, fmt.Errorf("spec.timeZone of BookingPlatform %s: %w", s.Platform.Name, err)
	}
	in := supply.Input{Zone: zone}
	for i := range s.Hubs {
		hours, err := Hours(&s.Hubs[i])
		if err != nil {
			return supply.Input{}, fmt.Errorf("spec of VaccinationHub %s: %w", s.Hubs[i].Name, err)
		}
		in.Hubs = append(in.Hubs, supply.Hub{Name: s.Hubs[i].Name, Hours: hours})
	}
	for i := range s.Campaigns {
		c := &s.Campaigns[i]
		resolved, err := InForce(c, s.Platform)
		if err != nil || c.Spec.Forecast.EligiblePeople == 0 {
			continue
		}
		hubs, err := s.HubsFor(c)
		if err != nil {
			continue
		}
		in.Campaigns = append(in.Campaigns, supply.Campaign{
			Name: c.Name, Opens: resolved.OpensAt,
			Eligible: c.Spec.Forecast.EligiblePeople, UptakePercent: int(c.Spec.Forecast.UptakePercent),
			Doses: doses(c.Spec.Doses), Hubs: hubs,
		})
	}
	return in, nil
}

// doses of one booking; one, if none are declared.
func doses(d v1alpha1.Doses) supply.Doses {
	if d.Count == 0 {
		return supply.Doses{Count: 1}
	}
	return supply.Doses{Count: int(d.Count), MinDays: int(d.MinIntervalDays), MaxDays: int(d.MaxIntervalDays)}
}
