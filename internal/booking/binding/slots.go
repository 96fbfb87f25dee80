/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package binding

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

// keptDays is the maximum number of days of hubs whose slots are remembered.
const keptDays = 8192

type hubDay struct {
	hub string
	day civil.Day
}

// run is slots that follow one another without a break.
type run struct {
	from, length int64 // seconds
	n            int64
}

// start reports whether a slot starts at an instant.
func (r run) start(at int64) bool {
	since := at - r.from
	return since >= 0 && since%r.length == 0 && since/r.length < r.n
}

// Slots returns the slots of a hub on a day by its hours, in order of time. An unknown hub
// has none. Only the store knows whether they have places left.
func (s *Snapshot) Slots(hub string, day civil.Day) []schedule.Slot {
	h, known := s.hubs[hub]
	if !known {
		return nil
	}
	slots, err := h.hours.Slots(day.String(), s.Zone)
	if err != nil {
		return nil // no day that hubs have hours on
	}
	return slots
}

// SlotAt returns the day, in the platform's zone, and the length of the slot that starts at
// an instant by the hub's hours. If earlier hours made booked slots, the store has those
// too.
func (s *Snapshot) SlotAt(hub string, startsAt time.Time) (day civil.Day, minutes int, ok bool) {
	h, known := s.hubs[hub]
	if year := startsAt.UTC().Year(); !known || year < 1900 || year > 2999 || startsAt.Nanosecond() != 0 {
		return civil.Day{}, 0, false
	}
	day = civil.On(startsAt, s.Zone)
	for _, r := range s.runs(hub, day) {
		if r.start(startsAt.Unix()) {
			return day, h.MinutesPerAppointment, true
		}
	}
	return civil.Day{}, 0, false
}

// runs returns a hub's slots of a day as runs.
func (s *Snapshot) runs(hub string, day civil.Day) []run {
	key := hubDay{hub, day}
	if runs, known := s.slots.Get(key); known {
		return runs
	}
	var runs []run
	for _, slot := range s.Slots(hub, day) {
		last := len(runs) - 1
		if last >= 0 && runs[last].from+runs[last].n*runs[last].length == slot.Start.Unix() {
			runs[last].n++
			continue
		}
		runs = append(runs, run{from: slot.Start.Unix(), length: int64(slot.End.Sub(slot.Start) / time.Second), n: 1})
	}
	s.slots.Add(key, runs)
	return runs
}
