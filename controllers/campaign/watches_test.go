/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// TestWatches: in a running manager everything heals by itself long before the
// next wake-up, which is ten minutes away.
func TestWatches(t *testing.T) {
	n := newNight(t, "2026-12-01T22:44:30Z")
	mgr := testenv.Manager(t, config)
	if err := observe.Index(t.Context(), mgr.GetFieldIndexer()); err != nil {
		t.Fatal(err)
	}
	if err := New(mgr, n.clock).SetupWithManager(mgr); err != nil {
		t.Fatal(err)
	}
	testenv.Background(t, mgr)

	n.create(over80().Obj())
	n.eventually("Reconciling=True PlatformNotFound")
	n.create(build.MakePlatform("lazio").Obj())
	n.eventually("Reconciling=True ChannelNotFound")
	n.create(build.MakeChannel("web").Obj())
	n.eventually("Stalled=True TooLate")
	n.create(build.MakeHub("fiera").Obj())
	n.pods(9, at("2026-12-01T22:44:20Z"))
	n.eventually("Ready=True Succeeded")
	n.eventually("Prescaled=True ProvedReady")
	n.create(build.MakeCampaign("born-1946-1950").Expects(20_000).Through("web", 100).Obj())
	n.eventually("Prescaled=False Ramping") // another campaign raises the peak
}

// eventually waits for a condition, as "Type=Status Reason".
func (n *night) eventually(wanted string) {
	n.Helper()
	var got string
	err := wait.PollUntilContextTimeout(n.Context(), 50*time.Millisecond, 20*time.Second, true, func(context.Context) (bool, error) {
		c := n.read()
		got = ""
		for _, have := range c.Status.Conditions {
			text := have.Type + "=" + string(have.Status) + " " + have.Reason
			if text == wanted {
				return true, nil
			}
			got += text + ", "
		}
		return false, nil
	})
	if err != nil {
		n.Fatalf("got %s want %s", got, wanted)
	}
}

// TestPodsOfInterest: a pod wakes the campaigns that wait for its channel, and no others.
func TestPodsOfInterest(t *testing.T) {
	ramp, opens := at("2026-12-01T22:42:00Z"), at("2026-12-01T23:00:00Z")
	proved := instant(at("2026-12-01T22:44:00Z"))
	status := func(launches ...v1alpha1.ChannelLaunch) v1alpha1.CampaignStatus {
		return v1alpha1.CampaignStatus{OpensAt: instant(opens), Channels: launches}
	}
	for name, test := range map[string]struct {
		status v1alpha1.CampaignStatus
		now    time.Time
		want   bool
	}{
		"before the ramp":            {status(v1alpha1.ChannelLaunch{Channel: "web", RampStartsAt: instant(ramp)}), ramp.Add(-time.Second), false},
		"in the ramp":                {status(v1alpha1.ChannelLaunch{Channel: "web", RampStartsAt: instant(ramp)}), ramp, true},
		"proved, and may be lost":    {status(v1alpha1.ChannelLaunch{Channel: "web", RampStartsAt: instant(ramp), ProvedReadyAt: proved}), ramp.Add(3 * time.Minute), true},
		"proved and open":            {status(v1alpha1.ChannelLaunch{Channel: "web", RampStartsAt: instant(ramp), ProvedReadyAt: proved}), opens, true},
		"no ramp, that evening":      {status(v1alpha1.ChannelLaunch{Channel: "web"}), opens.Add(-time.Hour), true},
		"no ramp, that morning":      {status(v1alpha1.ChannelLaunch{Channel: "web"}), opens.Add(-12 * time.Hour), false},
		"another channel":            {status(v1alpha1.ChannelLaunch{Channel: "app"}), opens, false},
		"the day after":              {status(v1alpha1.ChannelLaunch{Channel: "web"}), opens.Add(24 * time.Hour), false},
		"an opening that is unknown": {v1alpha1.CampaignStatus{}, opens, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := waits(&v1alpha1.Campaign{Status: test.status}, "web", test.now); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestReadyOrNot(t *testing.T) {
	one, other := at("2026-12-01T22:43:00Z"), at("2026-12-01T22:44:00Z")
	starting := build.MakePod("web-1", "web").Obj()
	ready := build.MakePod("web-1", "web").ReadySince(one).Obj()
	again := build.MakePod("web-1", "web").ReadySince(other).Obj()
	leaving := ready.DeepCopy()
	leaving.DeletionTimestamp = &ready.Status.Conditions[0].LastTransitionTime
	relabelled := ready.DeepCopy()
	relabelled.Labels["more"] = "yes"

	passes := readyOrNot()
	for name, test := range map[string]struct {
		before, after *corev1.Pod
		want          bool
	}{
		"starting":                       {starting, starting, false},
		"Ready":                          {starting, ready, true},
		"Ready and changed":              {ready, relabelled, false},
		"Ready again before it was seen": {ready, again, true},
		"no longer Ready":                {ready, starting, true},
		"on its way out":                 {ready, leaving, true},
		"on its way out before it was":   {starting, leaving, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := passes.Update(event.UpdateEvent{ObjectOld: test.before, ObjectNew: test.after}); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	if passes.Create(event.CreateEvent{Object: starting}) || !passes.Create(event.CreateEvent{Object: ready}) ||
		!passes.Delete(event.DeleteEvent{Object: ready}) || passes.Delete(event.DeleteEvent{Object: starting}) {
		t.Error("want pods that are Ready when they are first seen, or when they are deleted, and no others")
	}
}

// TestPublishing: of a platform's status only a catalog that is not published concerns campaigns.
func TestPublishing(t *testing.T) {
	says := func(status metav1.ConditionStatus, message string) *v1alpha1.BookingPlatform {
		return build.MakePlatform("lazio").With(func(p *v1alpha1.BookingPlatform) {
			p.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionCatalogPublished, Status: status, Message: message}}
		}).Obj()
	}
	published, next, refused := says(metav1.ConditionTrue, "revision 7"), says(metav1.ConditionTrue, "revision 8"), says(metav1.ConditionFalse, tooMany)
	if observe.Changed(publishing).Update(event.UpdateEvent{ObjectOld: published, ObjectNew: next}) {
		t.Error("every revision concerns every campaign")
	}
	if !observe.Changed(publishing).Update(event.UpdateEvent{ObjectOld: next, ObjectNew: refused}) || !observe.Changed(publishing).Update(event.UpdateEvent{ObjectOld: refused, ObjectNew: next}) {
		t.Error("a refused catalog passes unseen")
	}
}
