/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package declared_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func TestInput(t *testing.T) {
	set := declared.Set{
		Platform: rome,
		Channels: []v1alpha1.BookingChannel{
			*build.MakeChannel("web").Replicas(5).With(func(c *v1alpha1.BookingChannel) { c.Status.StartUpSeconds = 90 }).Obj(),
			*build.MakeChannel("app").External().Replicas(50).Obj(),
			*build.MakeChannel("phone").Desk(81, 200).Between(2, 30).Obj(),
		},
		Campaigns: []v1alpha1.Campaign{
			*build.MakeCampaign("over-80").Expects(60_000).Through("web", 60).Through("phone", 40).Closes("2026-12-05", "24:00").Paused("too few doses").Obj(),
			*build.MakeCampaign("nobody").Opens("2026-02-30", "24:00").Obj(),
		},
	}
	want := plan.Input{
		StartsPerMinute: 120,
		Connections:     2000,
		Channels: []plan.Channel{
			{
				Name: "web", Base: 5, Max: 200, LoadPerReplica: 28_000, Connections: 4, StartUp: 90 * time.Second,
				Session: demand.Session{Length: 5 * time.Minute, Requests: 30},
			},
			{ // the other's wish is none of its base
				Name: "app", Base: 2, Max: 200, LoadPerReplica: 28_000, Connections: 4, Gentle: true,
				Session: demand.Session{Length: 5 * time.Minute, Requests: 30},
			},
			{Name: "phone", Base: 2, Max: 30, LoadPerReplica: 10_000, Connections: 2, CallCentre: 9, Session: demand.Session{Length: 210 * time.Second}},
		},
		Campaigns: []plan.Campaign{{
			Name: "over-80", Opens: midnight, Closes: at("2026-12-05T23:00:00Z"), ReadyBefore: 15 * time.Minute, KeepPeak: time.Hour,
			Forecast: demand.Forecast{People: 60_000, FirstHourPercent: 10, FirstMinutePercent: 20},
			Shares:   map[string]int{"web": 60, "phone": 40},
			Pauses:   []plan.Span{{From: midnight}},
		}},
	}
	if diff := cmp.Diff(want, set.Input(midnight)); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// TestHeldOpeningKeepsCapacity: people who did not hear will come.
func TestHeldOpeningKeepsCapacity(t *testing.T) {
	c := build.MakeCampaign("over-80").Opens("2026-02-30", "24:00").Expects(60_000).Through("web", 100).
		With(remembers(announced("2026-12-01T23:00:00Z", civil("2026-12-01", "Europe/Rome")))).Obj()
	set := declared.Set{Platform: rome, Campaigns: []v1alpha1.Campaign{*c}, Channels: []v1alpha1.BookingChannel{*build.MakeChannel("web").Obj()}}
	web, _ := set.Plan(midnight, plan.All).Channel("web")
	if web.Floor.Replicas != 9 {
		t.Errorf("floor: got %v, want 9", web.Floor)
	}
}

func TestSetFinds(t *testing.T) {
	set := declared.Set{
		Platform: rome,
		Hubs: []v1alpha1.VaccinationHub{
			*build.MakeHub("fiera").Labelled("province", "rm").Obj(),
			*build.MakeHub("latina").Labelled("province", "lt").Obj(),
			*build.MakeHub("swabs").Labelled("province", "rm").Offers(v1alpha1.ServiceTest).Obj(),
		},
		Channels:  []v1alpha1.BookingChannel{*build.MakeChannel("web").Obj()},
		Campaigns: []v1alpha1.Campaign{*build.MakeCampaign("a").Obj(), *build.MakeCampaign("b").Obj()},
	}
	odd := func(c *v1alpha1.Campaign) {
		c.Spec.HubSelector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "province", Operator: "Like"}}}
	}
	for name, test := range map[string]struct {
		campaign *v1alpha1.Campaign
		want     []string
		wrong    bool
	}{
		"everywhere":     {build.MakeCampaign("c").Obj(), []string{"fiera", "latina"}, false},
		"in a province":  {build.MakeCampaign("c").AtHubs("province", "rm").Obj(), []string{"fiera"}, false},
		"nowhere":        {build.MakeCampaign("c").AtHubs("province", "fr").Obj(), nil, false},
		"a wrong choice": {build.MakeCampaign("c").With(odd).Obj(), nil, true},
		"tests":          {build.MakeCampaign("c").With(func(c *v1alpha1.Campaign) { c.Spec.Service = v1alpha1.ServiceTest }).Obj(), []string{"swabs"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := set.HubsFor(test.campaign)
			if !slices.Equal(got, test.want) || (err != nil) != test.wrong {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
	if got := set.MissingChannels(build.MakeCampaign("c").Expects(1).Through("phone", 20).Through("web", 50).Through("app", 30).Obj()); !slices.Equal(got, []string{"phone", "app"}) {
		t.Errorf("missing channels: got %v", got)
	}
	newer := set.Replace(build.MakeCampaign("a").Paused("yes").Obj())
	if len(newer.Campaigns) != 2 || len(set.Campaigns) != 2 || set.Campaigns[0].Spec.Pause.Reason != "" {
		t.Errorf("replaced: got %d of %d campaigns", len(newer.Campaigns), len(set.Campaigns))
	}
	if got := set.Replace(build.MakeCampaign("c").Obj()); len(got.Campaigns) != 3 {
		t.Errorf("a campaign that the cache does not have yet: got %d campaigns, want 3", len(got.Campaigns))
	}
}

func TestCatalog(t *testing.T) {
	closes := at("2026-12-20T23:00:00Z")
	set := declared.Set{
		Platform: build.MakePlatform("lazio").Keeps(10, 48).Obj(),
		Hubs: []v1alpha1.VaccinationHub{*build.MakeHub("fiera").Labelled("province", "rm").With(func(h *v1alpha1.VaccinationHub) {
			h.Spec.Coordinates = v1alpha1.Coordinates{Latitude: "41.8076", Longitude: "12.3270"}
			h.Spec.ClosedOn = []v1alpha1.Date{"2026-12-25"}
			h.Spec.OpeningHours[0].Days = []v1alpha1.Weekday{"Monday"}
		}).Obj()},
		Campaigns: []v1alpha1.Campaign{
			*build.MakeCampaign("everyone").Obj(),
			*build.MakeCampaign("over-80").Born("1900-01-01", "1940-12-31").Doses(2, 21, 42).Closes("2026-12-20", "24:00").Paused("too few doses").
				With(func(c *v1alpha1.Campaign) {
					c.Spec.HubSelector = &metav1.LabelSelector{
						MatchLabels:      map[string]string{"province": "rm"},
						MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "closed", Operator: metav1.LabelSelectorOpNotIn, Values: []string{"yes"}}},
					}
				}).Obj(),
			*build.MakeCampaign("nobody").Opens("2026-02-30", "24:00").Obj(),
		},
	}
	got, left := set.Catalog()
	words := "Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December"
	want := catalog.Catalog{
		Platform: "lazio", TimeZone: "Europe/Rome",
		CallCentrePlaces: &catalog.CallCentrePlaces{Percent: 10, ReleaseBeforeHours: 48},
		Hubs: []catalog.Hub{{
			Name: "fiera", DisplayName: "Hub fiera", HealthAuthority: "ASL Roma 3", Address: "Via Portuense 1645, Roma",
			Coordinates: &catalog.Coordinates{Latitude: "41.8076", Longitude: "12.3270"},
			Services:    []string{"Vaccination"}, Stations: 30, MinutesPerAppointment: 8,
			OpeningHours: []catalog.Hours{{Days: []string{"Monday"}, Opens: "08:00", Closes: "24:00"}},
			ClosedOn:     []string{"2026-12-25"}, Labels: map[string]string{"province": "rm"},
		}},
		Campaigns: []catalog.Campaign{
			{Name: "everyone", Service: "Vaccination", OpensAt: midnight, OpensAtLocal: words, Doses: catalog.Doses{Count: 1}},
			{
				Name: "over-80", Service: "Vaccination", OpensAt: midnight, OpensAtLocal: words, ClosesAt: &closes,
				AgeBand: &catalog.AgeBand{BornFrom: "1900-01-01", BornTo: "1940-12-31"},
				Doses:   catalog.Doses{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42}, Paused: "too few doses",
				HubSelector: catalog.Selector{
					MatchLabels:      map[string]string{"province": "rm"},
					MatchExpressions: []catalog.Requirement{{Key: "closed", Operator: catalog.NotIn, Values: []string{"yes"}}},
				},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if len(left) != 1 || left[0].Kind != "Campaign" || left[0].Name != "nobody" || left[0].Why == "" {
		t.Errorf("left out: got %+v", left)
	}
	got.Revision = 1
	data, err := got.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := catalog.Decode(data); err != nil {
		t.Errorf("a booking pod cannot read it: %v", err)
	}
}

func TestCatalogKeepsNoPlacesUnasked(t *testing.T) {
	got, _ := declared.Set{Platform: rome}.Catalog()
	if diff := cmp.Diff(catalog.Catalog{Platform: "lazio", TimeZone: "Europe/Rome"}, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func TestHours(t *testing.T) {
	hub := build.MakeHub("fiera").Serves(3, 15).With(func(h *v1alpha1.VaccinationHub) {
		h.Spec.ClosedOn = []v1alpha1.Date{"2026-12-25"}
		h.Spec.OpeningHours = []v1alpha1.OpeningHours{{Days: []v1alpha1.Weekday{"Sunday", "Friday"}, Opens: "09:00", Closes: "13:00"}}
	}).Obj()
	got, err := declared.Hours(hub)
	if err != nil {
		t.Fatal(err)
	}
	want := schedule.Hub{
		Stations: 3, MinutesPerAppointment: 15, ClosedOn: map[string]bool{"2026-12-25": true},
		Hours: []schedule.Hours{{Days: []time.Weekday{time.Sunday, time.Friday}, Opens: "09:00", Closes: "13:00"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	hub.Spec.OpeningHours[0].Days = []v1alpha1.Weekday{"Someday"}
	if _, err := declared.Hours(hub); err == nil {
		t.Error("a day that does not exist passes unseen")
	}
}

// TestMovedOnTheDay: an opening that moves when it is less than a day away keeps
// capacity at the old instant, too; one that moved in time does not.
func TestMovedOnTheDay(t *testing.T) {
	night := v1alpha1.CivilTime{Date: "2026-12-01", Time: "24:00", TimeZone: "Europe/Rome"}
	noon := v1alpha1.CivilTime{Date: "2026-12-03", Time: "12:00", TimeZone: "Europe/Rome"}
	opens := at("2026-12-03T11:00:00Z")
	entry := func(civil v1alpha1.CivilTime, opensAt, since time.Time) v1alpha1.AnnouncedOpening {
		return v1alpha1.AnnouncedOpening{Opening: declared.AsAnnounced(civil), OpensAt: &metav1.Time{Time: opensAt}, Since: &metav1.Time{Time: since}}
	}
	first := entry(night, midnight, midnight.Add(-100*time.Hour))
	tests := map[string]struct {
		announced []v1alpha1.AnnouncedOpening
		want      []time.Time
	}{
		"never moved":                {announced: []v1alpha1.AnnouncedOpening{entry(noon, opens, midnight)}, want: []time.Time{opens}},
		"moved ten minutes before":   {announced: []v1alpha1.AnnouncedOpening{first, entry(noon, opens, midnight.Add(-10*time.Minute))}, want: []time.Time{opens, midnight}},
		"moved a day before":         {announced: []v1alpha1.AnnouncedOpening{first, entry(noon, opens, midnight.Add(-24*time.Hour))}, want: []time.Time{opens, midnight}},
		"moved after it, while held": {announced: []v1alpha1.AnnouncedOpening{first, entry(noon, opens, midnight.Add(10*time.Minute))}, want: []time.Time{opens, midnight}},
		"moved a day after it":       {announced: []v1alpha1.AnnouncedOpening{first, entry(noon, opens, midnight.Add(24*time.Hour))}, want: []time.Time{opens}},
		"moved two days before":      {announced: []v1alpha1.AnnouncedOpening{first, entry(noon, opens, midnight.Add(-48*time.Hour))}, want: []time.Time{opens}},
		"the status is behind":       {announced: []v1alpha1.AnnouncedOpening{first}, want: []time.Time{opens, midnight}},
		"announced for the 1st time": {want: []time.Time{opens}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := build.MakeCampaign("over-80").Opens("2026-12-03", "12:00").Expects(60_000).Through("web", 100).Obj()
			c.Status.Announced = test.announced
			set := declared.Set{Platform: rome, Campaigns: []v1alpha1.Campaign{*c}}
			var got []time.Time
			for _, planned := range set.Input(midnight).Campaigns {
				got = append(got, planned.Opens)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("openings that are planned for, want (-), got (+):\n%s", diff)
			}
		})
	}
}

// TestPostponedWhilePaused: who did not hear comes at the old instant, by the
// clock, however long the pause lasts; at the new one everybody is counted once.
func TestPostponedWhilePaused(t *testing.T) {
	entry := func(day string, opensAt, since time.Time) v1alpha1.AnnouncedOpening {
		return v1alpha1.AnnouncedOpening{Opening: declared.AsAnnounced(civil(day, "Europe/Rome")), OpensAt: &metav1.Time{Time: opensAt}, Since: &metav1.Time{Time: since}}
	}
	later := midnight.Add(72 * time.Hour)
	for name, moved := range map[string]time.Time{"before it": midnight.Add(-5 * time.Minute), "after it": midnight.Add(10 * time.Minute)} {
		c := build.MakeCampaign("over-80").Opens("2026-12-04", "24:00").Expects(60_000).Through("web", 100).Paused("a fault").Obj()
		c.Status.Announced = []v1alpha1.AnnouncedOpening{entry("2026-12-01", midnight, midnight.Add(-100*time.Hour)), entry("2026-12-04", later, moved)}
		c.Status.Pauses = []v1alpha1.PausedSpan{span("2026-12-01T22:50:00Z", "")}
		set := declared.Set{Platform: rome, Campaigns: []v1alpha1.Campaign{*c}, Channels: []v1alpha1.BookingChannel{*build.MakeChannel("web").Obj()}}
		for now, want := range map[time.Time]int{
			midnight.Add(10 * time.Minute): 9, midnight.Add(time.Hour): 9, midnight.Add(25 * time.Hour): 2, later: 9, later.Add(48 * time.Hour): 9,
		} {
			web, _ := set.Plan(now, 1).Channel("web")
			if got := web.Floor.Replicas; got != want {
				t.Errorf("postponed %s: floor at %s: got %d, want %d", name, now.Format(time.RFC3339), got, want)
			}
		}
	}
}

// TestUnknownType: a channel of a type that this operator does not know has no plan.
func TestUnknownType(t *testing.T) {
	set := declared.Set{Platform: build.MakePlatform("lazio").Obj(), Channels: []v1alpha1.BookingChannel{
		*build.MakeChannel("web").Obj(),
		*build.MakeChannel("kiosk").With(func(c *v1alpha1.BookingChannel) { c.Spec.Type = "Kiosk" }).Obj(),
	}}
	if got := set.Input(midnight).Channels; len(got) != 1 || got[0].Name != "web" {
		t.Errorf("got %+v, want the web alone", got)
	}
}
