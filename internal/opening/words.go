/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"fmt"
	"time"
)

// Words gives an instant as clocks and calendars in the zone show it, so that
// nobody can mistake it: "Wednesday 2 December 2026 at 00:00 CET, the midnight
// between Tuesday 1 and Wednesday 2 December". Where clocks are changed at
// or around it, the words say so.
func Words(instant time.Time, loc *time.Location) string {
	t := time.Unix(instant.Unix(), 0).In(orUTC(loc))
	words := DayWords(t, t.Location()) + " at " + face(t) + " " + zoneWord(t)
	if t.Year() < 1 || t.Year() > 9999 {
		return words
	}
	if special := note(t); special != "" {
		words += ", " + special
	}
	return words
}

// note describes what is special about an instant, or returns "".
func note(t time.Time) string {
	u, loc := t.Unix(), t.Location()
	wall := wallAt(u, loc)
	unchanged := wallAt(u-1, loc) + 1 // what clocks would read now had they not been changed
	switch at := readings(wall, loc); {
	case len(at) > 1:
		return twice(u, at, loc)
	case wall > unchanged:
		return skipped(calendar(unchanged), calendar(wall))
	case midnight(wall):
		return midnightBetween(calendar(wall)) + repeatedBefore(u, wall, loc)
	}
	return ""
}

// twice is the note for an instant whose reading comes twice, at the
// instants given.
func twice(u int64, at []int64, loc *time.Location) string {
	nth := "first"
	if u > at[0] {
		nth = "second"
	}
	wall := calendar(wallAt(u, loc))
	what := "times that clocks read " + face(wall)
	if midnight(wall.Unix()) {
		what = "midnights between " + twoDays(wall.AddDate(0, 0, -1), wall)
	}
	from, to := backBetween(at[0], at[1], loc)
	return fmt.Sprintf("the %s of two %s, because clocks go back %s", nth, what, fromTo(from, to))
}

// backBetween gives the readings between which clocks are put back, after
// one instant and not after another.
func backBetween(after, until int64, loc *time.Location) (from, to time.Time) {
	offset := wallAt(after, loc) - after
	for s := range stretches(loc, after) {
		if s.begins > until {
			break
		}
		if s.offset < offset {
			from, to = calendar(s.begins+offset), calendar(s.begins+s.offset)
		}
		offset = s.offset
	}
	return from, to
}

// skipped is the note for the first instant after clocks skip from one
// reading to another.
func skipped(from, to time.Time) string {
	last := from.Add(-time.Second) // the last reading before the gap
	gone := dayNumber(to) - dayNumber(last) - 1
	switch {
	case gone < 0: // within one day
		return "when clocks skip " + fromTo(from, to)
	case gone == 0 && midnight(to.Unix()):
		return midnightBetween(to) + ", when clocks skip " + fromTo(from, to)
	case gone == 1 && midnight(to.Unix()) && midnight(from.Unix()):
		return fmt.Sprintf("the midnight that ends %s, because %s is skipped", dayNear(last, to), dayNear(from, to))
	}
	return fmt.Sprintf("the first moment of %s, because clocks skip %s", dayNear(to, to), fromTo(from, to))
}

// repeatedBefore describes a midnight that clocks reach for the second time, having
// been put back at the very moment they first reached it.
func repeatedBefore(u, wall int64, loc *time.Location) string {
	var before stretch
	for s := range stretches(loc, wall-widest) {
		if s.begins >= u {
			break
		}
		if s.offset < before.offset && before.ends+before.offset == wall {
			change := fromTo(calendar(wall), calendar(s.begins+s.offset))
			return fmt.Sprintf(", %s after clocks go back %s", length(u-s.begins), change)
		}
		before = s
	}
	return ""
}

// midnightBetween names the midnight that starts a day by both its days.
func midnightBetween(start time.Time) string {
	return "the midnight between " + twoDays(start.AddDate(0, 0, -1), start)
}

// twoDays names two days, and of month and year only what they don't share.
func twoDays(one, next time.Time) string {
	switch {
	case one.Year() != next.Year():
		return one.Format("Monday 2 January 2006") + " and " + next.Format("Monday 2 January 2006")
	case one.Month() != next.Month():
		return one.Format("Monday 2 January") + " and " + next.Format("Monday 2 January")
	}
	return one.Format("Monday 2") + " and " + next.Format("Monday 2 January")
}

// fromTo names two readings, and their days where they differ. The end of a
// day counts as that day: "from 23:00 to 24:00".
func fromTo(from, to time.Time) string {
	fromDay, fromFace := from, face(from)
	toDay, toFace := to, face(to)
	switch {
	case midnight(to.Unix()) && dayNumber(from) == dayNumber(to)-1:
		toDay, toFace = from, "24:00"
	case midnight(from.Unix()) && dayNumber(to) == dayNumber(from)-1:
		fromDay, fromFace = to, "24:00"
	}
	if dayNumber(fromDay) == dayNumber(toDay) {
		return fmt.Sprintf("from %s to %s", fromFace, toFace)
	}
	return fmt.Sprintf("from %s on %s to %s on %s", fromFace, dayNear(fromDay, to), toFace, dayNear(toDay, to))
}

// dayNear names a day, with its year where the reader would think of another.
func dayNear(d, said time.Time) string {
	if d.Year() != said.Year() {
		return d.Format("Monday 2 January 2006")
	}
	return d.Format("Monday 2 January")
}

// face gives what a clock's face shows: minutes, and seconds if there are any.
func face(t time.Time) string {
	if t.Second() != 0 {
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}

// calendar makes a wall clock's reading a time whose date and time of day
// can be asked for.
func calendar(wall int64) time.Time { return time.Unix(wall, 0).UTC() }

func midnight(wall int64) bool { return wall%day == 0 }

func dayNumber(reading time.Time) int64 {
	u := reading.Unix()
	return (u - (u%day+day)%day) / day
}
