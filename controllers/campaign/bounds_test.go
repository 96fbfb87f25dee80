/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestEveryAcceptedOpeningGetsAStatus walks the bounds of what the API server accepts,
// in zones on both sides of the date line: each opening is scheduled, its status can be
// written, and the catalog holds it.
func TestEveryAcceptedOpeningGetsAStatus(t *testing.T) {
	n := newNight(t, "2026-11-20T09:00:00Z")
	n.create(build.MakePlatform("lazio").Obj(), build.MakeHub("fiera").Obj(), build.MakeChannel("web").Between(2, 200).Obj(),
		build.MakeCampaign(name).Expects(410_000).Through("web", 100).Obj())
	for _, zone := range []v1alpha1.TimeZone{"Europe/Rome", "Pacific/Kiritimati", "Etc/GMT-14", "Etc/GMT+12", "Pacific/Apia", "UTC"} {
		for _, day := range []v1alpha1.Date{"1900-01-01", "2011-12-30", "2098-12-31", "2099-12-31"} {
			for _, clock := range []string{"00:00", "12:30", "24:00"} {
				n.mustSchedule(v1alpha1.CivilTime{Date: day, Time: clock, TimeZone: zone})
			}
		}
	}
}

// mustSchedule declares an opening and looks at it now, when it has come, and a day later.
func (n *night) mustSchedule(opening v1alpha1.CivilTime) {
	n.Helper()
	n.remove(n.read())
	n.create(build.MakeCampaign(name).Expects(410_000).Through("web", 100).
		With(func(c *v1alpha1.Campaign) { c.Spec.Opening = opening }).Obj())
	n.until(at("2026-11-20T09:00:00Z"))
	c := n.reconcile()
	if c.Status.OpensAt == nil {
		n.Fatalf("%v: there is no status.opensAt: %+v", opening, c.Status)
	}
	wantConditions(n.T, c, "Scheduled=True Scheduled")
	if c.Status.OpensAt.After(n.clock.Now()) {
		n.until(c.Status.OpensAt.Add(24 * time.Hour))
		c = n.reconcile()
	}
	if c.Status.OpenedAt == nil {
		n.Errorf("%v: it does not open", opening)
	}
	n.events() // there is room for a hundred
	set := declared.Set{Platform: build.MakePlatform("lazio").Obj(), Campaigns: []v1alpha1.Campaign{*c}}
	edition, left := set.Catalog()
	if _, err := catalog.Next(edition, catalog.Published{Revision: 1}).Encode(); err != nil || len(left) > 0 {
		n.Errorf("%v: the catalog does not hold it: %v %v", opening, err, left)
	}
}
