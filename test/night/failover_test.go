//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/stage"
)

const (
	// farPlatforms is how many platforms there are whose openings are a month
	// away. Each has farObjects objects.
	farPlatforms, farObjects = 100, 20
	farCampaigns, farHubs    = 14, 3
	// inPassing is how much of the rest may be done before what is near an opening:
	// each worker may have taken one thing, and the next, before it was there.
	inPassing = 16
	// handled is how long after a takeover what is near must have been done.
	handled = 10 * time.Second
	// deadline is how long before the opening the standby is to take over: the
	// leader is killed earlier by what its Lease lasts, and was started before.
	deadline, leaseLasts, head = time.Minute, 17 * time.Second, 12 * time.Second
)

// TestFailoverBeforeAnOpening: an operator that finds two thousand objects to
// look at does first what belongs to an opening a minute away, although that
// was declared last and is last in every list; and so does the standby that
// takes over when it is killed in the middle of the work.
func TestFailoverBeforeAnOpening(t *testing.T) {
	// Not parallel: the other nights would be late while two thousand objects are worked off.
	s := setScene(t, "failover")
	s.operator.stop()
	s.declareFar()
	opens := time.Now().Add(deadline + leaseLasts + head).Truncate(time.Minute).Add(time.Minute)
	near := s.declareNear(opens)
	s.say("declared %d objects that open in a month, then a campaign that opens at %s", farPlatforms*farObjects, clock(opens))
	s.sleepUntil(opens.Add(-deadline - leaseLasts - head))

	started := time.Now()
	s.operator.start()
	s.takenOver("", "the operator leads")
	standby := &kubelet{scene: s}
	t.Cleanup(standby.kill)
	standby.start()
	s.eventually(time.Minute, "the leader is in the middle of its work", func() string {
		return s.missing(s.requests(started), 50)
	})
	s.nearFirst("at the start", s.requests(started))

	leader, _ := s.leader()
	s.operator.kill()
	s.operator = standby
	s.say("killed the leader; before anybody else leads, the forecast of the near campaign is doubled")
	doubled := near.DeepCopy()
	doubled.Spec.Forecast.EligiblePeople *= 2
	s.must("double the forecast", s.Client.Patch(s.ctx, doubled, client.MergeFrom(near)))
	took := s.takenOver(leader, "the standby leads")
	s.say("the standby took over %s before the opening", opens.Sub(took).Round(time.Second))
	s.eventually(patience, "the standby has worked on", func() string {
		return s.missing(s.requests(took), 100)
	})
	for what, done := range s.nearFirst("after the takeover", s.requests(took)) {
		if done.Sub(took) > handled {
			t.Errorf("%s was done %s after the takeover, want within %s", what, done.Sub(took), handled)
		}
		if !done.Before(opens) {
			t.Errorf("%s was done at %s, after the opening", what, clock(done))
		}
	}
}

// takenOver waits until somebody else leads than before, and says since when.
func (s *scene) takenOver(before, what string) (since time.Time) {
	s.Helper()
	s.eventually(time.Minute, what, func() string {
		var holder string
		if holder, since = s.leader(); holder == "" || holder == before {
			return fmt.Sprintf("the Lease is held by %q", holder)
		}
		return ""
	})
	return since
}

// leader is who leads, or "", and since when.
func (s *scene) leader() (holder string, since time.Time) {
	s.Helper()
	lease := &coordinationv1.Lease{}
	key := client.ObjectKey{Namespace: stage.OperatorNamespace, Name: "manager.mezzanotte.dev"}
	s.must("read the Lease", client.IgnoreNotFound(s.Client.Get(s.ctx, key, lease)))
	return ptr.Deref(lease.Spec.HolderIdentity, ""), ptr.Deref(lease.Spec.AcquireTime, metav1.MicroTime{}).Time
}

// declareFar declares what opens in a month.
func (s *scene) declareFar() {
	s.Helper()
	date, _ := s.civil(time.Now().AddDate(0, 1, 0))
	objects := make(chan client.Object)
	var creating sync.WaitGroup
	for range 8 {
		creating.Go(func() {
			for o := range objects {
				if err := s.Client.Create(s.ctx, o); err != nil {
					s.Errorf("create %T %s: %v", o, o.GetName(), err)
				}
			}
		})
	}
	for i := range farPlatforms {
		name := fmt.Sprintf("far-%03d", i)
		objects <- build.MakePlatform(name).Obj()
		for _, channel := range []string{"-app", "-web"} {
			objects <- build.MakeChannel(name + channel).Of(name).Obj()
		}
		for n := range farHubs {
			objects <- build.MakeHub(fmt.Sprintf("%s-hub-%d", name, n)).Of(name).Obj()
		}
		for n := range farCampaigns {
			objects <- build.MakeCampaign(fmt.Sprintf("%s-band-%02d", name, n)).Of(name).Opens(date, "24:00").
				Expects(50_000).Through(name+"-app", 50).Through(name+"-web", 50).Obj()
		}
	}
	close(objects)
	creating.Wait()
}

// nearObjects are what must be written of the near opening, as requests have it:
// each channel's floor is its autoscaler's minimum.
var nearObjects = map[string][]string{
	"campaigns/status":         {"near-over-80"},
	"horizontalpodautoscalers": {"near-app", "near-web"},
}

// declareNear declares what opens soon, and returns its campaign.
func (s *scene) declareNear(opens time.Time) *v1alpha1.Campaign {
	s.Helper()
	s.create(build.MakePlatform("near").Launches(1, 30).Obj())
	for _, channel := range nearObjects["horizontalpodautoscalers"] {
		s.create(build.MakeChannel(channel).Of("near").Obj())
	}
	date, clock := s.civil(opens)
	campaign := build.MakeCampaign("near-over-80").Of("near").Opens(date, clock).
		Expects(200_000).Through("near-app", 50).Through("near-web", 50).Obj()
	s.create(campaign)
	return campaign
}

// nearFirst wants everything near to have been written before the rest, and
// says when it was.
func (s *scene) nearFirst(when string, requests []request) map[string]time.Time {
	s.Helper()
	done := map[string]time.Time{}
	for kind, names := range nearObjects {
		for _, name := range names {
			what := kind + " " + name
			written, ok := firstWrite(requests, kind, name)
			if !ok {
				s.Errorf("%s: %s was not written", when, what)
				continue
			}
			done[what] = written.At
			before := 0
			for _, r := range far(requests, kind) {
				if r.At.Before(written.At) {
					before++
				}
			}
			s.say("%s: %s was written at %s, after %d of the others", when, what, clock(written.At), before)
			if before > inPassing {
				s.Errorf("%s: %d others were written before %s, want at most %d", when, before, what, inPassing)
			}
		}
	}
	return done
}

// far are the writes to objects that open in a month.
func far(requests []request, of string) []request {
	var out []request
	for _, r := range requests {
		if r.writes() && r.of() == of && strings.HasPrefix(r.On.Name, "far-") {
			out = append(out, r)
		}
	}
	return out
}

func first(requests []request, so func(request) bool) (request, bool) {
	for _, r := range requests {
		if so(r) {
			return r, true
		}
	}
	return request{}, false
}

// missing names something near that is not written yet, or says how many of the
// given number of other objects are missing.
func (s *scene) missing(requests []request, rest int) string {
	for kind, names := range nearObjects {
		for _, name := range names {
			if _, ok := firstWrite(requests, kind, name); !ok {
				return fmt.Sprintf("%s %s is not written", kind, name)
			}
		}
	}
	if n := len(far(requests, "campaigns/status")); n < rest {
		return fmt.Sprintf("%d of %d far campaigns are written", n, rest)
	}
	return ""
}

func firstWrite(requests []request, of, name string) (request, bool) {
	return first(requests, func(r request) bool { return r.writes() && r.of() == of && r.On.Name == name })
}
