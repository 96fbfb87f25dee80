/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package declared_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func span(from, until string) v1alpha1.PausedSpan {
	out := v1alpha1.PausedSpan{From: &metav1.Time{Time: at(from)}}
	if until != "" {
		out.Until = &metav1.Time{Time: at(until)}
	}
	return out
}

func TestPauses(t *testing.T) {
	over := span("2026-12-01T20:00:00Z", "2026-12-01T21:00:00Z")
	lasts := span("2026-12-01T22:00:00Z", "")
	var eight []v1alpha1.PausedSpan
	for hour := range 8 {
		from := at("2026-12-01T10:00:00Z").Add(time.Duration(hour) * time.Hour)
		eight = append(eight, span(from.Format(time.RFC3339), from.Add(time.Minute).Format(time.RFC3339)))
	}
	now := span("2026-12-01T23:00:00Z", "")
	tests := map[string]struct {
		reason string
		memory []v1alpha1.PausedSpan
		want   []v1alpha1.PausedSpan
	}{
		"never paused":                   {"", nil, nil},
		"paused just now":                {"too few doses", nil, []v1alpha1.PausedSpan{now}},
		"paused for an hour":             {"too few doses", []v1alpha1.PausedSpan{lasts}, []v1alpha1.PausedSpan{lasts}},
		"resumed just now":               {"", []v1alpha1.PausedSpan{over, lasts}, []v1alpha1.PausedSpan{over, span("2026-12-01T22:00:00Z", "2026-12-01T23:00:00Z")}},
		"resumed long ago":               {"", []v1alpha1.PausedSpan{over}, []v1alpha1.PausedSpan{over}},
		"paused again":                   {"a fault", []v1alpha1.PausedSpan{over}, []v1alpha1.PausedSpan{over, now}},
		"the ninth time forgets the 1st": {"a fault", eight, append(append([]v1alpha1.PausedSpan{}, eight[1:]...), now)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := build.MakeCampaign("over-80").Obj()
			c.Spec.Pause.Reason, c.Status.Pauses = test.reason, test.memory
			before := c.DeepCopy()
			got := declared.Pauses(c, midnight.Add(300*time.Millisecond))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
			if diff := cmp.Diff(before, c); diff != "" {
				t.Errorf("the campaign was changed:\n%s", diff)
			}
		})
	}
}

// A pause that lasts over the opening keeps the peak, however long it is; one
// that the status has not seen to end does not let it go before it has.
func TestPauseKeepsTheFloor(t *testing.T) {
	c := build.MakeCampaign("over-80").Expects(60_000).Through("web", 100).Paused("a fault").Obj()
	c.Status.Pauses = []v1alpha1.PausedSpan{span("2026-12-01T22:50:00Z", "")}
	floor := func(now string) int {
		set := declared.Set{Platform: rome, Campaigns: []v1alpha1.Campaign{*c}, Channels: []v1alpha1.BookingChannel{*build.MakeChannel("web").Obj()}}
		web, _ := set.Plan(at(now), 1).Channel("web")
		return web.Floor.Replicas
	}
	for _, now := range []string{"2026-12-01T23:00:00Z", "2026-12-02T02:00:00Z", "2026-12-05T02:00:00Z"} {
		if got := floor(now); got != 9 {
			t.Errorf("floor while paused, at %s: got %d, want 9", now, got)
		}
	}
	c.Spec.Pause = v1alpha1.Pause{}
	if got := floor("2026-12-05T02:30:00Z"); got != 9 {
		t.Errorf("floor just after it was resumed, which the status does not know yet: got %d, want 9", got)
	}
	c.Status.Pauses[0].Until = &metav1.Time{Time: at("2026-12-05T02:30:00Z")}
	for now, want := range map[string]int{"2026-12-05T03:30:00Z": 9, "2026-12-06T02:30:00Z": 2} {
		if got := floor(now); got != want {
			t.Errorf("floor after it was resumed at 02:30, at %s: got %d, want %d", now, got, want)
		}
	}
}
