/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package declared_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
	"github.com/mezzanotte/mezzanotte/internal/supply"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func TestSupply(t *testing.T) {
	band := func(name string) *build.CampaignBuilder {
		return build.MakeCampaign(name).Expects(1000).Through("web", 100)
	}
	set := declared.Set{
		Platform: rome,
		Hubs: []v1alpha1.VaccinationHub{
			*build.MakeHub("fiera").Labelled("province", "rm").Serves(3, 10).
				With(func(h *v1alpha1.VaccinationHub) { h.Spec.ClosedOn = []v1alpha1.Date{"2026-12-25"} }).Obj(),
			*build.MakeHub("swabs").Labelled("province", "rm").Offers(v1alpha1.ServiceTest).Obj(),
		},
		Campaigns: []v1alpha1.Campaign{
			*band("over-80").AtHubs("province", "rm").Doses(2, 21, 42).Closes("2026-12-05", "24:00").Paused("too few doses").Obj(),
			*band("over-70").Obj(),
			*build.MakeCampaign("without a forecast").Obj(),
			*band("without an opening").Opens("2026-02-30", "24:00").Obj(),
			*band("with a selector that selects nothing").With(func(c *v1alpha1.Campaign) {
				c.Spec.HubSelector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "province", Operator: "Near"}}}
			}).Obj(),
			*band("with an opening that was announced").Opens("2026-02-30", "24:00").
				With(remembers(announced("2026-12-01T23:00:00Z", civil("2026-12-01", "Europe/Rome")))).Obj(),
		},
	}
	got, err := set.Supply()
	if err != nil {
		t.Fatal(err)
	}
	hours := []schedule.Hours{{Opens: "08:00", Closes: "24:00", Days: []time.Weekday{1, 2, 3, 4, 5, 6, 0}}}
	want := supply.Input{
		Zone: got.Zone,
		Hubs: []supply.Hub{
			{Name: "fiera", Hours: schedule.Hub{Stations: 3, MinutesPerAppointment: 10, Hours: hours, ClosedOn: map[string]bool{"2026-12-25": true}}},
			{Name: "swabs", Hours: schedule.Hub{Stations: 30, MinutesPerAppointment: 8, Hours: hours, ClosedOn: map[string]bool{}}},
		},
		Campaigns: []supply.Campaign{
			{Name: "over-80", Opens: midnight, Eligible: 1000, UptakePercent: 60, Doses: supply.Doses{Count: 2, MinDays: 21, MaxDays: 42}, Hubs: []string{"fiera"}},
			{Name: "over-70", Opens: midnight, Eligible: 1000, UptakePercent: 60, Doses: supply.Doses{Count: 1}, Hubs: []string{"fiera"}},
			{Name: "with an opening that was announced", Opens: midnight, Eligible: 1000, UptakePercent: 60, Doses: supply.Doses{Count: 1}, Hubs: []string{"fiera"}},
		},
	}
	if got.Zone.String() != "Europe/Rome" {
		t.Errorf("zone: got %s, want Europe/Rome", got.Zone)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *time.Location) bool { return a == b })); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	set.Platform = build.MakePlatform("lazio").Obj()
	set.Platform.Spec.TimeZone = "Europe/Roma"
	if _, err := set.Supply(); err == nil || !strings.HasPrefix(err.Error(), "spec.timeZone of BookingPlatform lazio: ") {
		t.Errorf("got %v, want what is wrong with the zone", err)
	}
}
