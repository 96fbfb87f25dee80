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

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/workload"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// over80 opens at 2026-12-01T23:00:00Z and needs more of the channel web than its base.
func over80() *build.CampaignBuilder {
	return build.MakeCampaign("over-80").Opens("2026-12-01", "24:00").Expects(60_000).Through("web", 100)
}

var opens = at("2026-12-01T23:00:00Z")

// rome has a platform, a hub and the channel web.
func rome(t *testing.T, now string) *night {
	t.Helper()
	n := newNight(t, now)
	n.create(build.MakePlatform("lazio").Obj(), build.MakeHub("fiera").Obj(), build.MakeChannel("web").Obj())
	return n
}

// web is the launch of the channel web.
func web(t *testing.T, c *v1alpha1.Campaign) v1alpha1.ChannelLaunch {
	t.Helper()
	if len(c.Status.Channels) == 0 || c.Status.Channels[0].Channel != "web" {
		t.Fatalf("channels: got %+v, want web", c.Status.Channels)
	}
	return c.Status.Channels[0]
}

func TestWholeLife(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Closes("2027-02-28", "24:00").Obj())

	// Days before.
	c := n.reconcile()
	wantConditions(t, c, "Ready=True Succeeded", "Reconciling=False Succeeded", "Stalled=False Succeeded",
		"Scheduled=True Scheduled", "Feasible=True Fits", "Prescaled=False Waiting", "Open=False NotYetOpen")
	n.wantEvents("Scheduled")
	wantInstants(t, c)
	launch := web(t, c)
	if launch.PeakFloor < 4 || launch.Share == nil || *launch.Share != launch.PeakFloor || launch.RampStartsAt == nil || launch.ProvedReadyAt != nil {
		t.Fatalf("launch of web: got %+v, want a peak of its own and a ramp to it", launch)
	}

	// The ramp.
	n.until(launch.RampStartsAt.Time)
	wantConditions(t, n.reconcile(), "Prescaled=False Ramping", "Ready=True Succeeded")
	pods := n.pods(int(launch.PeakFloor)-1, at("2026-12-01T22:41:30Z"))
	n.until(at("2026-12-01T22:42:00Z"))
	wantConditions(t, n.reconcile(), "Prescaled=False Ramping")
	n.wantEvents()

	// The last pod.
	n.pods(1, at("2026-12-01T22:42:07Z"))
	n.until(at("2026-12-01T22:42:30Z"))
	c = n.reconcile()
	wantConditions(t, c, "Prescaled=True ProvedReady", "Open=False NotYetOpen")
	n.wantEvents("Prescaled")
	wantInstant(t, "provedReadyAt", web(t, c).ProvedReadyAt, at("2026-12-01T22:42:07Z"))
	if got := c.Status.LateSeconds; got == nil || *got != 0 {
		t.Errorf("lateSeconds: got %v, want 0", got)
	}

	// The opening.
	n.until(opens.Add(-time.Nanosecond))
	wantConditions(t, n.reconcile(), "Open=False NotYetOpen")
	n.until(opens)
	c = n.reconcile()
	wantConditions(t, c, "Open=True Opened", "Ready=True Succeeded")
	n.wantEvents("Opened")
	wantInstant(t, "openedAt", c.Status.OpenedAt, opens)

	// The day after, without the pods.
	n.remove(pods...)
	n.until(at("2026-12-02T09:00:00Z"))
	wantConditions(t, n.reconcile(), "Prescaled=True ProvedReady", "Feasible=True Fits", "Ready=True Succeeded")

	// The closing.
	n.until(at("2027-02-28T23:00:00Z"))
	c = n.reconcile()
	wantConditions(t, c, "Open=False Closed", "Ready=True Succeeded")
	n.wantEvents("Closed")
	if c.Status.OpenedAt == nil {
		t.Error("openedAt was cleared by the closing")
	}
}

// wantInstants of over80 with its closing.
func wantInstants(t *testing.T, c *v1alpha1.Campaign) {
	t.Helper()
	wantInstant(t, "opensAt", c.Status.OpensAt, opens)
	if got, want := c.Status.OpensAtLocal, "Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December"; got != want {
		t.Errorf("opensAtLocal: got %q, want %q", got, want)
	}
	wantInstant(t, "closesAt", c.Status.ClosesAt, at("2027-02-28T23:00:00Z"))
}

func wantInstant(t *testing.T, field string, got *metav1.Time, want time.Time) {
	t.Helper()
	if got == nil || !got.Time.Equal(want) {
		t.Errorf("%s: got %v, want %v", field, got, want)
	}
}

// TestNobodyWatching: the manager was dead from a minute before the opening, or
// from long before the ramp, until after it.
func TestNobodyWatching(t *testing.T) {
	for name, back := range map[string]time.Duration{"a minute": time.Minute, "two hours": 2 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			n := rome(t, "2026-11-20T09:00:00Z")
			n.create(over80().Obj())
			peak := int(web(t, n.reconcile()).PeakFloor)
			n.pods(peak-1, at("2026-12-01T22:44:00Z"))
			n.pods(1, at("2026-12-01T22:48:20Z"))
			n.pods(2, at("2026-12-01T23:00:30Z"))

			n.until(opens.Add(back))
			c := n.reconcile()
			wantConditions(t, c, "Prescaled=True ProvedReady", "Open=True Opened")
			if got := c.Status.LateSeconds; got == nil || *got != 200 {
				t.Errorf("lateSeconds: got %v, want 200", got)
			}
			if got := c.Status.OpenedAt; got == nil || !got.Time.Equal(opens) {
				t.Errorf("openedAt: got %v, want the opening itself, %v", got, opens)
			}
		})
	}
}

func TestNotProvedHeals(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	peak := int(web(t, n.reconcile()).PeakFloor)
	n.pods(peak-1, at("2026-12-01T22:40:00Z"))
	n.events()

	n.until(at("2026-12-01T22:45:00Z"))
	c := n.reconcile()
	wantConditions(t, c, "Prescaled=False NotProved", "Ready=True Succeeded")
	n.wantEvents("NotProved")
	if c.Status.LateSeconds != nil {
		t.Errorf("lateSeconds: got %d before all were proved", *c.Status.LateSeconds)
	}

	n.pods(1, at("2026-12-01T22:59:00Z"))
	n.until(at("2026-12-01T22:59:01Z"))
	c = n.reconcile()
	wantConditions(t, c, "Prescaled=True ProvedReady")
	n.wantEvents("Prescaled")
	if got := c.Status.LateSeconds; got == nil || *got != 14*60 {
		t.Errorf("lateSeconds: got %v, want %d", got, 14*60)
	}
}

// TestForeignPodsProveNothing: they carry the channel's labels, and are not of its
// Deployment.
func TestForeignPodsProveNothing(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	peak := int(web(t, n.reconcile()).PeakFloor)
	ready := at("2026-12-01T22:43:00Z")
	n.pods(peak-1, ready)
	n.create(build.MakePod("canary", "web").Foreign().ReadySince(ready).Obj(),
		build.MakePod("of-another", "web-canary").With(func(p *corev1.Pod) { p.Labels[workload.LabelChannel] = "web" }).ReadySince(ready).Obj())
	n.until(at("2026-12-01T22:50:00Z"))
	wantConditions(t, n.reconcile(), "Prescaled=False NotProved")
	n.pods(1, at("2026-12-01T22:51:00Z"))
	n.until(at("2026-12-01T22:52:00Z"))
	wantConditions(t, n.reconcile(), "Prescaled=True ProvedReady")
}

func TestNeverProved(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	peak := int(web(t, n.reconcile()).PeakFloor)
	n.until(at("2026-12-02T00:00:00Z")) // the end of keepPeak
	c := n.reconcile()
	wantConditions(t, c, "Prescaled=False NotProved", "Open=True Opened", "Ready=True Succeeded")
	if got := conditionOf(c, "Prescaled").Message; !strings.HasPrefix(got, "not proved Ready by the end of the launch") {
		t.Errorf("message: got %q", got)
	}
	n.pods(peak, at("2026-12-02T00:00:01Z"))
	n.until(at("2026-12-02T00:10:00Z"))
	wantConditions(t, n.reconcile(), "Prescaled=False NotProved")
}

// TestNoRampNeeded: what always runs is enough.
func TestNoRampNeeded(t *testing.T) {
	n := newNight(t, "2026-11-20T09:00:00Z")
	n.create(build.MakePlatform("lazio").Obj(), build.MakeHub("fiera").Obj(),
		build.MakeChannel("web").Between(12, 200).Obj(), over80().Obj())
	n.pods(12, at("2026-11-19T08:00:00Z"))
	c := n.reconcile()
	wantConditions(t, c, "Prescaled=False Waiting")
	if launch := web(t, c); launch.RampStartsAt != nil || launch.PeakFloor != 12 {
		t.Fatalf("launch of web: got %+v, want a peak of 12 without a ramp", launch)
	}
	result, err := n.reconciler.Reconcile(t.Context(), n.request(name))
	if err != nil || result.RequeueAfter != 10*time.Minute {
		t.Errorf("look again: got %v, %v, want in 10 minutes", result, err)
	}
	n.until(at("2026-12-01T22:35:00Z"))
	c = n.reconcile()
	wantConditions(t, c, "Prescaled=True ProvedReady")
	if got := web(t, c).ProvedReadyAt; got == nil || !got.Time.Equal(at("2026-11-19T08:00:00Z")) {
		t.Errorf("provedReadyAt: got %v", got)
	}
}

// TestProvedAnew: a second campaign at the same midnight raises the peak floor.
func TestProvedAnew(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	launch := web(t, n.reconcile())
	n.pods(int(launch.PeakFloor), at("2026-12-01T22:42:20Z"))
	n.until(at("2026-12-01T22:42:30Z"))
	wantConditions(t, n.reconcile(), "Prescaled=True ProvedReady")

	n.create(build.MakeCampaign("born-1946-1950").Expects(20_000).Through("web", 100).Obj())
	c := n.reconcile()
	wantConditions(t, c, "Prescaled=False Ramping")
	if got := web(t, c); got.PeakFloor <= launch.PeakFloor || got.ProvedReadyAt != nil || *got.Share >= got.PeakFloor {
		t.Errorf("launch of web: got %+v, was %+v, want a greater peak that is not proved and is shared", got, launch)
	}
	n.pods(int(web(t, c).PeakFloor-launch.PeakFloor), at("2026-12-01T22:44:00Z"))
	n.until(at("2026-12-01T22:44:30Z"))
	wantConditions(t, n.reconcile(), "Prescaled=True ProvedReady")
}

// TestCapacityLost: what was proved is not taken for granted until the peak has been
// kept long enough; from then on the last verdict stands.
func TestCapacityLost(t *testing.T) {
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	peak := int(web(t, n.reconcile()).PeakFloor)
	pods := n.pods(peak, at("2026-12-01T22:43:00Z"))
	n.until(at("2026-12-01T22:45:00Z"))
	wantConditions(t, n.reconcile(), "Prescaled=True ProvedReady")
	n.events()

	n.remove(pods[0])
	n.until(at("2026-12-01T22:50:00Z"))
	c := n.reconcile()
	wantConditions(t, c, "Prescaled=False CapacityLost", "Ready=True Succeeded")
	n.wantEvents("CapacityLost")
	if got := conditionOf(c, v1alpha1.ConditionPrescaled).Message; !strings.Contains(got, "; but now web has 8 Ready pods of 9") {
		t.Errorf("message: %s", got)
	}
	wantInstant(t, "provedReadyAt", web(t, c).ProvedReadyAt, at("2026-12-01T22:43:00Z"))

	back := n.pods(1, at("2026-12-01T22:51:30Z"))
	n.until(at("2026-12-01T22:52:00Z"))
	c = n.reconcile()
	wantConditions(t, c, "Prescaled=True ProvedReady")
	n.wantEvents("Prescaled")
	wantInstant(t, "provedReadyAt", web(t, c).ProvedReadyAt, at("2026-12-01T22:51:30Z"))
	wantLate(t, c, 390)

	n.until(opens)
	n.reconcile()
	n.remove(back...)
	n.events()
	n.until(opens.Add(time.Minute))
	c = n.reconcile()
	wantConditions(t, c, "Prescaled=False CapacityLost", "Open=True Opened")
	wantInstant(t, "lostAt", web(t, c).LostAt, opens.Add(time.Minute))
	wantLate(t, c, 390) // it was whole at the opening
	n.wantEvents("CapacityLost")

	n.until(opens.Add(time.Hour))
	c = n.reconcile()
	wantConditions(t, c, "Prescaled=False CapacityLost")
	if got := conditionOf(c, v1alpha1.ConditionPrescaled).Message; !strings.HasSuffix(got,
		"; but web lost pods at 2026-12-02 00:01:00 CET and did not have them back by the end of the launch at 2026-12-02 01:00:00 CET") {
		t.Errorf("message: %s", got)
	}
	n.pods(1, opens.Add(time.Hour))
	n.until(opens.Add(2 * time.Hour))
	wantConditions(t, n.reconcile(), "Prescaled=False CapacityLost")
	n.wantEvents()
}

// TestNoGoStaysAtTheOpening: proved Ready, then a quota leaves a few pods, or none. The
// opening does not turn this into GO, and the record says how late the channel was.
func TestNoGoStaysAtTheOpening(t *testing.T) {
	for name, left := range map[string]int{"some are left": 2, "none is left": 0} {
		t.Run(name, func(t *testing.T) {
			n := rome(t, "2026-11-20T09:00:00Z")
			n.create(over80().Obj())
			peak := int(web(t, n.reconcile()).PeakFloor)
			pods := n.pods(peak, at("2026-12-01T22:43:00Z"))
			n.until(at("2026-12-01T22:45:00Z"))
			n.reconcile()
			n.remove(pods[left:]...)
			n.until(at("2026-12-01T22:55:00Z"))
			wantConditions(t, n.reconcile(), "Prescaled=False CapacityLost")
			n.events()

			for _, since := range []time.Duration{0, time.Second, 10 * time.Minute, 59 * time.Minute} {
				n.until(opens.Add(since))
				c := n.reconcile()
				wantConditions(t, c, "Prescaled=False CapacityLost", "Open=True Opened")
				if c.Status.LateSeconds != nil {
					t.Errorf("lateSeconds: got %d while pods are missing", *c.Status.LateSeconds)
				}
			}
			n.wantEvents("Opened")

			n.pods(peak-left, opens.Add(59*time.Minute+10*time.Second))
			n.until(opens.Add(59*time.Minute + 20*time.Second))
			c := n.reconcile()
			wantConditions(t, c, "Prescaled=True ProvedReady")
			wantLate(t, c, 74*60+10)
			if got := n.events(); len(got) != 1 || !strings.HasPrefix(got[0], "Warning Prescaled ") {
				t.Errorf("events: got %q, want a warning", got)
			}
		})
	}
}

// TestQuotesAChannelInTrouble: what a channel says of its pods stands in the campaigns
// that are ahead, until their launch is over.
func TestQuotesAChannelInTrouble(t *testing.T) {
	const trouble = "the API server refuses pods: exceeded quota: small; 5 pods are Ready, the floor is 9"
	n := rome(t, "2026-11-20T09:00:00Z")
	n.create(over80().Obj())
	n.reconcile()
	channel := &v1alpha1.BookingChannel{}
	if err := n.api.Get(t.Context(), n.request("web").NamespacedName, channel); err != nil {
		t.Fatal(err)
	}
	channel.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonPodsRefused, Message: trouble, LastTransitionTime: metav1.NewTime(opens),
	}}
	if err := n.api.Status().Update(t.Context(), channel); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		at     string
		reason string
		quotes bool
	}{
		{"2026-11-20T09:00:00Z", "Waiting", true},
		{"2026-12-01T22:43:00Z", "Ramping", true},
		{"2026-12-01T22:50:00Z", "NotProved", true},
		{"2026-12-02T01:00:00Z", "NotProved", false},
	} {
		n.until(at(step.at))
		c := n.reconcile()
		wantConditions(t, c, "Prescaled=False "+step.reason)
		if got := conditionOf(c, v1alpha1.ConditionPrescaled).Message; strings.HasSuffix(got, "; web: "+trouble) != step.quotes {
			t.Errorf("%s: got %q, want the trouble quoted: %t", step.at, got, step.quotes)
		}
	}
}

func wantLate(t *testing.T, c *v1alpha1.Campaign, want int64) {
	t.Helper()
	if got := c.Status.LateSeconds; got == nil || *got != want {
		t.Errorf("lateSeconds: got %v, want %d", got, want)
	}
}

// TestPausesAreRemembered, since they stop the forecast's clock.
func TestPausesAreRemembered(t *testing.T) {
	n := rome(t, "2026-12-01T22:50:00Z")
	n.create(over80().Paused("a fault").Obj())
	c := n.reconcile()
	if got := c.Status.Pauses; len(got) != 1 || !got[0].From.Time.Equal(at("2026-12-01T22:50:00Z")) || got[0].Until != nil {
		t.Errorf("pauses: got %v, want one since 22:50", got)
	}
	n.until(at("2026-12-02T08:00:00Z"))
	n.change(func(c *v1alpha1.Campaign) { c.Spec.Pause = v1alpha1.Pause{} })
	c = n.reconcile()
	if got := c.Status.Pauses; len(got) != 1 || got[0].Until == nil || !got[0].Until.Time.Equal(at("2026-12-02T08:00:00Z")) {
		t.Errorf("pauses: got %v, want one until 08:00", got)
	}
}
