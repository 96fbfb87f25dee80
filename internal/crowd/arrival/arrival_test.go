/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package arrival

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/demand"
)

var band = demand.Forecast{People: 246_000, SharePercent: 100, FirstHourPercent: 10, FirstMinutePercent: 20}

// By every instant as many have come as the demand's curve says, but for what chance
// may do: 4.5 standard deviations of a binomial number.
func TestArrivalsFollowTheCurve(t *testing.T) {
	cases := map[string]Curve{
		"an hour, as forecast":          {Forecast: band, Duration: time.Hour},
		"a minute with 20,000 people":   {Forecast: band, Duration: time.Minute, People: 20_000},
		"two minutes, a tenth early":    {Forecast: band, Duration: 2 * time.Minute, People: 30_000, EarlyPercent: 10, EarlyBy: 30 * time.Second},
		"everybody in the first hour":   {Forecast: demand.Forecast{People: 500, SharePercent: 100, FirstHourPercent: 100, FirstMinutePercent: 5}, Duration: 2 * time.Hour, People: 10_000},
		"95 % in the very first minute": {Forecast: demand.Forecast{People: 500, SharePercent: 100, FirstHourPercent: 10, FirstMinutePercent: 95}, Duration: time.Hour, People: 10_000},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			times := c.Times(rand.New(rand.NewPCG(1, 2)))
			if len(times) != c.Count() {
				t.Fatalf("%d come, want %d", len(times), c.Count())
			}
			early, n := c.Early(), float64(c.Count()-c.Early())
			for _, part := range []float64{0.001, 0.01, 1. / 60, 0.1, 0.25, 0.5, 0.75, 1} {
				at := time.Duration(part * float64(c.Duration))
				share := c.Forecast.Arrived(at) / c.Forecast.Arrived(c.Duration)
				want := float64(early) + n*share
				if diff := cmp.Diff(want, c.Expected(at), closeTo(1e-6*want)); diff != "" {
					t.Errorf("expected by %s: %s", at, diff)
				}
				if got := float64(countBy(times, at)); math.Abs(got-want) > 4.5*math.Sqrt(n*share*(1-share))+1 {
					t.Errorf("by %s %.0f have come, want about %.0f", at, got, want)
				}
			}
		})
	}
}

func closeTo(margin float64) cmp.Option {
	return cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) <= margin })
}

func countBy(times []time.Duration, at time.Duration) int {
	n, _ := slices.BinarySearch(times, at+1)
	return n
}

func TestArrivals(t *testing.T) {
	c := Curve{Forecast: band, Duration: time.Minute, People: 5000, EarlyPercent: 8, EarlyBy: 20 * time.Second}
	times := c.Times(rand.New(rand.NewPCG(7, 0)))
	if !slices.IsSorted(times) {
		t.Error("arrivals are not in order")
	}
	if got := countBy(times, -1); got != 400 {
		t.Errorf("%d came too early, want 400", got)
	}
	if times[0] < -c.EarlyBy || times[len(times)-1] > c.Duration {
		t.Errorf("they came from %s to %s", times[0], times[len(times)-1])
	}
	if diff := cmp.Diff(times, c.Times(rand.New(rand.NewPCG(7, 0)))); diff != "" {
		t.Errorf("the same seed gave other arrivals: %s", diff)
	}
	if slices.Equal(times, c.Times(rand.New(rand.NewPCG(8, 0)))) {
		t.Error("another seed gave the same arrivals")
	}
}

// The forecast's own crowd is as large as the forecast says.
func TestCountOfAForecast(t *testing.T) {
	for name, c := range map[string]struct {
		curve Curve
		want  int
	}{
		"an hour":          {Curve{Forecast: band, Duration: time.Hour}, 24_600},
		"its first minute": {Curve{Forecast: band, Duration: time.Minute}, 4_920},
		"a fixed number":   {Curve{Forecast: band, Duration: time.Minute, People: 12}, 12},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.curve.Count(); got != c.want {
				t.Errorf("%d people, want %d", got, c.want)
			}
		})
	}
}
