/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"strings"
	"testing"
	"time"
)

var opens = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

// readyAt is a Ready transition for each of the given times before the opening.
func readyAt(before ...time.Duration) []time.Time {
	var times []time.Time
	for _, d := range before {
		times = append(times, opens.Add(-d))
	}
	return times
}

func TestJudge(t *testing.T) {
	web := wanted{channel: "web", base: 1, peak: 2}
	tests := map[string]struct {
		outcomes   []outcome
		wantInTime bool
		want       string
	}{
		"in time": {
			outcomes:   []outcome{{wanted: web, ready: readyAt(time.Hour, 2*time.Minute)}},
			wantInTime: true,
			want:       "READY every channel proved Ready 2m0s before the opening (1m0s asked for): web 1 → 2",
		},
		"to the second": {
			outcomes:   []outcome{{wanted: web, ready: readyAt(time.Hour, time.Minute)}},
			wantInTime: true,
			want:       "READY every channel proved Ready 1m0s",
		},
		"more pods than the peak do not count": {
			outcomes:   []outcome{{wanted: web, ready: readyAt(time.Hour, 2*time.Minute, time.Second)}},
			wantInTime: true,
			want:       "READY every channel proved Ready 2m0s",
		},
		"a second too late": {
			outcomes: []outcome{{wanted: web, ready: readyAt(time.Hour, 59*time.Second)}},
			want:     "LATE every channel proved Ready 59s before the opening, 1m0s were asked for",
		},
		"the slowest channel counts": {
			outcomes: []outcome{{wanted: web, ready: readyAt(time.Hour, time.Hour)}, {wanted: wanted{channel: "app", peak: 1}, ready: readyAt(-time.Second)}},
			want:     "LATE every channel proved Ready -1s before",
		},
		"too few pods": {
			outcomes: []outcome{{wanted: web, ready: readyAt(time.Hour)}},
			want:     "LATE not proved Ready at the opening: web has 1 of 2 pods Ready",
		},
		"a pod says what it waits for": {
			outcomes: []outcome{{wanted: web, waits: "ErrImagePull: not found"}},
			want:     "LATE not proved Ready at the opening: web has 0 of 2 pods Ready (ErrImagePull: not found)",
		},
		"no channel at all": {want: "LATE"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := judge(opens, time.Minute, test.outcomes)
			if got.InTime != test.wantInTime || !strings.HasPrefix(got.Text, test.want) {
				t.Errorf("judge = %t %q, want %t %q", got.InTime, got.Text, test.wantInTime, test.want)
			}
		})
	}
}
