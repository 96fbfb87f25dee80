/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package picture

import (
	"fmt"
	"math"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// bucket is one or more seconds that are drawn as one.
type bucket struct {
	from, seconds int
	// Per second: who came, who was expected to, and what was answered.
	came, expected                            float64
	booked, tooEarly, refused, shed, failures float64
	inside                                    float64 // at most
	latency                                   *tally.Quantile
	cameAll, expectedAll, bookedAll           float64 // by its end
}

// mostBuckets is how many can be told apart, about.
const mostBuckets = 420

// buckets of a report, as many seconds each as are needed.
func buckets(r tally.Report) []bucket {
	size := max(1, (len(r.Seconds)+mostBuckets-1)/mostBuckets)
	var out []bucket
	for i, s := range r.Seconds {
		if i == 0 || modulo(s.From, size) == 0 { // so that the opening is between two
			out = append(out, bucket{from: s.From})
		}
		b := &out[len(out)-1]
		b.add(s)
		if i < len(r.Setting.Curve) {
			b.expectedAll = r.Setting.Curve[i]
		} else if len(r.Setting.Curve) > 0 {
			b.expectedAll = r.Setting.Curve[len(r.Setting.Curve)-1]
		}
	}
	came, booked, expected := 0.0, 0.0, 0.0
	for i := range out {
		b := &out[i]
		came, booked = came+b.came, booked+b.booked
		b.cameAll, b.bookedAll = came, booked
		b.expected = b.expectedAll - expected
		expected = b.expectedAll
		for _, n := range []*float64{&b.came, &b.expected, &b.booked, &b.tooEarly, &b.refused, &b.shed, &b.failures} {
			*n /= float64(b.seconds)
		}
	}
	return out
}

func modulo(n, of int) int { return (n%of + of) % of }

// add a second. Of latencies the worst second stands for all.
func (b *bucket) add(s tally.Second) {
	b.seconds++
	b.came += float64(s.Arrivals)
	b.booked += float64(s.Bookings)
	b.tooEarly += float64(s.TooEarly)
	b.refused += float64(s.Refused)
	b.shed += float64(s.Shed)
	b.failures += float64(s.Errors)
	b.inside = max(b.inside, float64(s.Inside))
	if s.Latency != nil && (b.latency == nil || s.Latency.P99 > b.latency.P99) {
		b.latency = s.Latency
	}
}

func (b bucket) answers() float64 { return b.booked + b.tooEarly + b.refused + b.shed + b.failures }

// axis of time, in seconds from the opening.
type axis struct{ from, to int }

func newAxis(all []bucket) axis {
	if len(all) == 0 {
		return axis{0, 1}
	}
	last := all[len(all)-1]
	return axis{all[0].from, last.from + last.seconds}
}

// x is where a second begins.
func (a axis) x(second int) deci {
	return axisLeft + axisWidth.part(float64(second-a.from)/float64(a.to-a.from))
}

// ticks are round seconds that have the room to be written.
func (a axis) ticks() []int {
	const room = 58 * px
	step := 3600
	for _, s := range []int{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900} {
		if deci(s)*axisWidth/deci(a.to-a.from) >= room {
			step = s
			break
		}
	}
	var out []int
	for t := int(math.Ceil(float64(a.from)/float64(step))) * step; t <= a.to; t += step {
		out = append(out, t)
	}
	return out
}

// clock writes a second as people say it.
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

// scale of values, from 0 or, where it is logarithmic, from least.
type scale struct {
	least, most float64
	logarithmic bool
}

// part of the height at which a value lies.
func (s scale) part(v float64) float64 {
	if s.logarithmic {
		return math.Log(max(v, s.least)/s.least) / math.Log(s.most/s.least)
	}
	return v / max(s.most, 1e-9)
}

// grid values are round, two or three of them.
func (s scale) grid() []float64 {
	var out []float64
	if s.logarithmic {
		for v := s.least * 10; v <= s.most; v *= 10 {
			out = append(out, v)
		}
		return out
	}
	step := math.Pow(10, math.Floor(math.Log10(max(s.most, 1))))
	switch {
	case s.most/step < 1.5:
		step /= 2
	case s.most/step >= 6:
		step *= 3
	case s.most/step >= 3:
		step *= 2
	}
	step = max(1, math.Round(step))
	for v := step; v <= s.most; v += step {
		out = append(out, v)
	}
	return out
}

// logScale holds values between powers of ten.
func logScale(least, most float64) scale {
	return scale{math.Pow(10, math.Floor(math.Log10(max(least, 0.1)))), max(most*1.15, 10*least), true}
}

// steps is a path over all buckets: level at each, down to where none is.
type steps struct {
	strings.Builder
	open bool
}

func (s *steps) to(x0, x1, y deci) {
	if s.open {
		fmt.Fprintf(s, "V%sH%s", y, x1)
		return
	}
	fmt.Fprintf(s, "M%s %sH%s", x0, y, x1)
	s.open = true
}
