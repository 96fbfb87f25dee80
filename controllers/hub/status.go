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
)

// status returns a hub's status.
func status(seen observed, wanted wanted, now time.Time) v1alpha1.VaccinationHubStatus {
	hub := seen.hub
	out := *hub.Status.DeepCopy()
	out.ObservedGeneration = hub.Generation
	out.AppointmentsPerDay, out.AppointmentsNext30Days = nil, nil
	conditions := condition.Writer{Conditions: &out.Conditions, Generation: hub.Generation, Now: now}
	switch {
	case seen.platform == nil:
		conditions.Reconciling(v1alpha1.ReasonPlatformNotFound, condition.PlatformNotFound(hub.Spec.PlatformRef.Name, hub.Namespace))
	case wanted.invalid != nil:
		conditions.Stalled(v1alpha1.ReasonInvalidSpec, wanted.invalid.Error())
	default:
		out.AppointmentsPerDay, out.AppointmentsNext30Days = wanted.days, &wanted.total
		conditions.Ready(v1alpha1.ReasonSucceeded, fmt.Sprintf("appointments are counted by the calendar of %s", seen.platform.Spec.TimeZone))
	}
	return out
}
