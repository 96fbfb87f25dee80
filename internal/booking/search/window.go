/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"context"
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

const (
	fresh = 500 * time.Millisecond

	// A window starts with the fewest slots, and grows fourfold until it has enough places.
	leastSlots, mostSlots = 64, 1024

	// horizon is longer than slots are made in advance.
	horizon = 3 * 366 * 24 * time.Hour

	// Searches from an instant within a day share the window of its quarter of an hour.
	quarter = 15 * time.Minute
)

// windowKey identifies the first slots of a hub with places left, from a day or an instant
// on.
type windowKey struct {
	hub        string
	callCentre bool
	day        civil.Day
	from       int64 // Unix seconds; 0 for the start of the day
	limit      int
}

// window is the store's answer.
type window struct {
	slots []booking.Slot
	until []int // places before each slot, then of all
	days  []daySlots
	full  bool // there may be more slots
}

// daySlots is the range of a window's slots on a day.
type daySlots struct {
	day      civil.Day
	from, to int
}

// newWindow indexes slots, which are in order of time.
func newWindow(slots []booking.Slot, full bool) *window {
	w := &window{slots: slots, until: make([]int, 1, len(slots)+1), full: full}
	for i, s := range slots {
		w.until = append(w.until, w.until[i]+s.Free)
		if last := len(w.days) - 1; last < 0 || w.days[last].day != s.Day {
			w.days = append(w.days, daySlots{s.Day, i, i})
		}
		w.days[len(w.days)-1].to++
	}
	return w
}

// places returns the number of places in all slots.
func (w *window) places() int { return w.until[len(w.slots)] }

// last returns the day of the last slot.
func (w *window) last() civil.Day { return w.slots[len(w.slots)-1].Day }

// window returns the slots of a key, at most half a second old.
func (f *find) window(ctx context.Context, key windowKey) (*window, error) {
	return f.search.windows.get(ctx, f.after, key, func(ctx context.Context) (*window, error) {
		from := time.Unix(key.from, 0).UTC()
		if key.from == 0 {
			var err error
			if from, err = start(key.day, f.in.Zone); err != nil {
				return nil, err
			}
		}
		slots, err := f.search.store.Free(ctx, booking.Window{Hub: key.hub, From: from, To: from.Add(horizon), CallCentre: key.callCentre, Limit: key.limit})
		if err != nil {
			return nil, fmt.Errorf("look for free slots: %w", err)
		}
		return newWindow(slots, len(slots) >= key.limit), nil
	})
}

// start returns the instant at which a day starts.
func start(day civil.Day, zone *time.Location) (time.Time, error) {
	at, err := opening.Civil{Date: day.String(), Time: "00:00", Zone: zone.String()}.Instant()
	if err != nil {
		return time.Time{}, fmt.Errorf("look for free slots: %w", err)
	}
	return at, nil
}
