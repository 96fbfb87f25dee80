/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package wakeup_test

import (
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

var midnight = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

func TestAt(t *testing.T) {
	for name, test := range map[string]struct {
		next time.Time
		want time.Duration
	}{
		"never":       {time.Time{}, 10 * time.Minute},
		"in a while":  {midnight.Add(90 * time.Second), 90 * time.Second},
		"far away":    {midnight.Add(time.Hour), 10 * time.Minute},
		"at once":     {midnight, time.Second},
		"in the past": {midnight.Add(-time.Hour), time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			if got := wakeup.At(midnight, test.next).RequeueAfter; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestUnwatched: what no watch shows is seen within half a minute, and sooner in a launch.
func TestUnwatched(t *testing.T) {
	for launching, want := range map[bool]time.Duration{false: 20 * time.Second, true: 5 * time.Second} {
		if got := wakeup.At(midnight, wakeup.Unwatched(midnight, launching)).RequeueAfter; got != want {
			t.Errorf("launching %t: got %s, want %s", launching, got, want)
		}
	}
}

func TestLimiter(t *testing.T) {
	limiter, last := wakeup.Limiter(), time.Duration(0)
	for range 100 {
		last = limiter.When(reconcile.Request{})
	}
	if last != 30*time.Second {
		t.Errorf("after a hundred failures the wait is %s, want 30s", last)
	}
}
