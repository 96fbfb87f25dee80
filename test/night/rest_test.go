//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/stage"
)

// TestNothingIsWrittenAtRest: a minute after the last change, the operator
// writes nothing but its Lease, whatever it looks at.
func TestNothingIsWrittenAtRest(t *testing.T) {
	t.Parallel()
	const platforms, channelsEach = 10, 5
	const rest = time.Minute
	time.Sleep(headStart)
	s := setScene(t, "rest")
	for p := range platforms {
		platform := fmt.Sprintf("platform-%d", p)
		campaign := build.MakeCampaign("band-"+platform).Of(platform).Expects(100_000).
			Opens(time.Now().AddDate(0, 0, 3+p).Format(time.DateOnly), "24:00")
		s.create(build.MakePlatform(platform).Obj(), build.MakeHub("hub-"+platform).Of(platform).Serves(200, 8).Obj())
		for c := range channelsEach {
			channel := fmt.Sprintf("%s-channel-%d", platform, c)
			s.create(build.MakeChannel(channel).Of(platform).Between(2, 60).Obj())
			campaign.Through(channel, 100/channelsEach)
		}
		s.create(campaign.Obj())
	}
	s.say("declared %d platforms with %d channels each, openings days ahead", platforms, channelsEach)
	took := s.eventually(3*time.Minute, "every channel is Ready", func() string { return s.unready(platforms*channelsEach, platforms) })
	s.say("every channel and campaign is Ready after %s; now nothing changes any more", took.Round(time.Second))

	changed := time.Now()
	s.sleepUntil(changed.Add(rest))
	s.say("in the first minute the operator sent: %s", counted(writing(s.requests(changed))))
	began := time.Now()
	s.sleepUntil(began.Add(rest))
	requests := s.requests(began)
	s.say("in the second minute, at rest, the operator sent: %s", counted(requests))
	writes := slices.DeleteFunc(writing(requests), request.onLease)
	for _, r := range writes {
		s.Errorf("written at rest: %s", r)
	}
	if len(requests) == 0 {
		s.Error("not even its Lease was renewed: does the operator run?")
	}
	s.expectNoWriteAfterRestart()
}

// expectNoWriteAfterRestart starts the operator again, so that it looks at
// everything anew, and wants it to find that nothing is to be done.
func (s *scene) expectNoWriteAfterRestart() {
	s.Helper()
	began := time.Now()
	s.operator.stop()
	s.operator.start()
	s.sleepUntil(began.Add(40 * time.Second))
	requests := s.requests(began)
	s.say("started again, it sent: %s", counted(requests))
	for _, r := range writing(requests) {
		// Whoever becomes leader records an event of the Lease's name.
		elected := r.On.Resource == "events" && r.On.Namespace == stage.OperatorNamespace
		if !r.onLease() && !elected {
			s.Errorf("written after a restart: %s", r)
		}
	}
}

func writing(requests []request) []request {
	return slices.DeleteFunc(slices.Clone(requests), func(r request) bool { return !r.writes() })
}

// unready names something that is not Ready yet.
func (s *scene) unready(channels, campaigns int) string {
	var (
		channelList  v1alpha1.BookingChannelList
		campaignList v1alpha1.CampaignList
	)
	for _, list := range []client.ObjectList{&channelList, &campaignList} {
		if err := s.Client.List(s.ctx, list, client.InNamespace(namespace)); err != nil {
			return err.Error()
		}
	}
	if len(channelList.Items) != channels || len(campaignList.Items) != campaigns {
		return fmt.Sprintf("there are %d channels and %d campaigns", len(channelList.Items), len(campaignList.Items))
	}
	for _, c := range channelList.Items {
		if !meta.IsStatusConditionTrue(c.Status.Conditions, v1alpha1.ConditionReady) {
			return fmt.Sprintf("channel %s: %s", c.Name, words(c.Status.Conditions, v1alpha1.ConditionReady))
		}
	}
	for _, c := range campaignList.Items {
		if !meta.IsStatusConditionTrue(c.Status.Conditions, v1alpha1.ConditionReady) {
			return fmt.Sprintf("campaign %s: %s", c.Name, words(c.Status.Conditions, v1alpha1.ConditionReady))
		}
	}
	return ""
}
