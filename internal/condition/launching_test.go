/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package condition_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/test/build"
)

var at = build.At

var (
	rising = plan.Launch{Campaign: "over-80", RampStarts: at("2026-12-01T22:40:00Z"), ReadyBy: at("2026-12-01T22:45:00Z"), Ends: at("2026-12-02T23:00:00Z")}
	flat   = plan.Launch{Campaign: "over-70", ReadyBy: at("2026-12-02T22:45:00Z"), Ends: at("2026-12-03T23:00:00Z")}
	again  = plan.Launch{Campaign: "over-80", ReadyBy: at("2026-12-02T22:50:00Z"), Ends: at("2026-12-04T00:00:00Z")}
	paused = plan.Launch{Campaign: "over-60", ReadyBy: at("2026-12-01T00:00:00Z"), Ends: time.Date(10_001, 1, 1, 0, 0, 0, 0, time.UTC)}
	closed = plan.Launch{Campaign: "over-50", ReadyBy: at("2026-12-01T00:00:00Z"), Ends: at("2026-12-01T00:00:00Z")}
)

func TestLaunchingAt(t *testing.T) {
	for name, tc := range map[string]struct {
		now      string
		launches []plan.Launch
		message  string // of Launching=True; "" for False
		next     string // "" for never
	}{
		"nothing is declared":   {now: "2026-12-01T22:40:00Z"},
		"before the ramp":       {"2026-12-01T22:39:59Z", []plan.Launch{rising}, "", "2026-12-01T22:40:00Z"},
		"when the ramp starts":  {"2026-12-01T22:40:00Z", []plan.Launch{rising}, "Campaign over-80 is being launched until 2026-12-02 23:00:00 UTC", "2026-12-02T23:00:00Z"},
		"at its last moment":    {"2026-12-02T22:59:59Z", []plan.Launch{rising}, "Campaign over-80 is being launched until 2026-12-02 23:00:00 UTC", "2026-12-02T23:00:00Z"},
		"when it is over":       {"2026-12-02T23:00:00Z", []plan.Launch{rising}, "", ""},
		"without a ramp, early": {"2026-12-02T22:44:59Z", []plan.Launch{flat}, "", "2026-12-02T22:45:00Z"},
		"without a ramp":        {"2026-12-02T22:45:00Z", []plan.Launch{flat}, "Campaign over-70 is being launched until 2026-12-03 23:00:00 UTC", "2026-12-03T23:00:00Z"},
		"two, and the ramp of the second to come": {"2026-12-02T22:45:00Z", []plan.Launch{rising, again, flat},
			"Campaign over-70 is being launched until 2026-12-03 23:00:00 UTC; Campaign over-80 is being launched until 2026-12-02 23:00:00 UTC", "2026-12-02T22:50:00Z"},
		"one twice, until the later": {"2026-12-02T22:55:00Z", []plan.Launch{again, rising},
			"Campaign over-80 is being launched until 2026-12-04 00:00:00 UTC", "2026-12-02T23:00:00Z"},
		"paused":               {"2026-12-02T22:55:00Z", []plan.Launch{paused}, "Campaign over-60 is being launched, for as long as it is paused", "10001-01-01T00:00:00Z"},
		"closed before Ready":  {"2026-11-01T00:00:00Z", []plan.Launch{closed}, "", ""},
		"closed when Ready by": {"2026-12-01T00:00:00Z", []plan.Launch{closed}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			now := at(tc.now)
			state := condition.LaunchingAt(now, tc.launches)
			next := ""
			if !state.Next.IsZero() {
				next = state.Next.Format(time.RFC3339)
			}
			if next != tc.next {
				t.Errorf("next: got %q, want %q", next, tc.next)
			}
			var got []metav1.Condition
			state.Write(condition.Writer{Conditions: &got, Generation: 7, Now: now}, time.UTC)
			want := metav1.Condition{Type: "Launching", Status: "False", Reason: "NoLaunch", Message: "no campaign is being launched",
				ObservedGeneration: 7, LastTransitionTime: metav1.NewTime(now)}
			if tc.message != "" {
				want.Status, want.Reason, want.Message = "True", "InLaunch", tc.message
			}
			if diff := cmp.Diff([]metav1.Condition{want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLaunchesOf(t *testing.T) {
	channels := map[string][]plan.Launch{"web": {flat, rising}, "app": {again}, "phone": nil}
	if got := condition.LaunchingAt(at("2026-12-02T22:55:00Z"), condition.LaunchesOf("over-80", channels)).Launches; len(got) != 1 || got[0].Campaign != "over-80" {
		t.Errorf("of over-80: got %+v", got)
	}
	if got := condition.LaunchingAt(at("2026-12-02T22:55:00Z"), condition.AllLaunches(channels)).Launches; len(got) != 2 {
		t.Errorf("of all: got %+v", got)
	}
}
