/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var opens = at("2026-12-01T23:00:00Z")

func TestPublish(t *testing.T) {
	p := newPress(t)
	p.reconcile()
	p.wantRevision(1) // an empty catalog is one: pods can start
	p.wantConditions("Ready=True Published", "Reconciling=False Published", "Stalled=False Published", "CatalogPublished=True Published")
	p.wantEvents("CatalogPublished")

	p.create(build.MakeHub("fiera").Labelled("province", "rm").Obj(), build.MakeChannel("web").Obj(),
		build.MakeCampaign("over-80").Born("1900-01-01", "1940-12-31").Doses(2, 21, 42).AtHubs("province", "rm").Obj(),
		build.MakeCampaign("born-1946-1950").Opens("2026-12-03", "24:00").Paused("too few doses").Obj())
	platform := p.reconcile()
	p.wantRevision(2)
	p.wantEvents("CatalogPublished")
	published := p.catalog()
	if len(published.Hubs) != 1 || published.Hubs[0].Labels["province"] != "rm" {
		t.Errorf("hubs: got %+v", published.Hubs)
	}
	over80 := p.campaign("over-80")
	if !over80.OpensAt.Equal(opens) || over80.Paused != "" || !over80.Offers(published.Hubs[0]) || over80.Doses.Count != 2 {
		t.Errorf("over-80: got %+v", over80)
	}
	if got := p.campaign("born-1946-1950").Paused; got != "too few doses" {
		t.Errorf("born-1946-1950: paused %q", got)
	}
	wantCounts(t, platform.Status)
	live := p.configMap()
	if owner := metav1.GetControllerOf(live); owner == nil || owner.UID != platform.UID || owner.Kind != "BookingPlatform" {
		t.Errorf("owner: got %+v", owner)
	}

	// The opening: the next one is paused, so that none is left.
	p.clock.SetTime(opens)
	if got := p.reconcile().Status.NextOpening; got.Campaign != "" {
		t.Errorf("next opening: got %+v, want none", got)
	}
	p.wantRevision(2)
}

// TestKeepsPlaces: what is kept for people who call reaches booking pods, as soon
// as it is declared and until it no longer is.
func TestKeepsPlaces(t *testing.T) {
	p := newPress(t)
	p.reconcile()
	if got := p.catalog().CallCentrePlaces; got != nil {
		t.Errorf("nothing declared: %+v is kept", *got)
	}
	for i, test := range []struct {
		declared v1alpha1.CallCentrePlaces
		want     *catalog.CallCentrePlaces
	}{
		{v1alpha1.CallCentrePlaces{Percent: 10}, &catalog.CallCentrePlaces{Percent: 10, ReleaseBeforeHours: 48}},
		{v1alpha1.CallCentrePlaces{Percent: 10, ReleaseBeforeHours: ptr.To[int32](0)}, &catalog.CallCentrePlaces{Percent: 10}},
		{v1alpha1.CallCentrePlaces{}, nil},
	} {
		platform := p.read()
		platform.Spec.CallCentrePlaces = test.declared
		if err := p.api.Update(t.Context(), platform); err != nil {
			t.Fatal(err)
		}
		p.reconcile()
		p.wantRevision(int64(i + 2))
		if diff := cmp.Diff(test.want, p.catalog().CallCentrePlaces); diff != "" {
			t.Errorf("declared %+v: want (-), got (+):\n%s", test.declared, diff)
		}
	}
}

func wantCounts(t *testing.T, s v1alpha1.BookingPlatformStatus) {
	t.Helper()
	if *s.Hubs != 1 || *s.Campaigns != 2 || *s.Channels != 1 {
		t.Errorf("counts: got %d hubs, %d campaigns, %d channels", *s.Hubs, *s.Campaigns, *s.Channels)
	}
	if next := s.NextOpening; next.Campaign != "over-80" || !next.OpensAt.Time.Equal(opens) {
		t.Errorf("next opening: got %+v", next)
	}
}

func TestWakesAtTheOpening(t *testing.T) {
	p := newPress(t)
	p.create(build.MakeCampaign("over-80").Obj())
	p.clock.SetTime(opens.Add(-90 * time.Second))
	result, err := p.reconciler.Reconcile(t.Context(), p.request())
	if err != nil || result.RequeueAfter != 90*time.Second {
		t.Errorf("got %v, %v, want in 90 s", result, err)
	}
}

// TestRevisionOnlyGrows: by one with each change, across restarts, and whatever
// happens to the ConfigMap.
func TestRevisionOnlyGrows(t *testing.T) {
	p := newPress(t)
	p.create(build.MakeCampaign("over-80").Obj())
	p.reconcile()
	p.wantRevision(1)

	p.restart()
	p.reconcile()
	p.wantRevision(1)

	p.change("over-80", func(c *v1alpha1.Campaign) { c.Spec.Pause.Reason = "too few doses" })
	p.reconcile()
	p.wantRevision(2)

	if err := p.api.Delete(t.Context(), p.configMap()); err != nil {
		t.Fatal(err)
	}
	p.restart()
	p.reconcile()
	p.wantRevision(3) // the status remembers the 2nd

	for name, spoil := range map[string]func(*corev1.ConfigMap){
		"corrupt": func(c *corev1.ConfigMap) { c.Data["catalog.json"] = `{"format":1,"revision":` },
		"emptied": func(c *corev1.ConfigMap) { c.Data = nil },
	} {
		before := p.catalog().Revision
		live := p.configMap()
		spoil(live)
		if err := p.api.Update(t.Context(), live); err != nil {
			t.Fatal(err)
		}
		p.reconcile()
		if got := p.catalog().Revision; got != before+1 {
			t.Errorf("%s: revision %d after %d, want one more", name, got, before)
		}
	}

	// Somebody writes a catalog by hand: pods may hold it, so ours must be greater.
	live := p.configMap()
	foreign := catalog.Catalog{Revision: p.catalog().Revision + 35, Platform: "lazio", TimeZone: "Europe/Rome"}
	data, err := foreign.Encode()
	if err != nil {
		t.Fatal(err)
	}
	live.Data["catalog.json"] = string(data)
	if err := p.api.Update(t.Context(), live); err != nil {
		t.Fatal(err)
	}
	p.reconcile()
	p.wantRevision(41)
}

func TestTooLargeKeepsTheLastGoodOne(t *testing.T) {
	p := newPress(t)
	p.create(build.MakeCampaign("over-80").Obj())
	p.reconcile()
	p.wantEvents("CatalogPublished")
	for i := range catalog.MaxCampaigns {
		p.create(build.MakeCampaign(fmt.Sprintf("band-%d", i)).Obj())
	}
	p.reconcile()
	p.wantConditions("Ready=False TooLarge", "Stalled=True TooLarge", "CatalogPublished=False TooLarge")
	want := "the catalog has 201 campaigns; at most 200 fit: split the platform, or delete what is over"
	if got := p.message(); !strings.Contains(got, want) || !strings.HasSuffix(got, fmt.Sprintf("; revision %d stays in force", p.catalog().Revision)) {
		t.Errorf("message: got %q, want %q", got, want)
	}
	p.wantRevision(1)
	p.wantEvents("CatalogNotPublished")
	if got := *p.read().Status.Campaigns; got != 201 {
		t.Errorf("campaigns: got %d, want all that there are", got)
	}

	// What holds people back is published all the same.
	p.change("over-80", func(c *v1alpha1.Campaign) { c.Spec.Pause.Reason = "too few doses" })
	p.reconcile()
	p.wantConditions("Ready=False TooLarge", "CatalogPublished=False TooLarge")
	p.wantRevision(2)
	if held := p.catalog().Campaigns; len(held) != 1 || held[0].Paused != "too few doses" {
		t.Errorf("published %+v, want over-80 alone, paused", held)
	}
	p.reconcile()
	p.wantRevision(2)

	if err := p.api.Delete(t.Context(), build.MakeCampaign("band-7").In(p.namespace).Obj()); err != nil {
		t.Fatal(err)
	}
	p.reconcile()
	p.wantConditions("Ready=True Published", "Stalled=False Published", "CatalogPublished=True Published")
	p.wantRevision(3)
}

// TestAnnouncedStays: an announced opening whose declaration cannot be resolved
// any more neither vanishes nor opens early.
func TestAnnouncedStays(t *testing.T) {
	p := newPress(t)
	announced := v1alpha1.AnnouncedTime{Date: "2026-12-01", Time: "24:00", TimeZone: "Europe/Rome"}
	since := metav1.NewTime(at("2026-11-20T09:00:00Z"))
	p.create(build.MakeCampaign("over-80").Obj(), build.MakeCampaign("new").Opens("2026-12-03", "24:00").Obj())
	wrong := func(c *v1alpha1.Campaign) {
		c.Spec.Opening = v1alpha1.CivilTime{Date: "2026-12-03", Time: "24:00"}
		c.Spec.Closing = v1alpha1.CivilTime{Date: "2026-12-04", Time: "00:30", TimeZone: "Asia/Tokyo"}
	}
	p.change("over-80", func(c *v1alpha1.Campaign) {
		c.Status.Announced = []v1alpha1.AnnouncedOpening{{OpensAt: &metav1.Time{Time: opens}, Opening: announced, Since: &since}}
	})
	p.reconcile()
	p.change("over-80", wrong)
	p.change("new", wrong)
	p.reconcile()
	p.wantConditions("CatalogPublished=True Published")
	if got := p.campaign("over-80"); !got.OpensAt.Equal(opens) || got.Paused == "" {
		t.Errorf("over-80: got %+v, want the announced opening, held", got)
	}
	for _, c := range p.catalog().Campaigns {
		if c.Name == "new" {
			t.Errorf("new: got %+v, want it left out, since no opening was announced", c)
		}
	}
	if got := p.message(); !strings.Contains(got, "not as declared: Campaign new (spec.closing: ") {
		t.Errorf("message: got %q, want it to name what was left out", got)
	}
	p.change("over-80", func(c *v1alpha1.Campaign) { c.Spec.Closing = v1alpha1.CivilTime{} })
	p.reconcile()
	if got := p.campaign("over-80"); !got.OpensAt.Equal(at("2026-12-03T23:00:00Z")) || got.Paused != "" {
		t.Errorf("over-80: got %+v, want the new opening", got)
	}
}

func TestWithdrawn(t *testing.T) {
	p := newPress(t)
	p.create(build.MakeCampaign("over-80").Obj())
	p.reconcile()
	p.wantEvents("CatalogPublished")
	if err := p.api.Delete(t.Context(), build.MakeCampaign("over-80").In(p.namespace).Obj()); err != nil {
		t.Fatal(err)
	}
	p.reconcile()
	p.wantEvents("CatalogPublished", "CampaignWithdrawn")
	p.wantRevision(2)
}

func TestNameTaken(t *testing.T) {
	p := newPress(t)
	yes := true
	p.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "lazio-catalog", OwnerReferences: []metav1.OwnerReference{
		{APIVersion: "apps/v1", Kind: "Deployment", Name: "shop", UID: "1", Controller: &yes}}}, Data: map[string]string{"catalog.json": "shoes"}})
	p.reconcile()
	p.wantConditions("Ready=False NameTaken", "Stalled=True NameTaken", "CatalogPublished=False NameTaken")
	if got := p.configMap().Data["catalog.json"]; got != "shoes" {
		t.Errorf("somebody else's ConfigMap was written: %q", got)
	}
	if result, err := p.reconciler.Reconcile(t.Context(), p.request()); err != nil || result.RequeueAfter != 20*time.Second {
		t.Errorf("looks again after %s, %v, want 20s: no watch shows when the name is free", result.RequeueAfter, err)
	}
	if err := p.api.Delete(t.Context(), p.configMap()); err != nil {
		t.Fatal(err)
	}
	p.reconcile()
	p.wantConditions("Ready=True Published")
	p.wantRevision(1)
}

// TestLeavesAUsersConfigMapAlone, with or without our label, and when the platform goes.
func TestLeavesAUsersConfigMapAlone(t *testing.T) {
	for name, labels := range map[string]map[string]string{"without labels": nil, "with our label": {"booking.mezzanotte.dev/platform": "lazio"}} {
		t.Run(name, func(t *testing.T) {
			p := newPress(t)
			p.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "lazio-catalog", Labels: labels}, Data: map[string]string{"catalog.json": "shoes"}})
			before := p.configMap()
			p.reconcile()
			p.wantConditions("Ready=False NameTaken", "Stalled=True NameTaken", "CatalogPublished=False NameTaken")
			if diff := cmp.Diff(before, p.configMap()); diff != "" {
				t.Errorf("somebody else's ConfigMap was changed:\n%s", diff)
			}
		})
	}
}

// TestRestoredFromABackup: the platform has a new UID, and the ConfigMap still names the
// old one, or nobody. It is adopted, and the event says so.
func TestRestoredFromABackup(t *testing.T) {
	for name, restore := range map[string]func(*corev1.ConfigMap){
		"with the old owner": func(m *corev1.ConfigMap) { m.OwnerReferences[0].UID = "of-the-platform-before" },
		"without an owner":   func(m *corev1.ConfigMap) { m.OwnerReferences = nil },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPress(t)
			p.create(build.MakeCampaign("over-80").Obj())
			p.reconcile()
			p.wantEvents("CatalogPublished")
			restored := p.configMap()
			restore(restored)
			if err := p.api.Update(t.Context(), restored, client.FieldOwner("restore")); err != nil {
				t.Fatal(err)
			}
			p.reconcile()
			p.wantConditions("Ready=True Published")
			if owner := metav1.GetControllerOf(p.configMap()); owner == nil || owner.UID != p.read().UID || len(p.configMap().OwnerReferences) != 1 {
				t.Errorf("owners: got %+v, want the platform", p.configMap().OwnerReferences)
			}
			p.wantEvents("Adopted")
			p.wantRevision(1)
		})
	}
}

// TestWriteFails: whichever write fails, the story ends with the same catalog,
// and no revision ever says two things.
func TestWriteFails(t *testing.T) {
	says := map[int64]string{}
	story := func(p *press) catalog.Catalog {
		p.Helper()
		p.create(build.MakeHub("fiera").Obj(), build.MakeCampaign("over-80").Obj())
		p.try(says)
		p.change("over-80", func(c *v1alpha1.Campaign) { c.Spec.Pause.Reason = "too few doses" })
		p.try(says)
		p.change("over-80", func(c *v1alpha1.Campaign) { c.Spec.Pause.Reason = "" })
		p.try(says)
		return p.catalog()
	}
	whole := newPress(t)
	want := story(whole)
	revisions := whole.nth(want.Revision)
	if revisions != 3 || whole.writes.Count() != 6 {
		t.Fatalf("got %d revisions with %v, want 3 with two writes each", revisions, whole.writes.Log)
	}
	for n := 1; n <= 6; n++ {
		for _, how := range []string{"refused", "answer lost"} {
			t.Run(fmt.Sprintf("write %d %s", n, how), func(t *testing.T) {
				p := newPress(t)
				clear(says)
				if p.writes.Refuse = n; how == "answer lost" {
					p.writes = testenv.Writes{Lose: n}
				}
				got := story(p)
				if got.Digest() != want.Digest() || p.nth(got.Revision) != revisions {
					t.Errorf("catalog: got %d revisions, %s, want %d, %s", p.nth(got.Revision), got.Digest(), revisions, want.Digest())
				}
				p.wantConditions("Ready=True Published", "Reconciling=False Published")
			})
		}
	}
}

// try reconciles until that succeeds, and checks after each try that a revision
// says one thing only.
func (p *press) try(says map[int64]string) {
	p.Helper()
	for range 3 {
		_, err := p.reconciler.Reconcile(p.Context(), p.request())
		live := &corev1.ConfigMap{}
		if getErr := p.api.Get(p.Context(), p.key("lazio-catalog"), live); client.IgnoreNotFound(getErr) != nil {
			p.Fatal(getErr)
		}
		if published, decodeErr := catalog.Decode([]byte(live.Data["catalog.json"])); decodeErr == nil {
			if before, known := says[published.Revision]; known && before != published.Digest() {
				p.Fatalf("revision %d says two things", published.Revision)
			}
			says[published.Revision] = published.Digest()
		}
		if err == nil {
			return
		}
	}
	p.Fatal("reconcile does not heal")
}

func TestGone(t *testing.T) {
	p := newPress(t)
	if err := p.api.Delete(t.Context(), p.read()); err != nil {
		t.Fatal(err)
	}
	result, err := p.reconciler.Reconcile(t.Context(), p.request())
	if err != nil || !result.IsZero() || p.writes.Count() != 0 {
		t.Errorf("got %v, %v, %v, want nothing to do", result, err, p.writes.Log)
	}
}
