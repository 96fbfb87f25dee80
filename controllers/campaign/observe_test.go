/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
)

const tooMany = "the catalog has 201 campaigns; at most 200 fit"

// publishes says on the platform whether its newest catalog is published.
func (n *night) publishes(status metav1.ConditionStatus) {
	n.Helper()
	platform := &v1alpha1.BookingPlatform{}
	if err := n.api.Get(n.Context(), client.ObjectKey{Namespace: n.namespace, Name: "lazio"}, platform); err != nil {
		n.Fatal(err)
	}
	platform.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionCatalogPublished, Status: status, Reason: v1alpha1.ReasonTooLarge, Message: tooMany, LastTransitionTime: metav1.NewTime(n.clock.Now()),
	}}
	if err := n.api.Status().Update(n.Context(), platform); err != nil {
		n.Fatal(err)
	}
}

// published puts a catalog of some campaigns where booking pods read it.
func (n *night) published(platform string, campaigns ...*v1alpha1.Campaign) {
	n.Helper()
	set := declared.Set{Platform: build.MakePlatform(platform).Obj()}
	for _, c := range campaigns {
		set.Campaigns = append(set.Campaigns, *c)
	}
	document, _ := set.Catalog()
	document.Revision = 7
	data, err := document.Encode()
	if err != nil {
		n.Fatal(err)
	}
	n.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "lazio-catalog"}, Data: map[string]string{"catalog.json": string(data)}})
}

// TestRefusedByTheCatalog: nobody can book what booking pods do not know, whatever
// the clock says.
func TestRefusedByTheCatalog(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	wantConditions(t, n.reconcile(), "Ready=True Succeeded")

	n.publishes(metav1.ConditionFalse)
	c := n.reconcile()
	wantConditions(t, c, "Ready=False NotPublished", "Reconciling=True NotPublished", "Stalled=False NotPublished", "Open=False NotYetOpen")
	want := "booking pods do not know it, since BookingPlatform lazio publishes no new catalog: " + tooMany
	if got := conditionOf(c, v1alpha1.ConditionReady).Message; got != want {
		t.Errorf("message: got %q, want %q", got, want)
	}
	n.until(opens)
	if c = n.reconcile(); c.Status.OpenedAt != nil {
		t.Errorf("it opened at %s, and nobody can book", c.Status.OpenedAt)
	}
	wantConditions(t, c, "Ready=False NotPublished", "Open=False NotPublished")

	// It opens as soon as booking pods know it, and not before.
	n.until(opens.Add(time.Hour))
	n.publishes(metav1.ConditionTrue)
	c = n.reconcile()
	wantConditions(t, c, "Ready=True Succeeded", "Open=True Opened")
	if got := c.Status.OpenedAt; got == nil || !got.Time.Equal(opens.Add(time.Hour)) {
		t.Errorf("opened at %v, want when it was published", got)
	}
}

// TestTheLastCatalog: what the last catalog holds of a campaign is in force while
// the newest one is not published.
func TestTheLastCatalog(t *testing.T) {
	later := over80().Opens("2026-12-03", "24:00")
	for name, test := range map[string]struct {
		published func(n *night)
		want      []string
		message   string // of Ready
	}{
		"as declared":       {func(n *night) { n.published("lazio", over80().Obj()) }, []string{"Ready=True Succeeded", "Open=True Opened"}, ""},
		"other doses":       {func(n *night) { n.published("lazio", over80().Doses(2, 21, 42).Obj()) }, []string{"Ready=False NotPublished", "Open=True Opened"}, "as it is declared, since"},
		"opens later":       {func(n *night) { n.published("lazio", later.Obj()) }, []string{"Ready=False NotPublished", "Open=False NotPublished"}, "as it is declared, since"},
		"still paused":      {func(n *night) { n.published("lazio", over80().Paused("x").Obj()) }, []string{"Ready=False NotPublished", "Open=False NotPublished"}, "as it is declared, since"},
		"another campaign":  {func(n *night) { n.published("lazio", build.MakeCampaign("over-90").Obj()) }, []string{"Ready=False NotPublished", "Open=False NotPublished"}, "do not know it, since"},
		"another platform":  {func(n *night) { n.published("umbria", over80().Obj()) }, []string{"Ready=False NotPublished", "Open=False NotPublished"}, "do not know it, since"},
		"nothing to decode": {func(n *night) { n.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "lazio-catalog"}}) }, []string{"Ready=False NotPublished", "Open=False NotPublished"}, "do not know it, since"},
	} {
		t.Run(name, func(t *testing.T) {
			n := rome(t, "2026-11-20T09:00:00Z")
			n.create(over80().Obj())
			n.reconcile()
			n.publishes(metav1.ConditionFalse)
			test.published(n)
			n.until(opens)
			c := n.reconcile()
			wantConditions(t, c, test.want...)
			if got := conditionOf(c, v1alpha1.ConditionReady).Message; !strings.Contains(got, test.message) {
				t.Errorf("message: got %q, want %q in it", got, test.message)
			}
		})
	}
}

// TestLeftOutOfTheCatalog: the platform publishes, but no reader would accept this
// campaign. Nobody can book, and it does not say that it is open.
func TestLeftOutOfTheCatalog(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().With(func(c *v1alpha1.Campaign) {
		c.Spec.HubSelector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "", Operator: metav1.LabelSelectorOpExists}}}
	}).Obj())
	n.publishes(metav1.ConditionTrue)
	n.reconcile()
	n.until(opens)
	c := n.reconcile()
	wantConditions(t, c, "Open=False NotPublished")
	if c.Status.OpenedAt != nil {
		t.Errorf("it opened at %s, and nobody can book", c.Status.OpenedAt)
	}
	if got, want := conditionOf(c, v1alpha1.ConditionOpen).Message, "the catalog leaves it out: "; !strings.Contains(got, want) {
		t.Errorf("message: got %q, want %q in it", got, want)
	}

	n.change(func(c *v1alpha1.Campaign) { c.Spec.HubSelector = nil })
	wantConditions(t, n.reconcile(), "Open=True Opened")
}
