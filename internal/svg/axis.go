/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package svg

import (
	"fmt"
	"math"
)

// Axis is time in seconds from the opening, laid out from left to right.
type Axis struct {
	From, To    float64
	Left, Right Length
}

// X returns the horizontal position of an instant; instants off the axis are at its ends.
func (a Axis) X(at float64) Length {
	at = min(max(at, a.From), a.To)
	return a.Left + (a.Right - a.Left).Part((at-a.From)/(a.To-a.From))
}

// ticks are round seconds with enough room between them for their words.
func (a Axis) ticks() []float64 {
	const room = 58 * Px
	step := 3600.0
	for _, s := range []float64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900} {
		if (a.Right - a.Left).Part(s/(a.To-a.From)) >= room {
			step = s
			break
		}
	}
	var all []float64
	for t := math.Ceil(a.From/step) * step; t <= a.To; t += step {
		all = append(all, t)
	}
	return all
}

// Times writes the times below a chart.
func (a Axis) Times(c *Canvas, y Length, class string) {
	for _, t := range a.ticks() {
		c.Upright(a.X(t), y, y+4*Px, "mz-axis")
		c.Text(a.X(t), y+18*Px, class, clock(int(t)))
	}
}

// clock writes a second: 0, +5 s, −1:30.
func clock(second int) string {
	if second == 0 {
		return "0"
	}
	sign, n := "+", second
	if n < 0 {
		sign, n = "−", -n
	}
	if n < 60 {
		return fmt.Sprintf("%s%d s", sign, n)
	}
	return fmt.Sprintf("%s%d:%02d", sign, n/60, n%60)
}

// Scale of values: linear from 0, or logarithmic from Least.
type Scale struct {
	Least, Most float64
	Logarithmic bool
}

// LogScale begins at a power of ten and is at least one power long.
func LogScale(least, most float64) Scale {
	return Scale{math.Pow(10, math.Floor(math.Log10(max(least, 0.1)))), max(most, 10*least), true}
}

// Part returns the position of a value as a fraction of the height.
func (s Scale) Part(v float64) float64 {
	if s.Logarithmic {
		return min(1, math.Log(max(v, s.Least)/s.Least)/math.Log(s.Most/s.Least))
	}
	return min(1, max(0, v/max(s.Most, 1e-9)))
}

// Grid returns round values up to the highest: fewer than a number of lines, or each power
// of ten.
func (s Scale) Grid(lines float64) []float64 {
	var all []float64
	if s.Logarithmic {
		for v := s.Least * 10; v <= s.Most; v *= 10 {
			all = append(all, v)
		}
		return all
	}
	step := 1.0
	for factor := 0; s.Most/step >= lines; factor++ {
		if factor%3 == 1 {
			step *= 2.5
		} else {
			step *= 2
		}
	}
	for v := step; v <= s.Most; v += step {
		all = append(all, v)
	}
	return all
}
