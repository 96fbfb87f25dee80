/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"regexp"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// TestNight goes through a launch: what the autoscaler is told, minute by minute,
// is what the plan says, and one timer leads from each step to the next.
func TestNight(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.runs(2)
	s.settle()
	opens, peakFrom, peakTo := rome(t, "2026-12-02 00:00:00"), rome(t, "2026-12-01 23:45:00"), rome(t, "2026-12-02 01:00:00")

	s.at("2026-12-01 22:30:00")
	peak, before, top := int32(0), int32(2), int32(0)
	for now := s.clock.Now(); now.Before(rome(t, "2026-12-02 02:00:00")); now = s.clock.Now() {
		result := s.reconcile()
		floor, status := s.floor(), s.seen().Status
		if floor != status.Floor.Replicas {
			t.Fatalf("%s: the autoscaler has the floor %d, the status says %d", now, floor, status.Floor.Replicas)
		}
		if now.Before(opens) && floor < before || !now.Before(peakTo) && floor > before {
			t.Errorf("%s: the floor went from %d to %d", now, before, floor)
		}
		if now.Equal(peakFrom) {
			peak = floor
		}
		if !now.Before(peakFrom) && !now.After(peakTo) && floor != peak {
			t.Errorf("%s: the floor is %d, want the peak %d", now, floor, peak)
		}
		s.runs(floor) // the autoscaler and the pods are fast tonight
		s.reconcile()
		s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "") // all night long
		before, top = floor, max(top, floor)
		s.later(result.RequeueAfter)
	}
	// 120,000 people, 10 % of them in the first hour: 4,517 inside after five
	// minutes send 452 requests a second, and a replica answers 28 at 70 %.
	if peak != 17 || top != peak {
		t.Errorf("the peak is %d, the top %d, want 17", peak, top)
	}
	if s.at("2026-12-03 00:01:00").reconcile(); s.floor() != 2 {
		t.Errorf("the floor is %d a day after the opening, want the base", s.floor())
	}
	if events := s.events(); !regexp.MustCompile(`(?s)Normal FloorRaised from 2 to .*Normal FloorLowered from 17 to `).MatchString(events) {
		t.Errorf("no events of a floor raised and lowered:\n%s", events)
	}
}

// TestNoMemoryIsNeeded: a reconciler that first looks in the middle of the night
// does what one does that was there all the time.
func TestNoMemoryIsNeeded(t *testing.T) {
	watched, late := newLaunch(t), newLaunch(t)
	watched.settle()
	for _, at := range []string{"2026-12-01 23:40:30", "2026-12-02 00:30:00", "2026-12-02 03:00:00"} {
		watched.at(at).settle()
	}
	late.at("2026-12-02 03:00:00").settle()
	if a, b := watched.seen().Status.Floor, late.seen().Status.Floor; a != b || watched.floor() != late.floor() {
		t.Errorf("watched all night: %+v; only now: %+v", a, b)
	}
}

func TestFloorHeld(t *testing.T) {
	const raised = "2026-12-01 23:50:00"
	for name, test := range map[string]struct {
		ready   int32 // pods that are Ready when the floor is at its peak
		look    []string
		reason  string
		isReady metav1.ConditionStatus
	}{
		"pods are starting": {
			ready: 2, look: []string{raised, "2026-12-01 23:52:29"},
			reason: v1alpha1.ReasonPodsStarting, isReady: metav1.ConditionTrue,
		},
		"pods take too long": {
			ready: 2, look: []string{raised, "2026-12-01 23:52:30"},
			reason: v1alpha1.ReasonBelowFloor, isReady: metav1.ConditionFalse,
		},
		"all are there": {
			ready: 100, look: []string{raised},
			reason: v1alpha1.ReasonFloorReached, isReady: metav1.ConditionTrue,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newLaunch(t)
			s.settle()
			s.runs(2)
			s.settle()
			s.runs(test.ready)
			for _, at := range test.look {
				s.at(at).reconcile()
			}
			held := metav1.ConditionFalse
			if test.reason == v1alpha1.ReasonFloorReached {
				held = metav1.ConditionTrue
			}
			s.wantCondition(v1alpha1.ConditionFloorHeld, held, test.reason)
			s.wantCondition(v1alpha1.ConditionReady, test.isReady, "")
		})
	}
}
