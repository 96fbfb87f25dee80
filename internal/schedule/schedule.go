/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package schedule turns a hub's hours into appointments: one day of hours is
// a FHIR Schedule, its appointments are FHIR Slots. It reads no clock.
//
// # One day
//
// The hours of a day are civil times; package opening resolves both ends to
// exact instants, and appointments are counted in elapsed time from the first:
//
//	opens               slots, each m minutes long               closes
//	  ├────────┼────────┼────────┼────────┼────────┼────────┤· · · · ┤
//	                                                          too short
//
//	slots(opens, closes) = ⌊(T(closes) − T(opens)) / m⌋, each with one place per station
//
// From that follow the rules that people are told:
//
//   - where clocks go back within the hours there are more slots, where they
//     jump forward there are fewer: nobody is booked into an hour that does
//     not exist, and the hour that comes twice serves people twice;
//   - hours that clocks skip entirely have no slots;
//   - an appointment never lasts beyond the closing;
//   - slots never overlap, neither within a day nor with the next day's: 24:00
//     is the very instant of the next day's 00:00.
//
// # Many days
//
// An [Agenda] counts the same over a [Calendar] of many days. On a plain day, one
// of 24 hours through which clocks run unchanged, T(c) is the day's start plus c,
// so two plain days of one weekday have the same number of appointments.
package schedule

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// Limits of a hub. They are wider than the API's, and prevent overflows.
const (
	maxStations = 100_000
	maxMinutes  = 24 * 60
)

// Hub is a hub's hours and capacity.
type Hub struct {
	Stations              int // people served in parallel
	MinutesPerAppointment int
	Hours                 []Hours
	ClosedOn              map[string]bool // days, YYYY-MM-DD
}

// Hours are the same hours on some days of the week.
type Hours struct {
	Days   []time.Weekday
	Opens  string // HH:MM, 00:00 to 23:59
	Closes string // HH:MM, 00:01 to 24:00, the midnight that ends the day
}

// Slot is one appointment time, with a place at each station.
type Slot struct {
	Start, End time.Time // UTC
	Places     int
}

// Slots returns a day's slots in the order of time.
func (h Hub) Slots(date string, loc *time.Location) ([]Slot, error) {
	spans, err := h.spans(date, loc)
	if err != nil {
		return nil, err
	}
	var slots []Slot
	for _, s := range spans {
		for n := range s.fit(h.length()) {
			start := s.from.Add(time.Duration(n) * h.length())
			slots = append(slots, Slot{Start: start, End: start.Add(h.length()), Places: h.Stations})
		}
	}
	return slots, nil
}

// Appointments returns the number of places in all slots of a day.
func (h Hub) Appointments(date string, loc *time.Location) (int64, error) {
	spans, err := h.spans(date, loc)
	if err != nil {
		return 0, err
	}
	return h.places(spans), nil
}

// places returns the number of places in all slots of some spans.
func (h Hub) places(spans []span) int64 {
	var places int64
	for _, s := range spans {
		places += s.fit(h.length()) * int64(h.Stations)
	}
	return places
}

// span is a stretch of time during which a hub is open.
type span struct{ from, to time.Time }

// fit returns how many whole appointments fit into s.
func (s span) fit(length time.Duration) int64 {
	return int64(s.to.Sub(s.from) / length)
}

func (h Hub) length() time.Duration {
	return time.Duration(h.MinutesPerAppointment) * time.Minute
}

// spans returns a day's open spans in the order of time, without overlaps: hours that
// begin before earlier ones end begin when those end.
func (h Hub) spans(date string, loc *time.Location) ([]span, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	weekday, err := weekdayOf(date)
	if err != nil {
		return nil, err
	}
	if h.ClosedOn[date] {
		return nil, nil
	}
	return h.spansOn(weekday, func(clock string) (time.Time, error) { return instant(date, clock, loc) })
}

// spansOn returns the spans of an open day, given its weekday and the meaning of its
// times of day.
func (h Hub) spansOn(weekday time.Weekday, at func(clock string) (time.Time, error)) ([]span, error) {
	var open []span
	for _, hours := range h.Hours {
		if !slices.Contains(hours.Days, weekday) {
			continue
		}
		s, err := hours.on(at)
		if err != nil {
			return nil, err
		}
		open = append(open, s)
	}
	slices.SortFunc(open, func(a, b span) int {
		return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to))
	})
	return apart(open), nil
}

// apart removes overlaps with earlier spans, and empty spans.
func apart(sorted []span) []span {
	var kept []span
	for _, s := range sorted {
		if last := len(kept) - 1; last >= 0 && s.from.Before(kept[last].to) {
			s.from = kept[last].to
		}
		if s.from.Before(s.to) {
			kept = append(kept, s)
		}
	}
	return kept
}

// on resolves h on a day, given the meaning of its times of day. Both ends are the same
// instant if clocks skip h.
func (h Hours) on(at func(clock string) (time.Time, error)) (span, error) {
	if h.Opens >= h.Closes {
		return span{}, fmt.Errorf("hours %s to %s: a hub opens before it closes; past midnight takes two entries, one to 24:00 and one from 00:00", h.Opens, h.Closes)
	}
	from, err := at(h.Opens)
	if err != nil {
		return span{}, err
	}
	to, err := at(h.Closes)
	if err != nil {
		return span{}, err
	}
	return span{from, to}, nil
}

func instant(date, clock string, loc *time.Location) (time.Time, error) {
	return opening.Civil{Date: date, Time: clock, Zone: loc.String()}.Instant()
}

func (h Hub) check() error {
	switch {
	case h.Stations < 1 || h.Stations > maxStations:
		return fmt.Errorf("%d stations: write 1 to %d", h.Stations, maxStations)
	case h.MinutesPerAppointment < 1 || h.MinutesPerAppointment > maxMinutes:
		return fmt.Errorf("%d minutes per appointment: write 1 to %d", h.MinutesPerAppointment, maxMinutes)
	}
	return nil
}

func weekdayOf(date string) (time.Weekday, error) {
	midnight, err := instant(date, "00:00", time.UTC)
	if err != nil {
		return 0, err
	}
	return midnight.Weekday(), nil
}

// Weekday returns the day of an English name, such as "Monday".
func Weekday(name string) (time.Weekday, bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if day.String() == name {
			return day, true
		}
	}
	return 0, false
}
