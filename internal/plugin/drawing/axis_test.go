/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// openingsAt are moments at midnight plus each duration, as the planner has them.
func openingsAt(after ...time.Duration) []moment {
	var all []moment
	for _, d := range after {
		at := midnight + int64(d/time.Second)
		all = append(all, moment{at: at, ramp: at - 20*minute, readyBy: at - 15*minute, keepUntil: at + hour})
	}
	return all
}

// midnight is the one that ends 1 December 2026 in Rome.
var midnight = time.Date(2026, time.December, 1, 23, 0, 0, 0, time.UTC).Unix()

func nightly(n int) []moment {
	var after []time.Duration
	for i := range n {
		after = append(after, time.Duration(i)*24*time.Hour)
	}
	return openingsAt(after...)
}

func TestStrips(t *testing.T) {
	tests := map[string]struct {
		moments   []moment
		now, ends int64
		// wantRows are the numbers of windows beside each other.
		wantRows []int
		wantLeft int
	}{
		"no opening":         {now: midnight, ends: midnight, wantRows: []int{1}},
		"no opening, a tail": {now: midnight, ends: midnight + 30*hour, wantRows: []int{1}},
		"one, hours away":    {moments: nightly(1), now: midnight - 3*hour, ends: midnight + 24*hour, wantRows: []int{1}},
		"one, years away":    {moments: nightly(1), now: midnight - 3000*day, ends: midnight + 24*hour, wantRows: []int{1}},
		"one, just opened":   {moments: nightly(1), now: midnight + 1, ends: midnight + 24*hour, wantRows: []int{1}},
		"two in one night":   {moments: openingsAt(0, 2*time.Hour), now: midnight - day, ends: midnight + day, wantRows: []int{1}},
		"two in two nights":  {moments: nightly(2), now: midnight - day, ends: midnight + 3*day, wantRows: []int{2}},
		"five nights":        {moments: nightly(5), now: midnight - day, ends: midnight + 9*day, wantRows: []int{4, 1}},
		"a long night and a short one": {
			moments: openingsAt(0, time.Hour, 2*time.Hour, 30*time.Hour), now: midnight - day, ends: midnight + 3*day, wantRows: []int{2},
		},
		"forty nights":               {moments: nightly(40), now: midnight - day, ends: midnight + 99*day, wantRows: []int{4, 4, 4, 4, 4, 4, 4, 4, 4, 4}},
		"more nights than are drawn": {moments: nightly(60), now: midnight - day, ends: midnight + 99*day, wantRows: []int{4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4}, wantLeft: 12},
		"every hour for a day": {
			moments: openingsAt(0, time.Hour, 2*time.Hour, 3*time.Hour, 4*time.Hour, 5*time.Hour, 6*time.Hour, 7*time.Hour, 8*time.Hour, 9*time.Hour, 10*time.Hour),
			now:     midnight - day, ends: midnight + 2*day, wantRows: []int{1, 1},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			strips, left := sheetMedium.strips(test.moments, test.now, test.ends)
			var rows []int
			from := test.now
			for _, a := range strips {
				rows = append(rows, checkAxis(t, a))
				if a.begins() != from {
					t.Errorf("a strip begins %d s after the end of the one before", a.begins()-from)
				}
				from = a.ends()
			}
			if diff := cmp.Diff(test.wantRows, rows); diff != "" {
				t.Errorf("windows beside each other (-want +got):\n%s", diff)
			}
			if left != test.wantLeft {
				t.Errorf("%d windows left out, want %d", left, test.wantLeft)
			}
			if left == 0 && from < test.ends {
				t.Errorf("ends %d s before the plan", test.ends-from)
			}
			checkRamps(t, strips, test.moments, test.now)
		})
	}
}

// checkAxis checks that an axis has no holes, fills its width and never runs
// backwards, and counts its windows.
func checkAxis(t *testing.T, a axis) (windows int) {
	t.Helper()
	x, from := int64(0), a.begins()
	for _, s := range a {
		if s.x != x || s.from != from || s.to <= s.from || s.width <= 0 {
			t.Fatalf("a hole before %+v", s)
		}
		x, from = s.x+s.width, s.to
		if !s.squeezed {
			windows++
			// A minute is as wide in all windows, but for rounding.
			first := slices.IndexFunc(a, func(s stretch) bool { return !s.squeezed })
			if want := a[first].width * (s.to - s.from) / (a[first].to - a[first].from); s.width-want > 2 || want-s.width > 2 {
				t.Errorf("a window is %s wide, want %s", svg.Length(s.width), svg.Length(want))
			}
		}
	}
	if x != sheetMedium.width {
		t.Errorf("%d wide, want %d", x, sheetMedium.width)
	}
	last := int64(0)
	for i := range int64(1000) {
		at := a.at(a.begins() + (a.ends()-a.begins())/1000*i)
		if at < last || at > sheetMedium.width {
			t.Fatalf("at %d after %d", at, last)
		}
		last = at
	}
	return windows
}

// checkRamps checks that twenty minutes stay visible, however far apart the openings are.
func checkRamps(t *testing.T, strips []axis, all []moment, now int64) {
	t.Helper()
	const visible = 25 * int64(svg.Px)
	for _, m := range all {
		for _, a := range strips {
			if m.ramp >= now && a.holds(m.ramp) && a.holds(m.at) && a.at(m.at)-a.at(m.ramp) < visible {
				t.Errorf("a ramp is only %s pixels wide", svg.Length(a.at(m.at)-a.at(m.ramp)))
			}
		}
	}
}

func TestTicks(t *testing.T) {
	tests := map[string]struct {
		zone, from string
		length     int64
		step       int64
		want       []string
	}{
		"a common night": {
			zone: "Europe/Rome", from: "2026-12-01T22:29:00Z", length: hour, step: 15 * minute,
			want: []string{"23:30 CET", "23:45 CET", "00:00 CET", "00:15 CET"},
		},
		"clocks go back": {
			zone: "Europe/Rome", from: "2026-10-24T23:31:00Z", length: 3 * hour, step: hour,
			want: []string{"02:00 CEST", "02:00 CET", "03:00 CET"},
		},
		"clocks go forward": {
			zone: "Europe/Rome", from: "2027-03-27T23:59:00Z", length: 3 * hour, step: hour,
			want: []string{"01:00 CET", "03:00 CEST", "04:00 CEST"},
		},
		"clocks go back by half an hour": {
			zone: "Australia/Lord_Howe", from: "2026-04-04T13:59:00Z", length: 2 * hour, step: hour,
			want: []string{"01:00 UTC+11:00", "02:00 UTC+10:30"},
		},
		"a zone off the hour": {
			zone: "Asia/Kathmandu", from: "2026-12-01T18:01:00Z", length: hour, step: 30 * minute,
			want: []string{"00:00 UTC+05:45", "00:30 UTC+05:45"},
		},
		"days across a change": {
			zone: "Europe/Rome", from: "2026-10-23T22:00:00Z", length: 3 * day, step: day,
			want: []string{"00:00 CEST", "00:00 CEST", "00:00 CET"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			loc, err := time.LoadLocation(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			from, err := time.Parse(time.RFC3339, test.from)
			if err != nil {
				t.Fatal(err)
			}
			c := newCalendar(loc, from)
			s := stretch{span: span{from.Unix(), from.Unix() + test.length}, width: test.length}
			var got []string
			for _, at := range s.ticks(c, test.step) {
				got = append(got, c.clock(at)+" "+c.zoneWord(at))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A campaign whose floor reaches into the next strip keeps its colour there,
// and those that come later take others.
func TestColoursAcrossStrips(t *testing.T) {
	p := palette{hue: map[string]int{}, order: map[string]int{}}
	p.colour(map[string]int64{"a": 5, "b": 9})
	p.colour(map[string]int64{"b": 1, "c": 1, "d": 7, "e": 7, "f": 7, "g": 7, "h": 7, "i": 7, "j": 7})
	want := map[string]int{"a": 0, "b": 1, "c": -1, "d": 0, "e": 2, "f": 3, "g": 4, "h": 5, "i": 6, "j": 7}
	if diff := cmp.Diff(want, p.hue); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStack(t *testing.T) {
	p := palette{hue: map[string]int{"old": 0, "young": 1, "small": -1}, order: map[string]int{"old": 0, "young": 1}}
	campaign := func(name string, n int) plan.Part { return plan.Part{Cause: name, Campaign: true, Replicas: n} }
	tests := map[string]struct {
		level level
		want  []layer
	}{
		"campaigns as they open, those without a colour together, what is kept on top": {
			level: level{floor: 20, parts: []plan.Part{
				campaign("small", 1), campaign("young", 5), {Cause: "kept for the next peak", Replicas: 2},
				campaign("old", 7), campaign("nobody knows", 2), {Cause: "released gently", Replicas: 3},
			}},
			want: []layer{{"old", true, 7}, {"young", true, 5}, {causeOthers, false, 3}, {causeKept, false, 5}},
		},
		"a campaign that is called as the base is": {
			level: level{floor: 3, parts: []plan.Part{campaign("base", 1), {Cause: "base", Replicas: 2}}},
			want:  []layer{{causeBase, false, 2}, {causeOthers, false, 1}},
		},
		"a floor without a reason": {level: level{floor: 4}, want: []layer{{causeBase, false, 4}}},
		"a desk":                   {level: level{floor: 8, parts: []plan.Part{{Cause: causeDesk, Replicas: 8}}}, want: []layer{{causeDesk, false, 8}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, p.stack(test.level), cmp.AllowUnexported(layer{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLength(t *testing.T) {
	for in, want := range map[int64]string{
		59: "0 min", 90 * minute: "1 h 30 min", 2 * hour: "2 h", 25 * hour: "1 d 1 h", 48 * hour: "2 d", 4000 * day: "4,000 d",
	} {
		if got := length(in); got != want {
			t.Errorf("length(%d) is %q, want %q", in, got, want)
		}
	}
}
