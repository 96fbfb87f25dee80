/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"sort"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// lot is a selection of a window's slots to draw from. Its slots and places count from 0.
type lot struct {
	window        *window
	stretches     []stretch
	slots, places int
}

// stretch is a run of consecutive slots of the window.
type stretch struct {
	from, to      int // of the window
	slots, places int // of the lot before it
}

// begin empties the lot.
func (l *lot) begin(w *window) {
	*l = lot{window: w, stretches: l.stretches[:0]}
}

// add adds a range of slots of the window.
func (l *lot) add(from, to int) {
	if from >= to {
		return
	}
	l.stretches = append(l.stretches, stretch{from, to, l.slots, l.places})
	l.slots += to - from
	l.places += l.window.until[to] - l.window.until[from]
}

// slot returns a slot.
func (l *lot) slot(i int) *booking.Slot {
	s := &l.stretches[sort.Search(len(l.stretches)-1, func(n int) bool { return l.stretches[n+1].slots > i })]
	return &l.window.slots[s.from+i-s.slots]
}

// before returns the number of places before a slot; for the end, of all.
func (l *lot) before(i int) int {
	if i == l.slots {
		return l.places
	}
	s := &l.stretches[sort.Search(len(l.stretches)-1, func(n int) bool { return l.stretches[n+1].slots > i })]
	return s.places + l.window.until[s.from+i-s.slots] - l.window.until[s.from]
}

// holding returns the slot that contains a place.
func (l *lot) holding(place int) int {
	s := &l.stretches[sort.Search(len(l.stretches)-1, func(n int) bool { return l.stretches[n+1].places > place })]
	until := l.window.until
	at := place - s.places + until[s.from]
	return s.slots + sort.Search(s.to-s.from-1, func(n int) bool { return until[s.from+n+1] > at })
}
