/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package binding

import (
	"sync/atomic"
	"time"
)

// offset is how far the store's clock is ahead of this process's. Asked at s and
// answered at r by our clock, with the store's clock t in between,
//
//	offset = t − (s + r)/2, wrong by no more than (r − s)/2 each way
//
// however long each direction takes. The answer with the shortest round trip counts, of
// the last 16. An answer that contradicts it means that somebody set a clock: all answers
// before it are forgotten.
type offset struct {
	best atomic.Pointer[sample]
	// Only the holder of the turn adds samples.
	last [16]sample
	n    int
}

// sample is one answer.
type sample struct{ ahead, round time.Duration }

// drift is how far two clocks may drift apart between the kept answers.
const drift = 50 * time.Millisecond

// add takes an answer.
func (o *offset) add(asked, answered, store time.Time) {
	round := answered.Sub(asked)
	if round < 0 {
		return // our clock was set meanwhile: this answer is useless
	}
	best := sample{store.Sub(asked.Add(round / 2)), round}
	if known := o.best.Load(); known != nil && !best.agrees(*known) {
		o.n = 0
	}
	o.last[o.n%len(o.last)] = best
	o.n++
	for _, s := range o.last[:min(o.n, len(o.last))] {
		if s.round < best.round {
			best = s
		}
	}
	o.best.Store(&best)
}

// agrees reports whether two answers can both be true.
func (s sample) agrees(other sample) bool {
	return (s.ahead - other.ahead).Abs() <= s.round/2+other.round/2+drift
}

func (o *offset) value() time.Duration {
	if best := o.best.Load(); best != nil {
		return best.ahead
	}
	return 0
}

func (o *offset) within() time.Duration {
	if best := o.best.Load(); best != nil {
		return best.round / 2
	}
	return 0
}
