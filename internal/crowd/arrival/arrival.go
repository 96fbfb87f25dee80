/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package arrival says when the people of a crowd come. Their number by an instant
// follows the curve of package demand, scaled to so many people within so long:
//
//	P(t) = n·N(t)/N(D)       t from the opening, D the length of the crowd
//
// Each comes by itself: the instants are n numbers u, drawn evenly from 0 to 1, put
// through the curve backwards, t = N⁻¹(u·N(D)). That is a Poisson process of the
// curve's intensity of which the number of people is known. Some come too early,
// evenly over the time before the opening.
//
// Without a bound, N is a power of t, and so P has the same shape whatever D is: a
// crowd of a minute rises as steeply against its own length as one of an hour.
package arrival

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
)

// Curve is when people come.
type Curve struct {
	// Forecast gives the shape; and, where People is 0, how many come.
	Forecast demand.Forecast
	// Duration from the opening within which they come.
	Duration time.Duration
	// People who come, those who come too early included.
	People int
	// EarlyPercent of them come within EarlyBy before the opening.
	EarlyPercent float64
	EarlyBy      time.Duration
}

// Count is how many people come in all.
func (c Curve) Count() int {
	if c.People > 0 {
		return c.People
	}
	return int(math.Round(c.Forecast.Arrived(c.Duration)))
}

// Early is how many of them come too early.
func (c Curve) Early() int {
	if c.EarlyBy <= 0 {
		return 0
	}
	return int(math.Round(float64(c.Count()) * c.EarlyPercent / 100))
}

// Expected is how many are expected to have come by t after the opening.
func (c Curve) Expected(t time.Duration) float64 {
	if t < 0 {
		since := max(0, t+c.EarlyBy)
		return float64(c.Early()) * since.Seconds() / max(c.EarlyBy.Seconds(), 1e-9)
	}
	punctual := float64(c.Count() - c.Early())
	return float64(c.Early()) + punctual*c.Forecast.Arrived(min(t, c.Duration))/c.Forecast.Arrived(c.Duration)
}

// Times are the instants at which people come, from the opening, in order. Those
// before it are negative.
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

// when is the curve backwards: the first instant by which so many have come. There
// is no other way that follows whatever curve package demand has.
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
