/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func TestMissingReferencesHeal(t *testing.T) {
	n := newNight(t, "2026-11-20T09:00:00Z")
	n.create(over80().AtHubs("province", "rm").Obj())
	for _, step := range []struct {
		name    string
		comes   func()
		want    []string
		message string
	}{
		{"nothing", func() {}, []string{"Reconciling=True PlatformNotFound", "Ready=False PlatformNotFound", "Stalled=False PlatformNotFound", "Scheduled=Unknown PlatformNotFound"},
			"there is no BookingPlatform lazio: create BookingPlatform lazio in namespace "},
		{"a platform", func() { n.create(build.MakePlatform("lazio").Obj()) },
			[]string{"Reconciling=True ChannelNotFound", "Ready=False ChannelNotFound", "Scheduled=True Scheduled", "Feasible=Unknown ChannelNotFound", "Prescaled=False Waiting"},
			"there is no BookingChannel web on BookingPlatform lazio: create it"},
		{"a channel", func() { n.create(build.MakeChannel("web").Obj()) },
			[]string{"Reconciling=True HubNotFound", "Ready=False HubNotFound", "Feasible=True Fits"},
			"no VaccinationHub of BookingPlatform lazio offers Vaccination and matches spec.hubSelector (province=rm): create or label one"},
		{"a hub elsewhere", func() { n.create(build.MakeHub("latina").Labelled("province", "lt").Obj()) },
			[]string{"Reconciling=True HubNotFound"}, "no VaccinationHub"},
		{"a hub", func() { n.create(build.MakeHub("fiera").Labelled("province", "rm").Obj()) },
			[]string{"Reconciling=False Succeeded", "Ready=True Succeeded"}, "accepted, planned and feasible"},
	} {
		step.comes()
		c := n.reconcile()
		wantConditions(t, c, step.want...)
		if got := conditionOf(c, "Ready").Message; !strings.HasPrefix(got, step.message) {
			t.Errorf("with %s: got %q, want %q…", step.name, got, step.message)
		}
	}
}

// TestMissingAtTheOpening: a campaign opens although a channel is missing.
func TestMissingAtTheOpening(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(build.MakeCampaign("over-80").Expects(60_000).Through("web", 60).Through("phone", 40).Obj())
	n.reconcile()
	n.until(opens)
	c := n.reconcile()
	wantConditions(t, c, "Open=True Opened", "Reconciling=True ChannelNotFound", "Prescaled=False NotProved")
	if got := conditionOf(c, "Prescaled").Message; !strings.Contains(got, "phone does not exist") {
		t.Errorf("message: got %q", got)
	}
}

func TestCapped(t *testing.T) {
	n := newNight(t, "2026-11-20T09:00:00Z")
	n.create(build.MakePlatform("lazio").Obj(), build.MakeHub("fiera").Obj(), build.MakeChannel("web").Between(2, 5).Obj(), over80().Obj())
	c := n.reconcile()
	wantConditions(t, c, "Feasible=False Capped", "Stalled=True Capped", "Ready=False Capped")
	want := "web needs 9 replicas but maxReplicas is 5, so 86 of 226 requests/s are too many, and about 859 of 2,259 people in the first 5 minutes find it full: " +
		"raise spec.scaling.maxReplicas of BookingChannel web to at least 9, " +
		"or split the band into 2 openings that fit: 30,000 people on 2026-12-01 at 24:00, 30,000 people on 2026-12-02 at 24:00"
	if got := conditionOf(c, "Feasible").Message; got != want {
		t.Errorf("message: got %q, want %q", got, want)
	}
	n.wantEvents("Scheduled", "Infeasible")

	channel := &v1alpha1.BookingChannel{}
	if err := n.api.Get(t.Context(), n.request("web").NamespacedName, channel); err != nil {
		t.Fatal(err)
	}
	channel.Spec.Scaling.MaxReplicas = 9
	if err := n.api.Update(t.Context(), channel); err != nil {
		t.Fatal(err)
	}
	wantConditions(t, n.reconcile(), "Feasible=True Fits", "Stalled=False Succeeded", "Ready=True Succeeded")
}

func TestTooLate(t *testing.T) {
	n := rome(t, "2026-12-01T22:43:30Z") // 90 s before the channels are to be Ready
	n.create(over80().Obj())
	c := n.reconcile()
	wantConditions(t, c, "Feasible=False TooLate", "Stalled=True TooLate")
	want := "the ramp of web to 9 replicas should have begun at 2026-12-01 23:42:00 CET, but the opening was announced at 2026-12-01 23:43:30 CET: " +
		"pods start all at once and may be Ready up to 1m30s too late; open that much later, or raise spec.launch.podStartsPerMinute of BookingPlatform lazio"
	if got := conditionOf(c, "Feasible").Message; got != want {
		t.Errorf("message: got %q, want %q", got, want)
	}
	n.wantEvents("Scheduled", "Infeasible")

	// The pods were faster than the plan dared to say.
	n.pods(9, at("2026-12-01T22:44:50Z"))
	n.until(at("2026-12-01T22:44:55Z"))
	wantConditions(t, n.reconcile(), "Feasible=True Fits", "Stalled=False Succeeded", "Prescaled=True ProvedReady")
}

// TestRecordStays: what is declared after the launch is about other openings.
func TestRecordStays(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	before := web(t, n.reconcile())
	n.until(at("2026-12-02T00:30:00Z"))
	channel := &v1alpha1.BookingChannel{}
	if err := n.api.Get(t.Context(), n.request("web").NamespacedName, channel); err != nil {
		t.Fatal(err)
	}
	channel.Spec.Scaling.MaxReplicas = 3
	if err := n.api.Update(t.Context(), channel); err != nil {
		t.Fatal(err)
	}
	c := n.reconcile()
	wantConditions(t, c, "Feasible=True Fits", "Ready=True Succeeded")
	if got := web(t, c); got.PeakFloor != before.PeakFloor || !got.RampStartsAt.Equal(before.RampStartsAt) {
		t.Errorf("launch of web: got %+v, want %+v", got, before)
	}
}

func TestProvedAt(t *testing.T) {
	one, two, three := at("2026-12-01T22:42:00Z"), at("2026-12-01T22:43:00Z"), at("2026-12-01T22:44:00Z")
	ready := []time.Time{one, two, three}
	for name, test := range map[string]struct {
		peak     int
		deadline time.Time
		want     time.Time
	}{
		"the second of three":  {2, three, two},
		"too few":              {4, three, time.Time{}},
		"at the deadline":      {2, two, two},
		"after the deadline":   {3, two, time.Time{}},
		"no peak, so no proof": {0, three, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := provedAt(ready, test.peak, test.deadline); !got.Equal(test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
