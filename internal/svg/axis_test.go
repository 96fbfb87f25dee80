/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package svg

import (
	"slices"
	"testing"
)

func TestGrid(t *testing.T) {
	for most := 0.5; most < 1e7; most *= 1.37 {
		if n := len(Scale{Most: most}.Grid(4.5)); most >= 1 && (n < 1 || n > 4) {
			t.Errorf("%d lines up to %f", n, most)
		}
		s := LogScale(most/50, most)
		if n := len(s.Grid(0)); n > 6 || s.Part(most) > 1 || s.Part(most/50) < 0 {
			t.Errorf("%d lines from %f to %f", n, s.Least, s.Most)
		}
	}
	if got, want := (Scale{Most: 47}).Grid(4.5), []float64{20, 40}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A value or an instant that is off the scale lies at its end.
func TestEnds(t *testing.T) {
	a := Axis{From: -10, To: 30, Left: 100, Right: 500}
	for at, want := range map[float64]Length{-99: 100, -10: 100, 0: 200, 30: 500, 99: 500} {
		if got := a.X(at); got != want {
			t.Errorf("%g lies at %s, want %s", at, got, want)
		}
	}
	p := Panel{Box: Box{Y: 50, H: 100}, Scale: Scale{Most: 10}}
	for v, want := range map[float64]Length{-1: 150, 0: 150, 5: 100, 10: 50, 11: 50} {
		if got := p.Height(v); got != want {
			t.Errorf("%g lies at %s, want %s", v, got, want)
		}
	}
}

func TestClock(t *testing.T) {
	for in, want := range map[int]string{0: "0", 5: "+5 s", -59: "−59 s", 60: "+1:00", -90: "−1:30", 3600: "+60:00"} {
		if got := clock(in); got != want {
			t.Errorf("clock(%d) is %q, want %q", in, got, want)
		}
	}
}

// Ticks have the room that their words need.
func TestTicks(t *testing.T) {
	for to := 1.0; to < 4000; to *= 1.3 {
		a := Axis{From: -7, To: to, Left: 150 * Px, Right: 1004 * Px}
		all := a.ticks()
		for i := 1; i < len(all); i++ {
			if a.X(all[i])-a.X(all[i-1]) < 57*Px {
				t.Errorf("up to %g, %g and %g are too close", to, all[i-1], all[i])
			}
		}
	}
}
