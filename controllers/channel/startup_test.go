/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

func TestStartUpIsLearnedAtOnceAndForgottenSlowly(t *testing.T) {
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) *metav1.Time { return &metav1.Time{Time: now.Add(-d)} }
	twenty := func(d time.Duration) []time.Duration { // one pod in twenty may take what it likes
		out := make([]time.Duration, 20)
		for i := range out {
			out[i] = d
		}
		out[19] = 29 * time.Minute
		return out
	}
	opens := now.Add(12 * time.Hour)
	tonight := []plan.Launch{{Campaign: "over-80", RampStarts: opens.Add(-time.Hour), ReadyBy: opens, Opens: opens, Ends: opens.Add(24 * time.Hour)}}
	soon := []plan.Launch{{RampStarts: now.Add(59 * time.Minute), ReadyBy: opens, Ends: opens.Add(time.Hour)}}
	running := []plan.Launch{{ReadyBy: now.Add(-time.Minute), Ends: opens}}
	tests := map[string]struct {
		known    int32
		since    *metav1.Time
		startUps []time.Duration
		launches []plan.Launch
		want     int32
		wantAt   *metav1.Time
	}{
		"nothing is known":                 {want: 0},
		"the first pod":                    {startUps: []time.Duration{83 * time.Second}, want: 90, wantAt: ago(0)},
		"one pod in twenty is slow":        {startUps: twenty(83 * time.Second), want: 90, wantAt: ago(0)},
		"slower, in a launch":              {known: 90, since: ago(time.Minute), startUps: twenty(201 * time.Second), launches: running, want: 210, wantAt: ago(0)},
		"no slower than known":             {known: 90, since: ago(time.Hour), startUps: twenty(89 * time.Second), want: 90, wantAt: ago(time.Hour)},
		"quicker, but learned today":       {known: 210, since: ago(23 * time.Hour), startUps: twenty(83 * time.Second), want: 210, wantAt: ago(23 * time.Hour)},
		"quicker for a day":                {known: 210, since: ago(24 * time.Hour), startUps: twenty(83 * time.Second), want: 150, wantAt: ago(0)},
		"quicker, with an opening tonight": {known: 210, since: ago(24 * time.Hour), startUps: twenty(83 * time.Second), launches: tonight, want: 150, wantAt: ago(0)},
		"quicker, with a ramp in an hour":  {known: 210, since: ago(24 * time.Hour), startUps: twenty(83 * time.Second), launches: soon, want: 210, wantAt: ago(24 * time.Hour)},
		"quicker, in a launch":             {known: 210, since: ago(24 * time.Hour), startUps: twenty(83 * time.Second), launches: running, want: 210, wantAt: ago(24 * time.Hour)},
		"at last it is forgotten":          {known: 100, since: ago(24 * time.Hour), startUps: twenty(83 * time.Second), want: 90, wantAt: ago(0)},
		"no pod runs":                      {known: 210, since: ago(48 * time.Hour), want: 210, wantAt: ago(48 * time.Hour)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			status := v1alpha1.BookingChannelStatus{StartUpSeconds: test.known, StartUpLearnedAt: test.since}
			got := raised(status, test.startUps, now).forgotten(test.startUps, test.launches, now)
			if got.seconds != test.want || !got.at.Equal(test.wantAt) {
				t.Errorf("%d s since %v, want %d s since %v", got.seconds, got.at, test.want, test.wantAt)
			}
		})
	}
}
