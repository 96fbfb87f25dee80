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
	took := s.eventually(patience, "every channel is Ready", func() string { return s.unready(platforms*channelsEach, platforms) })
	s.say("every channel and campaign is Ready after %s; now nothing changes any more", took.Round(time.Second))

	requests := s.expectNoWriteAtRest(time.Now())
	s.say("in a minute at rest the operator sent: %s", counted(requests))
	if len(requests) == 0 {
		s.Error("not even its Lease was renewed: does the operator run?")
	}
	s.expectNoWriteAfterRestart()
}

const (
	// rest is how long nothing may be written.
	rest = time.Minute
	// settling is how long before it nobody else may have changed anything.
	settling = 30 * time.Second
)

// expectNoWriteAtRest waits for a minute in which, and for a while before which, nobody
// else changes anything, and returns what the operator sent in it. Whatever it wrote
// without such a change, also in a minute that was broken off, is a failure.
func (s *scene) expectNoWriteAtRest(from time.Time) []request {
	s.Helper()
	deadline := time.Now().Add(patience)
	for {
		s.sleepUntil(from.Add(settling + rest))
		own, others := undisturbed(s.everybodys(from))
		own = slices.DeleteFunc(own, func(r request) bool { return r.At.Before(from.Add(settling)) })
		s.expectOnlyLeases("at rest", own)
		if len(others) == 0 {
			return own
		}
		last := others[len(others)-1]
		if time.Now().After(deadline) {
			s.Fatalf("no minute without a change by others within %s, lastly: %s", patience, last)
		}
		s.say("others were not done yet: %s", counted(others))
		from = last.At.Add(1) // after it
	}
}

// expectNoWriteAfterRestart starts the operator again, so that it looks at
// everything anew, and wants it to find that nothing is to be done. Where others
// change something meanwhile it is started once more.
func (s *scene) expectNoWriteAfterRestart() {
	s.Helper()
	for range 5 {
		began := time.Now()
		s.operator.stop()
		s.operator.start()
		s.sleepUntil(began.Add(40 * time.Second))
		own, others := undisturbed(s.everybodys(began))
		s.say("started again, it sent: %s", counted(own))
		s.expectOnlyLeases("after a restart", slices.DeleteFunc(own, func(r request) bool {
			// Whoever becomes leader records an event of the Lease's name.
			return r.On.Resource == "events" && r.On.Namespace == stage.OperatorNamespace
		}))
		if len(others) == 0 {
			return
		}
		s.say("then others changed something: %s; once more", counted(others))
		s.expectNoWriteAtRest(time.Now())
	}
	s.Fatal("others changed something after each restart")
}

func (s *scene) expectOnlyLeases(when string, requests []request) {
	s.Helper()
	for _, r := range writing(requests) {
		if !r.onLease() {
			s.Errorf("written %s: %s", when, r)
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
