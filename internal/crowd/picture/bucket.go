/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package picture

import (
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// bucket is one column of the picture: one or more seconds.
type bucket struct {
	from, seconds int
	// Per second: arrivals, expected arrivals, and answers.
	came, expected                            float64
	booked, tooEarly, refused, shed, failures float64
	inside                                    float64 // at most
	latency                                   *tally.Quantile
	cameAll, expectedAll, bookedAll           float64 // by its end
}

// mostBuckets is about the number of columns that the eye can tell apart.
const mostBuckets = 420

// buckets groups the seconds of a report into at most mostBuckets columns.
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

// add adds a second. The worst latency of a bucket counts.
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

// axisOf returns an axis that holds all buckets.
func axisOf(all []bucket) svg.Axis {
	a := svg.Axis{To: 1, Left: 150 * svg.Px, Right: svg.SheetWidth - 96*svg.Px}
	if len(all) > 0 {
		last := all[len(all)-1]
		a.From, a.To = float64(all[0].from), float64(last.from+last.seconds)
	}
	return a
}
