//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"fmt"
	"testing"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/test/build"
)

const (
	// podRequest is the reference booking server's CPU request, in thousandths;
	// target is how many percent of it the user's autoscaler aims at.
	podRequest, target = 250, 70
	// contentUpTo is the utilisation up to which an HPA does nothing: a tenth
	// above the target, and whole percents rounded down.
	contentUpTo = 77
	// stepEvery is within how long a floor may fall by a tenth, in External mode.
	stepEvery = 5 * time.Minute
	// reaction is how long an HPA may take to notice, to get from 1 replica to
	// where it wants to be at its own rate limit, and for the pods to be Ready.
	reaction = 2 * time.Minute
	// usersOwn begins the names of the user's autoscalers.
	usersOwn = "users-own-"
)

// rival is a channel that a user's own HPA drives.
type rival struct {
	channel string
	load    int64 // in thousandths of a CPU
}

// utilization that the HPA sees with the given number of pods, in percent of their requests:
// it rounds each pod's thousandths up, and the percents down.
func (r rival) utilization(pods int32) int64 {
	n := int64(max(1, pods))
	return 100 * ((r.load + n - 1) / n) / podRequest
}

// content is the fewest pods with which the HPA does nothing.
func (r rival) content() int32 {
	pods := int32(1)
	for r.utilization(pods) > contentUpTo {
		pods++
	}
	return pods
}

// TestExternalAutoscalerInItsDeadBand: an HPA on a channel's /scale sees a load
// that is just right for the pods that our floor keeps, and asks for nothing.
// When the floor comes down it must notice at the first pod that is too few, and
// no other may go before it has that one back. Not a pod less is more than can be
// had: in its dead band an HPA asks for nothing, so only what goes beyond it wakes
// it. It counts its rate limit from the channel's replicas, which are 1, not from
// what runs, and so needs a minute to ask for what it knows it needs; what runs
// is held meanwhile.
func TestExternalAutoscalerInItsDeadBand(t *testing.T) {
	t.Parallel()
	s := setScene(t, "external")
	rec := s.record()
	crowd := s.serveMetrics()
	// Percents of the target, at the peak: all in the dead band. The first is content
	// with what is left after five minutes; the others wake one after the other.
	ratios := []int{95, 100, 102, 104, 109}
	rivals := s.declareRivals(ratios)
	s.eventually(patience, "the channels are Ready", func() string { return s.unready(len(ratios), 0) })

	peak := s.open(rivals)
	s.eventually(patience, "every channel is at its peak", func() string {
		for _, r := range rivals {
			if now := rec.present(r.channel); now.ready < peak || now.floor != peak {
				return fmt.Sprintf("%s: %s, want %d", r.channel, now, peak)
			}
		}
		return ""
	})
	for i := range rivals {
		rivals[i].load = int64(peak) * podRequest * target / 100 * int64(ratios[i]) / 100
		crowd.put(rivals[i].channel, rivals[i].load)
	}
	s.say("%d pods are Ready on every channel; the crowd is there, on each channel another part of what its pods bear", peak)
	s.eventually(patience, "every autoscaler sees the crowd", func() string { return s.blind(rivals, peak) })

	closes := s.close()
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
	s.create(build.MakePlatform(build.Platform).Launches(1, 30).Starts(1000).Obj(),
		build.MakeHub("fiera-di-roma").Serves(500, 8).Obj())
	var rivals []rival
	for _, ratio := range ratios {
		r := rival{channel: fmt.Sprintf("load-%d", ratio)}
		rivals = append(rivals, r)
		s.create(build.MakeChannel(r.channel).External().Between(2, 80).Obj(), &autoscalingv2.HorizontalPodAutoscaler{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: usersOwn + r.channel},
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
							Type: autoscalingv2.UtilizationMetricType, AverageUtilization: ptr.To[int32](target),
						},
					},
				}},
			},
		})
	}
	return rivals
}

// open declares a campaign that has just opened, and says which floor the
// planner wants for it on each channel.
func (s *scene) open(rivals []rival) int32 {
	s.Helper()
	date, at := s.civil(time.Now().Add(-time.Minute))
	campaign := build.MakeCampaign("everyone").Opens(date, at).Expects(1_450_000)
	for _, r := range rivals {
		campaign.Through(r.channel, int32(100/len(rivals)))
	}
	s.create(campaign.Obj())
	set, found, err := observe.Set(s.ctx, s.Client, namespace, build.Platform)
	if err != nil || !found {
		s.Fatalf("read the campaign back: found %t: %v", found, err)
	}
	plan, _ := set.Plan(time.Now(), 1).Channel(rivals[0].channel)
	s.say("declared a campaign that has just opened, for which the planner wants %s", plan.Floor)
	return int32(plan.Floor.Replicas)
}

// blind names an autoscaler that does not see its crowd yet.
func (s *scene) blind(rivals []rival, pods int32) string {
	for _, r := range rivals {
		var hpa autoscalingv2.HorizontalPodAutoscaler
		if err := s.read(usersOwn+r.channel, &hpa); err != nil {
			return err.Error()
		}
		for _, m := range hpa.Status.CurrentMetrics {
			if seen := m.Resource.Current.AverageUtilization; seen == nil || int64(*seen) != r.utilization(pods) {
				return fmt.Sprintf("that of %s sees %s %%, not %d", r.channel, orNothing(seen), r.utilization(pods))
			}
		}
		if len(hpa.Status.CurrentMetrics) == 0 {
			return fmt.Sprintf("that of %s sees nothing", r.channel)
		}
	}
	return ""
}

// close makes the campaign close at the next whole minute, when the floor begins to fall.
func (s *scene) close() time.Time {
	s.Helper()
	closes := time.Now().Add(time.Minute + 10*time.Second).Truncate(time.Minute)
	date, at := s.civil(closes)
	var campaign v1alpha1.Campaign
	s.must("read the campaign", s.read("everyone", &campaign))
	before := campaign.DeepCopy()
	campaign.Spec.Closing = v1alpha1.CivilTime{Date: v1alpha1.Date(date), Time: at}
	s.must("close the campaign", s.Client.Patch(s.ctx, &campaign, client.MergeFrom(before)))
	s.say("the campaign is to close at %s", clock(closes))
	return closes
}

// judge says how much capacity a channel lost, and for how long.
func (s *scene) judge(rec *recorder, r rival, from, to time.Time) {
	s.Helper()
	moments := rec.during(r.channel, from, to)
	lowest, last := lowestOf(moments).ready, moments[len(moments)-1]
	content, under := r.content(), longestUnder(moments, r.content(), to)
	s.say("%s: with %d pods its autoscaler is content; never fewer than %d were Ready, which bore %d %% of their requests (target %d %%), "+
		"fewer than %d for at most %s; in the end the floor is %d, the autoscaler asks for %d, %d are Ready",
		r.channel, content, lowest, r.utilization(lowest), target, content, under.Round(time.Second), last.floor, last.asked, last.ready)
	// Just before the floor falls the autoscaler is content; one step takes a pod.
	if least := content - 1; lowest < least {
		s.Errorf("%s lost capacity: %d Ready pods, want %d at least", r.channel, lowest, least)
	}
	if under > reaction {
		s.Errorf("%s: for %s there were fewer pods than its autoscaler is content with, want %s at most", r.channel, under, reaction)
	}
	woken := lowest < content
	if last.ready < content || woken && last.asked < content {
		s.Errorf("%s: in the end its autoscaler asks for %d and %d are Ready, want %d at least", r.channel, last.asked, last.ready, content)
	}
}

// longestUnder is for how long at a stretch fewer pods were Ready than least.
func longestUnder(moments []moment, least int32, to time.Time) time.Duration {
	longest, since := time.Duration(0), to
	for i, m := range moments {
		until := to
		if i+1 < len(moments) {
			until = moments[i+1].at
		}
		if m.ready >= least {
			since = to
			continue
		}
		if since.After(m.at) {
			since = m.at
		}
		longest = max(longest, until.Sub(since))
	}
	return longest
}
