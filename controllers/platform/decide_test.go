/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func setOf(hubs []v1alpha1.VaccinationHub, campaigns ...*v1alpha1.Campaign) declared.Set {
	set := declared.Set{Platform: build.MakePlatform("lazio").Obj(), Hubs: hubs}
	for _, c := range campaigns {
		set.Campaigns = append(set.Campaigns, *c)
	}
	return set
}

// TestOneMistakeHoldsNobodyUp: what no reader would take stays as it was
// published, and what is sound is published anew.
func TestOneMistakeHoldsNobodyUp(t *testing.T) {
	odd := func(c *v1alpha1.Campaign) {
		c.Spec.HubSelector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "province", Operator: "Like"}}}
	}
	first := setOf([]v1alpha1.VaccinationHub{*build.MakeHub("fiera").Obj()}, build.MakeCampaign("over-80").Obj(), build.MakeCampaign("sound").Obj())
	first.Platform = build.MakePlatform("lazio").Keeps(10, 48).Obj()
	before := edit(observed{set: first})
	if before.refused != nil {
		t.Fatal(before.refused)
	}
	second := setOf([]v1alpha1.VaccinationHub{*build.MakeHub("fiera").Serves(0, 8).Obj(), *build.MakeHub("new").Serves(0, 8).Obj()},
		build.MakeCampaign("over-80").Opens("2026-12-05", "24:00").Paused("too few doses").With(odd).Obj(),
		build.MakeCampaign("born-1946-1950").With(odd).Obj(),
		build.MakeCampaign("sound").Opens("2026-12-06", "24:00").Obj())
	second.Platform = build.MakePlatform("lazio").Keeps(110, 48).Obj()
	next := edit(observed{set: second, published: before.Catalog, readable: true})
	if next.refused != nil {
		t.Fatal(next.refused)
	}
	if len(next.Hubs) != 1 || next.Hubs[0].Stations != 30 {
		t.Errorf("hubs: got %+v, want fiera as it was", next.Hubs)
	}
	if kept := next.CallCentrePlaces; kept == nil || kept.Percent != 10 {
		t.Errorf("places for the call centre: got %+v, want 10 %% as it was", kept)
	}
	var left []string
	for _, l := range next.left {
		left = append(left, l.Kind+" "+l.Name)
	}
	if got, want := strings.Join(left, ", "), "BookingPlatform lazio, VaccinationHub fiera, VaccinationHub new, Campaign over-80, Campaign born-1946-1950"; got != want {
		t.Errorf("left out: got %s, want %s", got, want)
	}
	got := map[string]string{}
	for _, c := range next.Campaigns {
		got[c.Name] = c.OpensAt.Format("2006-01-02") + c.Paused
	}
	if got["over-80"] != "2026-12-05too few doses" || got["sound"] != "2026-12-06" || len(got) != 2 {
		t.Errorf("campaigns: got %v, want over-80 postponed and paused, sound postponed", got)
	}
}

// TestNeverEarlier: what stays as it was published does not open earlier, and a
// closing that the new opening has passed is dropped.
func TestNeverEarlier(t *testing.T) {
	closes := at("2026-12-10T23:00:00Z")
	published := catalog.Campaign{Name: "over-80", OpensAt: at("2026-12-05T23:00:00Z"), OpensAtLocal: "then", ClosesAt: &closes}
	if got := later(published, catalog.Campaign{OpensAt: at("2026-12-01T23:00:00Z")}); !got.OpensAt.Equal(published.OpensAt) || got.OpensAtLocal != "then" || got.ClosesAt == nil {
		t.Errorf("declared earlier: got %+v, want what was published", got)
	}
	if got := later(published, catalog.Campaign{OpensAt: at("2026-12-20T23:00:00Z"), OpensAtLocal: "later"}); got.OpensAtLocal != "later" || got.ClosesAt != nil {
		t.Errorf("declared after the closing: got %+v, want that without a closing", got)
	}
}

// TestFirstRevision: the store of a platform that was deleted and created anew
// remembers the revisions of the one before.
func TestFirstRevision(t *testing.T) {
	created := at("2026-11-20T09:00:00Z")
	for name, test := range map[string]struct {
		published  int64 // in the ConfigMap; 0: it cannot be read
		remembered int64 // by the status
		want       int64
	}{
		"nothing is known":             {0, 0, created.Unix()},
		"only the status remembers it": {0, 7, 8},
		"a ConfigMap without a status": {7, 0, 8},
		"the status is behind":         {8, 7, 9},
	} {
		t.Run(name, func(t *testing.T) {
			s := observed{set: setOf(nil, build.MakeCampaign("over-80").Obj())}
			s.set.Platform.CreationTimestamp = metav1.NewTime(created)
			s.set.Platform.Status.Catalog.Revision = test.remembered
			s.published, s.readable = catalog.Catalog{Revision: test.published}, test.published > 0
			if got := edit(s).Revision; got != test.want {
				t.Errorf("revision: got %d, want %d", got, test.want)
			}
		})
	}
}

func TestUnknownZone(t *testing.T) {
	set := setOf(nil)
	set.Platform.Spec.TimeZone = "Europe/Roma"
	got := edit(observed{set: set})
	if got.refused == nil || got.reason != v1alpha1.ReasonInvalidSpec || !strings.HasPrefix(got.refused.Error(), "spec.timeZone: ") {
		t.Errorf("got %q, %v", got.reason, got.refused)
	}
}

func TestNextOpening(t *testing.T) {
	now := at("2026-11-20T09:00:00Z")
	for name, test := range map[string]struct {
		campaigns []*v1alpha1.Campaign
		want      string
	}{
		"none":               {nil, ""},
		"the sooner":         {[]*v1alpha1.Campaign{build.MakeCampaign("b").Opens("2026-12-02", "24:00").Obj(), build.MakeCampaign("a").Obj()}, "a"},
		"both at once":       {[]*v1alpha1.Campaign{build.MakeCampaign("b").Obj(), build.MakeCampaign("a").Obj()}, "a"},
		"one is paused":      {[]*v1alpha1.Campaign{build.MakeCampaign("a").Paused("no").Obj(), build.MakeCampaign("b").Opens("2026-12-02", "24:00").Obj()}, "b"},
		"one has opened":     {[]*v1alpha1.Campaign{build.MakeCampaign("a").Opens("2026-11-19", "24:00").Obj(), build.MakeCampaign("b").Obj()}, "b"},
		"one has no instant": {[]*v1alpha1.Campaign{build.MakeCampaign("a").Zone("Europe/Roma").Obj(), build.MakeCampaign("b").Obj()}, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := nextOpening(setOf(nil, test.campaigns...), now); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
