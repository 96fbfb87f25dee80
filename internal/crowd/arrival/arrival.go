/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package arrival draws the arrival times of a crowd. The number of people by an instant
// follows the curve of package demand, scaled to n people within a duration D:
//
//	P(t) = n·N(t)/N(D)       t from the opening, D the length of the crowd
//
// People arrive independently: n numbers u, drawn evenly from 0 to 1, are put through the
// inverse of the curve, t = N⁻¹(u·N(D)). The result is a Poisson process with the curve's
// intensity and a known number of people. Some come too early, evenly over a time before
// the opening.
//
// Without a bound, N is a power of t, and so P has the same shape for any D: relative to
// its length, a crowd of a minute rises as steeply as one of an hour.
package arrival

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
)

// Curve configures the arrivals.
type Curve struct {
	// Forecast gives the shape and, if People is 0, the number of people.
	Forecast demand.Forecast
	// Duration of the arrivals, from the opening.
	Duration time.Duration
	// People in all, including those who come too early.
	People int
	// EarlyPercent of the people come before the opening, by at most EarlyBy.
	EarlyPercent float64
	EarlyBy      time.Duration
}

// Count returns the number of people in all.
func (c Curve) Count() int {
	if c.People > 0 {
		return c.People
	}
	return int(math.Round(c.Forecast.Arrived(c.Duration)))
}

// Early returns the number of people who come too early.
func (c Curve) Early() int {
	if c.EarlyBy <= 0 {
		return 0
	}
	return int(math.Round(float64(c.Count()) * c.EarlyPercent / 100))
}

// Expected returns the expected number of arrivals by t after the opening.
func (c Curve) Expected(t time.Duration) float64 {
	if t < 0 {
		since := max(0, t+c.EarlyBy)
		return float64(c.Early()) * since.Seconds() / max(c.EarlyBy.Seconds(), 1e-9)
	}
	punctual := float64(c.Count() - c.Early())
	return float64(c.Early()) + punctual*c.Forecast.Arrived(min(t, c.Duration))/c.Forecast.Arrived(c.Duration)
}

// Times returns the arrival times from the opening, in order; negative ones are before it.
func (c Curve) Times(random *rand.Rand) []time.Duration {
	times := make([]time.Duration, c.Count())
	early := c.Early()
	whole := c.Forecast.Arrived(c.Duration)
	for i := range times {
		if i < early {
			times[i] = -time.Duration(random.Int64N(int64(c.EarlyBy))) - 1
			continue
		}
		times[i] = c.when(random.Float64() * whole)
	}
	slices.Sort(times)
	return times
}

// when is the inverse of the curve: the first instant by which n people have come. A search
// works for any curve of package demand.
func (c Curve) when(arrived float64) time.Duration {
	low, high := time.Duration(0), c.Duration
	for low < high {
		middle := low + (high-low)/2
		if c.Forecast.Arrived(middle) >= arrived {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}
