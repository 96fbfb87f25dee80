//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/test/build"
)

const (
	// perReplica is the load, in thousandths of a CPU, that the user's autoscaler
	// wants on each pod: 70 % of the reference booking server's request of 250m.
	perReplica = 175.0
	// deadBand is by how much an HPA lets the load be off before it does anything.
	deadBand = 0.1
	// stepDown is by how much a floor may fall in stepEvery, in External mode.
	stepDown, stepEvery = 0.1, 5 * time.Minute
	// reaction is how long an HPA may take to notice, to get from 1 replica to
	// where it wants to be at its own rate limit, and for the pods to be Ready.
	reaction = 2 * time.Minute
)

// rival is a channel that a user's own HPA drives.
type rival struct {
	channel string
	// needs is how many pods the load would keep exactly at the HPA's target.
	needs float64
	load  int64
}

// tolerated is the fewest pods with which the HPA is content.
func (r rival) tolerated() int32 { return int32(math.Ceil(r.needs/(1+deadBand) - 1e-9)) }

// TestExternalAutoscalerInItsDeadBand: an HPA on a channel's /scale sees a load
// that is just right for the pods that our floor keeps, and asks for nothing.
// When the floor comes down it must notice before capacity is lost.
func TestExternalAutoscalerInItsDeadBand(t *testing.T) {
	t.Parallel()
	s := setScene(t, "external")
	rec := s.record()
	crowd := s.serveMetrics()
	ratios := []int{92, 97, 100, 104, 109} // percent of the target, at the peak: all in the dead band
	rivals := s.declareRivals(ratios)
	s.eventually(2*time.Minute, "the channels are Ready", func() string { return s.unready(len(ratios), 0) })

	closes, peak := s.openUntil(rivals)
	s.eventually(time.Minute, "every channel is at its peak", func() string {
		for _, r := range rivals {
			if now := rec.present(r.channel); now.ready < peak || now.floor != peak {
				return fmt.Sprintf("%s: %s, want %d", r.channel, now, peak)
			}
		}
		return ""
	})
	for i := range rivals {
		rivals[i].needs = float64(peak) * float64(ratios[i]) / 100
		rivals[i].load = int64(rivals[i].needs * perReplica)
		crowd.put(rivals[i].channel, rivals[i].load)
	}
	s.say("%d pods are Ready on every channel; the crowd is there, on each channel another part of what its pods bear", peak)

	s.sleepUntil(closes.Add(-time.Second))
	for _, r := range rivals {
		if now := rec.present(r.channel); now.asked != 1 || now.ready != peak {
			s.Errorf("%s: the autoscaler is not in its dead band: %s", r.channel, now)
		}
	}
	s.say("every autoscaler is content with what runs and asks for 1 replica; the campaign closes, the crowd stays")
	ends := closes.Add(stepEvery + reaction)
	s.sleepUntil(ends)
	for _, r := range rivals {
		s.judge(rec, r, closes, ends)
	}
	s.Logf("what happened:\n%s", rec.timeline(closes.Add(-time.Second), ends))
}

// declareRivals makes one channel for each ratio, with a user's HPA.
func (s *scene) declareRivals(ratios []int) []rival {
	s.Helper()
	s.create(build.MakePlatform(build.Platform).Launches(1, 1).Starts(1000).Obj(),
		build.MakeHub("fiera-di-roma").Serves(500, 8).Obj())
	var rivals []rival
	for _, ratio := range ratios {
		r := rival{channel: fmt.Sprintf("load-%d", ratio)}
		rivals = append(rivals, r)
		s.create(build.MakeChannel(r.channel).External().Between(2, 80).Obj(), &autoscalingv2.HorizontalPodAutoscaler{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "users-own-" + r.channel},
			Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
				ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{
					APIVersion: v1alpha1.GroupVersion.String(), Kind: "BookingChannel", Name: r.channel,
				},
				MinReplicas: ptr.To[int32](1),
				MaxReplicas: 80,
				Metrics: []autoscalingv2.MetricSpec{{
					Type: autoscalingv2.ResourceMetricSourceType,
					Resource: &autoscalingv2.ResourceMetricSource{
						Name: corev1.ResourceCPU,
						Target: autoscalingv2.MetricTarget{
							Type: autoscalingv2.UtilizationMetricType, AverageUtilization: ptr.To[int32](70),
						},
					},
				}},
			},
		})
	}
	return rivals
}

// openUntil declares a campaign that has just opened and closes in a minute or
// two, when the floor begins to fall; and says what the planner makes of it.
func (s *scene) openUntil(rivals []rival) (closes time.Time, peak int32) {
	s.Helper()
	zone, err := opening.Zone("Europe/Rome")
	s.must("find the zone", err)
	opens := time.Now().Add(-time.Minute).Truncate(time.Minute).In(zone)
	closes = time.Now().Add(2*time.Minute + 10*time.Second).Truncate(time.Minute)
	local := closes.In(zone)
	campaign := build.MakeCampaign("everyone").Opens(opens.Format(time.DateOnly), opens.Format("15:04")).
		Closes(local.Format(time.DateOnly), local.Format("15:04")).Expects(1_450_000)
	for _, r := range rivals {
		campaign.Through(r.channel, int32(100/len(rivals)))
	}
	s.create(campaign.Obj())
	set, found, err := observe.Set(s.ctx, s.Client, namespace, build.Platform)
	if err != nil || !found {
		s.Fatalf("read the campaign back: found %t: %v", found, err)
	}
	plan, _ := set.Plan(time.Now(), 1).Channel(rivals[0].channel)
	s.say("declared a campaign that has opened and closes at %s, for which the planner wants %s", clock(closes), plan.Floor)
	return closes, int32(plan.Floor.Replicas)
}

// judge says how much capacity a channel lost, and for how long.
func (s *scene) judge(rec *recorder, r rival, from, to time.Time) {
	s.Helper()
	moments := rec.during(r.channel, from, to)
	lowest, last := lowestOf(moments), moments[len(moments)-1]
	// Just before a step the HPA is content; the step takes a tenth of that.
	least := r.needs / (1 + deadBand) * (1 - stepDown)
	under, longestUnder := time.Duration(0), time.Duration(0)
	var since time.Time
	for i, m := range moments {
		until := to
		if i+1 < len(moments) {
			until = moments[i+1].at
		}
		if m.ready >= r.tolerated() {
			since = time.Time{}
			continue
		}
		if since.IsZero() {
			since = m.at
		}
		under += until.Sub(m.at)
		longestUnder = max(longestUnder, until.Sub(since))
	}
	s.say("%s needs %.1f pods at the target and at least %d for its autoscaler to be content: never fewer than %d Ready, "+
		"fewer than %d for %s; at the end the floor is %d, the autoscaler asks for %d, %d are Ready",
		r.channel, r.needs, r.tolerated(), lowest.ready, r.tolerated(), under.Round(time.Second), last.floor, last.asked, last.ready)
	if float64(lowest.ready) < least-1e-9 {
		s.Errorf("%s lost capacity: %d Ready pods, of %.1f that it needs", r.channel, lowest.ready, r.needs)
	}
	if longestUnder > reaction {
		s.Errorf("%s: its autoscaler was overruled by the floor's fall for %s", r.channel, longestUnder)
	}
	if last.ready < r.tolerated() {
		s.Errorf("%s: in the end %d pods are Ready, at least %d are needed", r.channel, last.ready, r.tolerated())
	}
	if last.asked < r.tolerated() {
		s.Errorf("%s: its autoscaler asks for %d in the end, so the floor keeps it from losing capacity, or nothing was tried", r.channel, last.asked)
	}
}
