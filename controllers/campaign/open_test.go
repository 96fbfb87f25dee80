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

// TestMidnightsThatAreNotOrdinary: the local midnight that does not exist, and
// the one that comes twice.
func TestMidnightsThatAreNotOrdinary(t *testing.T) {
	for name, test := range map[string]struct {
		zone, date string
		want       string
		words      string
	}{
		"Cairo skips midnight":     {"Africa/Cairo", "2026-04-23", "2026-04-23T22:00:00Z", "Friday 24 April 2026 at 01:00"},
		"Havana skips midnight":    {"America/Havana", "2026-03-07", "2026-03-08T05:00:00Z", "Sunday 8 March 2026 at 01:00"},
		"Havana has two midnights": {"America/Havana", "2026-10-31", "2026-11-01T04:00:00Z", "Sunday 1 November 2026 at 00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNight(t, "2026-01-10T09:00:00Z")
			n.create(build.MakePlatform("lazio").Zone(test.zone).Obj(), build.MakeHub("fiera").Obj(),
				build.MakeCampaign("over-80").Opens(test.date, "24:00").Obj())
			want := at(test.want)
			n.until(want.Add(-time.Second))
			c := n.reconcile()
			wantConditions(t, c, "Open=False NotYetOpen", "Feasible=Unknown NoForecast", "Prescaled=Unknown NoForecast", "Ready=True Succeeded")
			if got := c.Status.OpensAt; got == nil || !got.Time.Equal(want) {
				t.Errorf("opensAt: got %v, want %v", got, want)
			}
			if !strings.HasPrefix(c.Status.OpensAtLocal, test.words) {
				t.Errorf("opensAtLocal: got %q, want %q…", c.Status.OpensAtLocal, test.words)
			}
			n.until(want)
			wantConditions(t, n.reconcile(), "Open=True Opened")
		})
	}
}

func TestOpeningInThePast(t *testing.T) {
	t.Run("long ago", func(t *testing.T) {
		n := rome(t, "2026-12-10T09:00:00Z")
		n.create(over80().Obj())
		c := n.reconcile()
		wantConditions(t, c, "Ready=True Succeeded", "Scheduled=True Scheduled", "Feasible=True Fits",
			"Prescaled=Unknown OpenedInThePast", "Open=True OpenedInThePast")
		n.wantEvents("Scheduled", "Opened")
		if got := c.Status.OpenedAt; got == nil || !got.Time.Equal(at("2026-12-10T09:00:00Z")) {
			t.Errorf("openedAt: got %v, want when it was first seen", got)
		}
	})
	t.Run("ten minutes ago", func(t *testing.T) {
		n := rome(t, "2026-12-01T23:10:00Z")
		n.create(over80().Obj())
		c := n.reconcile()
		wantConditions(t, c, "Ready=True Succeeded", "Feasible=True Fits", "Prescaled=False NotProved", "Open=True OpenedInThePast")
		n.pods(int(web(t, c).PeakFloor), at("2026-12-01T23:13:00Z"))
		n.until(at("2026-12-01T23:14:00Z"))
		wantConditions(t, n.reconcile(), "Prescaled=True ProvedReady", "Open=True OpenedInThePast")
	})
	t.Run("and closed since", func(t *testing.T) {
		n := rome(t, "2026-12-10T09:00:00Z")
		n.create(over80().Closes("2026-12-05", "24:00").Obj())
		c := n.reconcile()
		wantConditions(t, c, "Ready=True Succeeded", "Open=False Closed")
		if c.Status.OpenedAt != nil {
			t.Errorf("openedAt: got %v, want none: nobody could book", c.Status.OpenedAt)
		}
	})
}

func TestPostponed(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	peak := int(web(t, n.reconcile()).PeakFloor)
	n.pods(peak, at("2026-12-01T22:41:00Z"))
	n.until(at("2026-12-01T22:50:00Z"))
	wantConditions(t, n.reconcile(), "Prescaled=True ProvedReady")
	n.events()

	n.change(func(c *v1alpha1.Campaign) { c.Spec.Opening.Date = "2026-12-03" })
	c := n.reconcile()
	wantConditions(t, c, "Ready=True Succeeded", "Prescaled=False Waiting", "Open=False NotYetOpen")
	if got, want := c.Status.OpensAt, at("2026-12-03T23:00:00Z"); !got.Time.Equal(want) {
		t.Errorf("opensAt: got %v, want %v", got, want)
	}
	if len(c.Status.Announced) != 2 || !c.Status.Announced[0].OpensAt.Time.Equal(opens) || !c.Status.Announced[1].Since.Time.Equal(at("2026-12-01T22:50:00Z")) {
		t.Errorf("announced: got %+v, want both openings", c.Status.Announced)
	}
	if c.Status.LateSeconds != nil || web(t, c).ProvedReadyAt != nil {
		t.Errorf("what was proved for the old opening is left: %+v", c.Status)
	}
	if got := n.events(); len(got) != 1 || !strings.Contains(got[0], "Rescheduled the opening has moved from Wednesday 2 December 2026 at 00:00 CET") || !strings.Contains(got[0], "to Friday 4 December 2026 at 00:00 CET") {
		t.Errorf("events: got %q", got)
	}
	n.until(at("2026-12-02T08:00:00Z"))
	wantConditions(t, n.reconcile(), "Open=False NotYetOpen")
}

func TestPause(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Closes("2026-12-20", "24:00").Obj())
	floor := web(t, n.reconcile()).PeakFloor
	n.events()
	pause := func(reason string) {
		n.change(func(c *v1alpha1.Campaign) { c.Spec.Pause.Reason = reason })
	}

	pause("too few doses")
	c := n.reconcile()
	wantConditions(t, c, "Open=False Paused", "Ready=True Succeeded")
	if got := web(t, c).PeakFloor; got != floor {
		t.Errorf("peak floor: got %d, want %d as before the pause", got, floor)
	}
	n.wantEvents("Paused")
	n.until(opens.Add(10 * time.Minute))
	c = n.reconcile()
	wantConditions(t, c, "Open=False Paused")
	if c.Status.OpenedAt != nil {
		t.Errorf("openedAt: got %v while paused", c.Status.OpenedAt)
	}
	n.events()

	n.until(opens.Add(30 * time.Minute))
	pause("")
	c = n.reconcile()
	wantConditions(t, c, "Open=True Opened")
	n.wantEvents("Resumed", "Opened")
	if got, want := c.Status.OpenedAt, opens.Add(30*time.Minute); got == nil || !got.Time.Equal(want) {
		t.Errorf("openedAt: got %v, want when it was resumed, %v", got, want)
	}

	n.until(opens.Add(40 * time.Minute))
	pause("a phone number was wrong")
	c = n.reconcile()
	wantConditions(t, c, "Open=False Paused")
	if c.Status.OpenedAt == nil {
		t.Error("openedAt was cleared by a pause")
	}
	if got, want := conditionOf(c, "Open").Message, "no new bookings are taken: a phone number was wrong"; got != want {
		t.Errorf("message: got %q, want %q", got, want)
	}
	n.wantEvents("Paused")
	n.until(at("2026-12-20T23:00:00Z"))
	wantConditions(t, n.reconcile(), "Open=False Closed")
}

// TestWrongSpec: the closing comes before the opening in exact time, which the
// schema cannot see across zones.
func TestWrongSpec(t *testing.T) {
	wrong := func(c *v1alpha1.Campaign) {
		c.Spec.Opening = v1alpha1.CivilTime{Date: "2026-12-03", Time: "24:00"}
		c.Spec.Closing = v1alpha1.CivilTime{Date: "2026-12-04", Time: "00:30", TimeZone: "Asia/Tokyo"}
	}
	t.Run("from the beginning", func(t *testing.T) {
		n := rome(t, "2026-11-20T09:00:00Z")
		n.create(over80().With(wrong).Obj())
		c := n.reconcile()
		wantConditions(t, c, "Stalled=True InvalidSpec", "Ready=False InvalidSpec", "Scheduled=False InvalidSpec",
			"Feasible=Unknown InvalidSpec", "Prescaled=Unknown InvalidSpec", "Open=False InvalidSpec")
		if got := conditionOf(c, "Scheduled").Message; !strings.HasPrefix(got, "spec.closing: ") {
			t.Errorf("message: got %q, want it to name spec.closing", got)
		}
		if len(c.Status.Announced) > 0 {
			t.Errorf("announced: got %v, want none", c.Status.Announced)
		}
		n.change(func(c *v1alpha1.Campaign) { c.Spec.Closing = v1alpha1.CivilTime{} })
		wantConditions(t, n.reconcile(), "Stalled=False Succeeded", "Ready=True Succeeded", "Scheduled=True Scheduled")
	})
	t.Run("after an opening was announced", func(t *testing.T) {
		n := rome(t, "2026-11-20T09:00:00Z")
		n.create(over80().Obj())
		peak := web(t, n.reconcile()).PeakFloor
		n.change(wrong)
		c := n.reconcile()
		wantConditions(t, c, "Stalled=True InvalidSpec", "Scheduled=False InvalidSpec", "Open=False InvalidSpec")
		if got := web(t, c).PeakFloor; got != peak {
			t.Errorf("peak floor: got %d, want %d, that of the announced opening", got, peak)
		}
		n.until(opens.Add(time.Hour))
		c = n.reconcile()
		wantConditions(t, c, "Open=False InvalidSpec")
		if c.Status.OpenedAt != nil {
			t.Errorf("openedAt: got %v, but the opening was postponed", c.Status.OpenedAt)
		}
		n.change(func(c *v1alpha1.Campaign) { c.Spec.Closing = v1alpha1.CivilTime{} })
		c = n.reconcile()
		wantConditions(t, c, "Scheduled=True Scheduled", "Open=False NotYetOpen")
		if got, want := c.Status.OpensAt, at("2026-12-03T23:00:00Z"); !got.Time.Equal(want) {
			t.Errorf("opensAt: got %v, want %v", got, want)
		}
	})
}
