/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// TestStartUp: what counts is what a pod did to start, and not what delayed it
// once, or took its readiness away later.
func TestStartUp(t *testing.T) {
	created := time.Date(2026, 12, 1, 23, 30, 0, 0, time.UTC)
	tests := map[string]struct {
		placed, setUp, started, ready time.Duration // after its creation; 0: it is not
		restarts                      int32
		want                          time.Duration // 0: unknown
	}{
		"quick":                                {placed: 1, setUp: 3, started: 5, ready: 20, want: 20},
		"a server that takes four minutes":     {placed: 1, setUp: 3, started: 5, ready: 240, want: 240},
		"a node had to be bought":              {placed: 300, setUp: 303, started: 305, ready: 320, want: 320},
		"a large image":                        {placed: 1, setUp: 3, started: 600, ready: 620, want: 620},
		"it does not say when it was set up":   {started: 5, ready: 20, want: 20},
		"it is not Ready":                      {placed: 1, setUp: 3, started: 5},
		"it does not say when it started":      {placed: 1, setUp: 3, ready: 20},
		"Ready again after the store's outage": {placed: 1, setUp: 3, started: 5, ready: 1400},
		"its Secret was missing":               {placed: 1, setUp: 400, started: 402, ready: 420},
		"its container was started again":      {placed: 1, setUp: 3, started: 1200, ready: 1220, restarts: 1},
		"half an hour and more":                {placed: 1790, setUp: 1795, started: 1798, ready: 1801},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			at := func(after time.Duration) metav1.Time { return metav1.NewTime(created.Add(after * time.Second)) }
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{CreationTimestamp: at(0)}}
			for kind, after := range map[corev1.PodConditionType]time.Duration{
				corev1.PodScheduled: test.placed, corev1.PodReadyToStartContainers: test.setUp, corev1.PodReady: test.ready,
			} {
				c := corev1.PodCondition{Type: kind, Status: corev1.ConditionFalse, LastTransitionTime: at(after)}
				if after > 0 {
					c.Status = corev1.ConditionTrue
				}
				pod.Status.Conditions = append(pod.Status.Conditions, c)
			}
			ours := corev1.ContainerStatus{Name: workload.Container, RestartCount: test.restarts}
			if test.started > 0 {
				ours.State.Running = &corev1.ContainerStateRunning{StartedAt: at(test.started)}
			}
			sidecar := corev1.ContainerStatus{Name: "proxy", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(1390)}}}
			pod.Status.ContainerStatuses = []corev1.ContainerStatus{sidecar, ours}
			got, known := startUp(pod)
			if want := test.want * time.Second; known != (want > 0) || known && got != want {
				t.Errorf("%s, known: %t; want %s", got, known, want)
			}
		})
	}
}

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
