/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feasibility_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// opens is the midnight that ends 1 December 2026 in Rome.
var opens = at("2026-12-01T23:00:00Z")

var at = build.At

// over80 needs 9 replicas of the web channel.
func over80() *build.CampaignBuilder {
	return build.MakeCampaign("over-80").Expects(60_000).Through("web", 100)
}

// announced in the status, as the controller does it.
func announced(since string) func(*v1alpha1.Campaign) {
	return func(c *v1alpha1.Campaign) {
		c.Status.OpensAt = &metav1.Time{Time: opens}
		c.Status.Announced = []v1alpha1.AnnouncedOpening{{
			OpensAt: &metav1.Time{Time: opens}, Since: &metav1.Time{Time: at(since)},
			Opening: v1alpha1.AnnouncedTime{Date: "2026-12-01", Time: "24:00", TimeZone: "Europe/Rome"},
		}}
	}
}

// proved in the status, with the given replicas.
func proved(replicas int32, when string) func(*v1alpha1.Campaign) {
	return func(c *v1alpha1.Campaign) {
		c.Status.Channels = []v1alpha1.ChannelLaunch{{
			Channel: "web", PeakFloor: replicas, ProvedReadyAt: &metav1.Time{Time: at(when)},
		}}
	}
}

func said(status metav1.ConditionStatus, message string) func(*v1alpha1.Campaign) {
	return func(c *v1alpha1.Campaign) {
		c.Status.Conditions = []metav1.Condition{{
			Type: v1alpha1.ConditionFeasible, Status: status, Reason: v1alpha1.ReasonCapped, Message: message,
		}}
	}
}

func TestVerdict(t *testing.T) {
	web := build.MakeChannel("web")
	const early, late = "2026-11-20T09:00:00Z", "2026-12-01T22:43:30Z"
	for name, test := range map[string]struct {
		campaign *build.CampaignBuilder
		channel  *build.ChannelBuilder
		now      string
		want     string // status, reason and how the message begins
	}{
		"announced in time":             {over80().With(announced(early)), web, early, "True Fits every channel reaches its peak floor"},
		"without a forecast":            {build.MakeCampaign("over-80").With(announced(early)), web, early, "Unknown NoForecast without spec.forecast"},
		"cut by maxReplicas":            {over80().With(announced(early)), build.MakeChannel("web").Between(2, 5), early, "False Capped web needs 9 replicas but maxReplicas is 5, so 86 of 2"},
		"a channel that is not there":   {over80().With(announced(early)), build.MakeChannel("app"), early, "Unknown ChannelNotFound there is no BookingChannel web on BookingPlatform lazio: create it"},
		"announced too late":            {over80().With(announced(late)), web, late, "False TooLate the ramp of web to 9 replicas should have begun at 2026-12-01 23:42:00 CET, but the opening was announced at 2026-12-01 23:43:30 CET"},
		"late, but proved all the same": {over80().With(announced(late)).With(proved(9, "2026-12-01T22:44:50Z")), web, "2026-12-01T22:44:55Z", "True Fits"},
		"proved for a smaller peak":     {over80().With(announced(late)).With(proved(8, "2026-12-01T22:44:50Z")), web, "2026-12-01T22:44:55Z", "False TooLate"},
		"opened in the past":            {over80().With(announced("2026-12-01T23:30:00Z")), web, "2026-12-01T23:30:00Z", "True Fits"},
		"the last word stands":          {over80().With(announced(early)).With(said(metav1.ConditionFalse, "it was cut")), web, "2026-12-02T00:00:00Z", "False Capped it was cut"},
		"a word before the launch":      {over80().With(announced(early)).With(said(metav1.ConditionFalse, "it was cut")), web, "2026-12-01T23:59:59Z", "True Fits"},
		"a word on another opening": {
			over80().With(announced(early)).With(said(metav1.ConditionFalse, "it was cut")).With(func(c *v1alpha1.Campaign) {
				c.Status.OpensAt = &metav1.Time{Time: opens.Add(-time.Hour)}
			}), web, "2026-12-02T00:00:00Z", "True Fits",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := test.campaign.Obj()
			set := declared.Set{
				Platform:  build.MakePlatform("lazio").Obj(),
				Channels:  []v1alpha1.BookingChannel{*test.channel.Obj()},
				Campaigns: []v1alpha1.Campaign{*c},
			}
			of, err := feasibility.NewCase(set, c, plan.Launches(set.Input(at(test.now))), at(test.now))
			if err != nil {
				t.Fatal(err)
			}
			v := of.Verdict()
			if got := string(v.Status) + " " + v.Reason + " " + v.Message; !strings.HasPrefix(got, test.want) {
				t.Errorf("got  %s\nwant %s…", got, test.want)
			}
		})
	}
}

// TestRecord: once the launch is over, what happened stays, whatever is declared.
func TestRecord(t *testing.T) {
	c := over80().With(announced("2026-11-20T09:00:00Z")).With(func(c *v1alpha1.Campaign) {
		share := int32(7)
		c.Status.Channels = []v1alpha1.ChannelLaunch{{
			Channel: "web", PeakFloor: 12, Share: &share, RampStartsAt: &metav1.Time{Time: at("2026-12-01T22:41:00Z")},
			ProvedReadyAt: &metav1.Time{Time: at("2026-12-01T22:44:00Z")},
		}}
	}).Obj()
	set := declared.Set{Platform: build.MakePlatform("lazio").Obj(), Campaigns: []v1alpha1.Campaign{*c}}
	of, err := feasibility.NewCase(set, c, nil, opens.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	want := []feasibility.Launch{{
		Channel: "web", Planned: true, Proved: at("2026-12-01T22:44:00Z"),
		Launch: plan.Launch{Peak: 12, Share: 7, RampStarts: at("2026-12-01T22:41:00Z")},
	}}
	if diff := cmp.Diff(want, of.Launches); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func TestWrong(t *testing.T) {
	set := declared.Set{Platform: build.MakePlatform("lazio").Obj()}
	for name, test := range map[string]struct {
		campaign *build.CampaignBuilder
		want     string
	}{
		"nothing was announced": {over80().Opens("2026-02-30", "24:00"), ""},
		"another was announced": {over80().Opens("2026-02-30", "24:00").With(announced("2026-11-20T09:00:00Z")),
			"; until it is corrected nothing opens, and capacity is kept for the last announced opening, Wednesday 2 December 2026 at 00:00 CET"},
		"the closing is wrong": {over80().Closes("2026-11-30", "24:00").With(announced("2026-11-20T09:00:00Z")),
			"; the announced opening stands, Wednesday 2 December 2026 at 00:00 CET"},
	} {
		t.Run(name, func(t *testing.T) {
			c := test.campaign.Obj()
			_, wrong := declared.Resolve(c, set.Platform)
			if wrong == nil {
				t.Fatal("nothing is wrong")
			}
			var inForce *declared.Resolved
			if of, err := feasibility.NewCase(set, c, nil, opens); err == nil {
				inForce = &of.Opening
			}
			rest, ok := strings.CutPrefix(feasibility.Wrong(wrong, inForce), wrong.Error())
			if !ok || !strings.HasPrefix(rest, test.want) || (test.want == "") != (rest == "") {
				t.Errorf("got %q, want %q…", rest, test.want)
			}
		})
	}
}

func TestLength(t *testing.T) {
	for d, want := range map[time.Duration]string{
		90 * time.Second: "1m30s", 10 * time.Minute: "10m", time.Hour: "1h", 20 * time.Hour: "20h",
		time.Hour + 5*time.Second: "1h0m5s", 1500 * time.Millisecond: "1s", 0: "0s",
	} {
		if got := feasibility.Length(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
