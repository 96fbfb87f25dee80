/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// maxCountsAge is the maximum age of counts that are used.
const maxCountsAge = 30 * time.Second

// counts are the last counts of free places by hub and day.
type counts struct {
	at   time.Time
	hubs map[string]hubCounts
}

type hubCounts struct {
	days        []booking.HubDay // with places left, in order
	takenPerSec float64          // recently, by anybody
	changed     time.Time        // when the days last differed from those before
}

// Refresh reads the counts of free places. The old ones stay if it fails.
func (s *Search) Refresh(ctx context.Context) error {
	now := s.clock()
	days, err := s.store.Availability(ctx)
	if err != nil {
		return fmt.Errorf("refresh the counts of free places: %w", err)
	}
	s.counts.Store(count(days, now, s.counts.Load()))
	return nil
}

func count(days []booking.HubDay, now time.Time, before *counts) *counts {
	c := &counts{at: now, hubs: map[string]hubCounts{}}
	today := civil.Day{}
	for _, d := range days {
		if today.IsZero() || d.Day.Before(today) {
			today = d.Day
		}
		h := c.hubs[d.Hub]
		if d.Free > 0 || d.CallCentre > 0 {
			h.days = append(h.days, d)
		}
		c.hubs[d.Hub] = h
	}
	for name, h := range c.hubs {
		slices.SortFunc(h.days, func(a, b booking.HubDay) int { return a.Day.Compare(b.Day) })
		if before == nil {
			h.changed = now
		} else {
			h.follow(before.hubs[name], now, today)
		}
		c.hubs[name] = h
	}
	return c
}

// follow estimates how fast places are taken, from the previous counts. It ignores today,
// because its places also disappear when their time comes.
func (h *hubCounts) follow(before hubCounts, now time.Time, today civil.Day) {
	seconds := now.Sub(before.changed).Seconds()
	if slices.Equal(h.days, before.days) {
		h.changed = before.changed
		if seconds < memory.Seconds() {
			h.takenPerSec = before.takenPerSec
		}
		return
	}
	h.changed = now
	if before.changed.IsZero() || seconds <= 0 {
		return
	}
	left := make(map[civil.Day]int, len(h.days))
	for _, d := range h.days {
		left[d.Day] = d.CallCentre
	}
	for _, d := range before.days {
		if d.Day.After(today) {
			h.takenPerSec += float64(max(d.CallCentre-left[d.Day], 0)) / seconds
		}
	}
}

// countsAt returns the counts, or nil if they are too old.
func (s *Search) countsAt(now time.Time) *counts {
	c := s.counts.Load()
	if c == nil || now.Sub(c.at) > maxCountsAge || c.at.Sub(now) > maxCountsAge {
		return nil
	}
	return c
}

// next returns the first day, from a given day on, that may have a place at a hub. It
// returns the given day for a hub without counts, and the zero Day if no day has a place.
func (c *counts) next(hub string, day civil.Day, callCentre bool) civil.Day {
	if c == nil {
		return day
	}
	h, known := c.hubs[hub]
	if !known {
		return day
	}
	i, _ := slices.BinarySearchFunc(h.days, day, func(d booking.HubDay, day civil.Day) int { return d.Day.Compare(day) })
	for ; i < len(h.days); i++ {
		if free(h.days[i], callCentre) > 0 {
			return h.days[i].Day
		}
	}
	return civil.Day{}
}

func free(d booking.HubDay, callCentre bool) int {
	if callCentre {
		return d.CallCentre
	}
	return d.Free
}

// rivals estimates the places taken at a hub while a person looks at an offer.
func (c *counts) rivals(hub string) float64 {
	if c == nil {
		return 0
	}
	return c.hubs[hub].takenPerSec * memory.Seconds()
}
