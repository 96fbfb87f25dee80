/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package hub

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestStatus: what the API server would refuse, but an older one let in.
func TestStatus(t *testing.T) {
	now := at("2026-11-30T09:00:00Z")
	rome := build.MakePlatform("lazio").Obj()
	for name, test := range map[string]struct {
		hub      *v1alpha1.VaccinationHub
		platform *v1alpha1.BookingPlatform
		want     string
	}{
		"no platform":          {build.MakeHub("fiera").Obj(), nil, "PlatformNotFound there is no BookingPlatform lazio"},
		"no zone":              {build.MakeHub("fiera").Obj(), build.MakePlatform("lazio").Zone("Europe/Roma").Obj(), "InvalidSpec spec.timeZone of BookingPlatform lazio"},
		"closes before opens":  {build.MakeHub("fiera").With(func(h *v1alpha1.VaccinationHub) { h.Spec.OpeningHours[0].Closes = "07:00" }).Obj(), rome, "InvalidSpec spec.openingHours on 2026-11-30: hours 08:00 to 07:00"},
		"as it should be":      {build.MakeHub("fiera").Obj(), rome, "Succeeded appointments are counted by the calendar of Europe/Rome"},
		"no stations":          {build.MakeHub("fiera").Serves(0, 8).Obj(), rome, "InvalidSpec spec.openingHours on 2026-11-30: 0 stations"},
		"closed every weekday": {build.MakeHub("fiera").With(func(h *v1alpha1.VaccinationHub) { h.Spec.OpeningHours[0].Days = nil }).Obj(), rome, "Succeeded appointments"},
	} {
		t.Run(name, func(t *testing.T) {
			seen := observed{test.hub, test.platform}
			got := status(seen, decide(seen, now), now)
			ready := meta.FindStatusCondition(got.Conditions, "Ready")
			if text := ready.Reason + " " + ready.Message; !strings.HasPrefix(text, test.want) {
				t.Errorf("got %q, want %q…", text, test.want)
			}
			if ok := ready.Reason == v1alpha1.ReasonSucceeded; ok != (len(got.AppointmentsPerDay) == 7) {
				t.Errorf("days: got %v with %s", got.AppointmentsPerDay, ready.Reason)
			}
		})
	}
}
