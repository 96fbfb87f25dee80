/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package tally

import (
	"math/bits"
	"time"
)

// A histogram has one bucket a microsecond up to 2 ms; above, buckets are 1/1024 of their values
// wide at most. Latencies over longest count as longest.
const (
	longest = 10 * time.Minute
	// digits are the bits of a value that a bucket keeps.
	digits  = 11
	buckets = (30-digits)<<(digits-1) + 1<<digits // 10 minutes have 30 bits in microseconds
)

// histogram counts durations.
type histogram struct {
	counts [buckets]uint32
	total  int64
	most   int64 // microseconds
}

func (h *histogram) add(d time.Duration) {
	micro := min(max(d, 0), longest).Microseconds()
	shift := max(0, bits.Len64(uint64(micro))-digits)
	h.counts[shift<<(digits-1)+int(micro>>shift)]++
	h.total++
	h.most = max(h.most, micro)
}

// upTo is the end of the bucket in which a percentile lies, in microseconds.
func (h *histogram) upTo(percent float64) int64 {
	rest := int64(percent/100*float64(h.total) + 0.5)
	for i, n := range h.counts {
		if rest -= int64(n); rest <= 0 && n > 0 {
			shift := max(0, i>>(digits-1)-1)
			return min(int64(i-shift<<(digits-1)+1)<<shift-1, h.most)
		}
	}
	return h.most
}

func (h *histogram) quantiles() *Quantile {
	at := func(percent float64) float64 { return milliseconds(h.upTo(percent)) }
	return &Quantile{at(50), at(90), at(99), at(99.9), milliseconds(h.most)}
}

func milliseconds(micro int64) float64 { return float64(micro) / 1000 }
