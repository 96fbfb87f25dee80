/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func TestSupply(t *testing.T) {
	n := newNight(t, "2026-11-20T09:00:00Z")
	hub := build.MakeHub("fiera").Serves(30, 8).Labelled("province", "rm") // 3,600 a day
	n.create(build.MakePlatform("lazio").Obj(), build.MakeChannel("web").Obj(),
		over80().AtHubs("province", "rm").Doses(2, 21, 42).Closes("2027-01-31", "24:00").Obj())
	for _, step := range []struct {
		name    string
		comes   func()
		want    string
		message string
		supply  v1alpha1.SupplyStatus
	}{
		{"no hub", func() {}, "SupplySufficient=Unknown HubNotFound",
			"no VaccinationHub of BookingPlatform lazio offers Vaccination and matches spec.hubSelector (province=rm): create or label one that does, or correct spec.hubSelector",
			v1alpha1.SupplyStatus{}},
		{"a hub", func() { n.create(hub.Obj()) }, "SupplySufficient=True SupplyCovers",
			"60,000 people × 60 % × 2 doses need 72,000 appointments; the campaign's hubs offer enough: served by 1 January 2027. A forecast: the places left are the store's to say",
			v1alpha1.SupplyStatus{ExpectedDoses: 72_000, ServedDoses: doses(72_000), ServedBy: "2027-01-01"}},
		{"an earlier campaign there", func() {
			n.create(build.MakeCampaign("over-90").Opens("2026-11-30", "24:00").AtHubs("province", "rm").Expects(2_500_000).Through("web", 100).Obj())
		}, "SupplySufficient=False SupplyShort",
			"60,000 people × 60 % × 2 doses need 72,000 appointments; the campaign's hubs offer 0 of them within a year of the opening after what earlier campaigns are expected to take, so that 36,000 people find no appointment. " +
				"Enough would be 8 more stations at fiera, which has 30. A forecast: the places left are the store's to say",
			v1alpha1.SupplyStatus{ExpectedDoses: 72_000, ServedDoses: doses(0)}},
		{"no forecast", func() { n.change(func(c *v1alpha1.Campaign) { c.Spec.Forecast = v1alpha1.Forecast{} }) }, "SupplySufficient=Unknown NoForecast",
			"without spec.forecast nobody knows how many appointments are needed", v1alpha1.SupplyStatus{}},
	} {
		step.comes()
		c := n.reconcile()
		wantConditions(t, c, step.want)
		if got := conditionOf(c, v1alpha1.ConditionSupplySufficient).Message; got != step.message {
			t.Errorf("%s: got  %s\nwant %s", step.name, got, step.message)
		}
		if diff := cmp.Diff(step.supply, c.Status.Supply); diff != "" {
			t.Errorf("%s: want (-), got (+):\n%s", step.name, diff)
		}
	}
}

func doses(n int64) *int64 { return &n }

// TestSupplyIsNoPartOfReady: what is short does not stall the campaign, and the
// clock alone changes nothing.
func TestSupplyIsNoPartOfReady(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Doses(2, 365, 400).Closes("2026-12-02", "24:00").Obj()) // no second dose within a year
	c := n.reconcile()
	wantConditions(t, c, "SupplySufficient=False SupplyShort", "Ready=True Succeeded", "Stalled=False Succeeded")
	before := conditionOf(c, v1alpha1.ConditionSupplySufficient)
	for _, later := range []string{"2026-12-01T22:59:59Z", "2026-12-01T23:00:00Z", "2026-12-02T12:00:00Z", "2026-12-02T23:00:00Z", "2027-06-01T00:00:00Z"} {
		n.until(at(later))
		if diff := cmp.Diff(before, conditionOf(n.reconcile(), v1alpha1.ConditionSupplySufficient)); diff != "" {
			t.Errorf("at %s: %s", later, diff)
		}
	}
}

func TestSupplyOfWrongSpecs(t *testing.T) {
	for name, test := range map[string]struct {
		wrong   func(*v1alpha1.Campaign)
		message string
	}{
		"closes before it opens, across zones": {func(c *v1alpha1.Campaign) {
			c.Spec.Opening = v1alpha1.CivilTime{Date: "2026-12-03", Time: "24:00"}
			c.Spec.Closing = v1alpha1.CivilTime{Date: "2026-12-04", Time: "00:30", TimeZone: "Asia/Tokyo"}
		}, "without an opening nothing can be forecast"},
		"no label has such a value": {func(c *v1alpha1.Campaign) {
			c.Spec.HubSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"province": "Roma e Lazio"}}
		}, "spec.hubSelector: "},
	} {
		t.Run(name, func(t *testing.T) {
			n := rome(t, "2026-11-20T09:00:00Z")
			n.create(over80().With(test.wrong).Obj())
			c := n.reconcile()
			wantConditions(t, c, "SupplySufficient=Unknown InvalidSpec", "Launching=False NoLaunch")
			if got := conditionOf(c, v1alpha1.ConditionSupplySufficient).Message; !strings.HasPrefix(got, test.message) {
				t.Errorf("message: got %q, want %q…", got, test.message)
			}
		})
	}
}

// TestLaunching: the condition that config/protection reads, and that somebody
// looks when it is to change.
func TestLaunching(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj(), build.MakeCampaign("over-90").Opens("2026-11-30", "24:00").Expects(60_000).Through("web", 100).Obj())
	ramp := web(t, n.reconcile()).RampStartsAt.Time
	for _, step := range []struct {
		now  time.Time
		want string
	}{
		{at("2026-12-01T12:00:00Z"), "Launching=False NoLaunch"}, // over-90 is, this one not
		{ramp.Add(-time.Second), "Launching=False NoLaunch"},
		{ramp, "Launching=True InLaunch"},
		{opens, "Launching=True InLaunch"},
		{opens.Add(24*time.Hour - time.Second), "Launching=True InLaunch"},
		{opens.Add(24 * time.Hour), "Launching=False NoLaunch"},
	} {
		n.until(step.now)
		c := n.reconcile()
		wantConditions(t, c, step.want)
		got := conditionOf(c, v1alpha1.ConditionLaunching)
		if want := "Campaign over-80 is being launched until 2026-12-03 00:00:00 CET"; got.Status == "True" && got.Message != want {
			t.Errorf("message: got %q, want %q", got.Message, want)
		}
	}
	for _, almost := range []time.Time{ramp, opens.Add(24 * time.Hour)} {
		n.until(almost.Add(-5 * time.Second))
		result, err := n.reconciler.Reconcile(t.Context(), n.request(name))
		if err != nil || result.RequeueAfter > 5*time.Second {
			t.Errorf("5 s before %s: looks again in %s (%v)", almost, result.RequeueAfter, err)
		}
	}
}

// TestLaunchingAtTheOldInstant: people who did not hear of it will come.
func TestLaunchingAtTheOldInstant(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	n.reconcile()
	n.until(opens.Add(-time.Hour))
	n.change(func(c *v1alpha1.Campaign) { c.Spec.Opening.Date = "2026-12-08" })
	n.reconcile()
	n.until(opens)
	wantConditions(t, n.reconcile(), "Launching=True InLaunch", "Open=False NotYetOpen")
}

// TestLaunchingWithoutPlatform: what the platform's end left behind can be deleted.
func TestLaunchingWithoutPlatform(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	n.until(opens)
	wantConditions(t, n.reconcile(), "Launching=True InLaunch")
	platform := &v1alpha1.BookingPlatform{}
	if err := n.api.Get(t.Context(), client.ObjectKey{Namespace: n.namespace, Name: "lazio"}, platform); err != nil {
		t.Fatal(err)
	}
	n.remove(platform)
	wantConditions(t, n.reconcile(), "Launching=Unknown PlatformNotFound", "SupplySufficient=Unknown PlatformNotFound")
}
