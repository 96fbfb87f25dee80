/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"testing"
	"time"
)

func TestHandover(t *testing.T) {
	since := time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	h := handover{since: since, replicas: 50}
	if again := parseHandover(h.String()); again != h {
		t.Errorf("%q reads as %+v", h, again)
	}
	for _, junk := range []string{"", "50", "yesterday 50", "2026-12-01T23:00:00Z", "2026-12-01T23:00:00Z many"} {
		if got := parseHandover(junk); got.active() {
			t.Errorf("%q reads as %+v", junk, got)
		}
	}
	for after, want := range map[time.Duration]int{
		-time.Hour: 50, 0: 50, 59 * time.Second: 50, time.Minute: 49, 5 * time.Minute: 45, 10 * time.Minute: 41, 5 * time.Hour: 2, 1000 * time.Hour: 2,
	} {
		if got := h.level(since.Add(after), 2); got != want {
			t.Errorf("%s after, the level is %d, want %d", after, got, want)
		}
	}
	few := handover{since: since, replicas: 10}
	for after, want := range map[time.Duration]int{time.Minute: 9, 4 * time.Minute: 9, 6 * time.Minute: 8} {
		if got := few.level(since.Add(after), 2); got != want {
			t.Errorf("%s after ten, the level is %d, want %d", after, got, want)
		}
	}
	if got := h.next(since.Add(450 * time.Second)); !got.Equal(since.Add(8 * time.Minute)) {
		t.Errorf("the next step is at %s", got)
	}
}
