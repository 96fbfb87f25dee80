/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// TestPeakThatAnEarlierBandSharesIsNotLost: between when the channels are to be
// Ready and the opening, an earlier band may need less, and so the floor may fall.
func TestPeakThatAnEarlierBandSharesIsNotLost(t *testing.T) {
	n := newNight(t, "2026-11-20T09:00:00Z")
	n.create(build.MakePlatform("lazio").Obj(), build.MakeHub("fiera").Obj(), build.MakeChannel("web").Between(2, 200).Obj(),
		build.MakeCampaign("earlier").Opens("2026-12-01", "22:45").Expects(200_000).Through("web", 100).Obj(), over80().Obj())
	peak := int(web(t, n.reconcile()).PeakFloor)
	pods := n.pods(peak, at("2026-12-01T22:43:00Z"))
	n.until(at("2026-12-01T22:45:00Z"))
	wantConditions(t, n.reconcile(), "Prescaled=True ProvedReady")

	set := declared.Set{
		Platform: build.MakePlatform("lazio").Obj(), Channels: []v1alpha1.BookingChannel{*build.MakeChannel("web").Between(2, 200).Obj()},
		Campaigns: []v1alpha1.Campaign{*over80().Obj(), *build.MakeCampaign("earlier").Opens("2026-12-01", "22:45").Expects(200_000).Through("web", 100).Obj()},
	}
	later := opens.Add(-time.Minute)
	planned, _ := set.Plan(later, 1).Channel("web")
	if planned.Floor.Replicas >= peak {
		t.Fatalf("the floor stays at %v: this tries nothing", planned.Floor)
	}
	n.remove(pods[planned.Floor.Replicas:]...)
	n.until(later)
	wantConditions(t, n.reconcile(), "Prescaled=True ProvedReady")
}
