/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// Openings outside these years are typing mistakes. The API and the catalog have the
// same limits.
const (
	firstYear = 1900
	lastYear  = 2099
)

// Civil is a date and a time of day as a person writes them.
type Civil struct {
	Date string // YYYY-MM-DD
	Time string // HH:MM, from 00:00 to 24:00, the midnight that ends the day
	Zone string // IANA name, such as Europe/Rome
}

// Instant gives the one instant that c means, in UTC: the first at which
// clocks in the zone read c or later. Its errors are of type *[Error].
func (c Civil) Instant() (time.Time, error) {
	wall, err := c.wall()
	if err != nil {
		return time.Time{}, err
	}
	loc, err := Zone(c.Zone)
	if err != nil {
		return time.Time{}, err
	}
	return time.Unix(first(wall, loc), 0).UTC(), nil
}

// String returns c as it was written.
func (c Civil) String() string {
	return c.Date + " " + c.Time + " " + c.Zone
}

// wall gives what a clock on the wall shows at c, in seconds since it
// showed the start of 1970.
func (c Civil) wall() (int64, error) {
	start, err := parseDate(c.Date)
	if err != nil {
		return 0, err
	}
	minutes, err := parseTime(c.Time)
	if err != nil {
		return 0, err
	}
	return start.Unix() + int64(minutes)*60, nil
}

// parseDate gives the start of a day as if it were in UTC.
func parseDate(date string) (time.Time, error) {
	wrong := func(wrong, right string, a ...any) (time.Time, error) {
		return time.Time{}, &Error{Part: PartDate, Value: date, Wrong: wrong, Right: fmt.Sprintf(right, a...)}
	}
	n, ok := numbers(date, "dddd-dd-dd")
	if !ok {
		return wrong("is not a date", "write YYYY-MM-DD, such as 2026-12-01")
	}
	year, month, dayOfMonth := n[0], time.Month(n[1]), n[2]
	switch {
	case year < firstYear || year > lastYear:
		return wrong("is in a year that cannot be meant", "write a year from %d to %d", firstYear, lastYear)
	case month < time.January || month > time.December:
		return wrong("has no such month", "write a month from 01 to 12, between the year and the day")
	}
	longest := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if dayOfMonth < 1 || dayOfMonth > longest {
		return wrong("does not exist", "%s %d has the days 01 to %d", month, year, longest)
	}
	return time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC), nil
}

// parseTime gives the minutes since the start of the day, 0 to 1440.
func parseTime(clock string) (int, error) {
	wrong := func(wrong, right string) (int, error) {
		return 0, &Error{Part: PartTime, Value: clock, Wrong: wrong, Right: right}
	}
	n, ok := numbers(clock, "dd:dd")
	if !ok {
		return wrong("is not a time of day", "write HH:MM with two digits each, such as 09:30 or 24:00")
	}
	minutes := n[0]*60 + n[1]
	switch {
	case n[1] > 59:
		return wrong("has no such minute", "write minutes from 00 to 59")
	case minutes > 24*60:
		return wrong("is after the day has ended", "write 00:00 to 24:00, and the next date for what comes after midnight")
	}
	return minutes, nil
}

// numbers reads the runs of digits in s, which must have exactly the shape
// given: d stands for a digit, anything else for itself. Shapes have at most
// three runs of digits.
func numbers(s, shape string) (n [3]int, ok bool) {
	if len(s) != len(shape) {
		return n, false
	}
	run := 0
	for i := range len(shape) {
		digit := s[i] >= '0' && s[i] <= '9'
		switch {
		case shape[i] == 'd' && digit:
			n[run] = n[run]*10 + int(s[i]-'0')
		case shape[i] != 'd' && s[i] == shape[i]:
			run++
		default:
			return n, false
		}
	}
	return n, true
}

// Part names the part of a civil time that an error is about.
type Part string

// The parts of a civil time.
const (
	PartDate Part = "date"
	PartTime Part = "time"
	PartZone Part = "zone"
)

// Error names the part of a civil time that is wrong, and what would be right.
type Error struct {
	Part  Part
	Value string // as it was written
	Wrong string // completes the sentence that starts with part and value: "does not exist"
	Right string // what to write instead: "February 2026 has the days 01 to 28"
}

// Error returns the whole sentence: date "2026-02-30" does not exist; February 2026 has
// the days 01 to 28.
func (e *Error) Error() string {
	return fmt.Sprintf("%s %q %s; %s", e.Part, shorten(e.Value), e.Wrong, e.Right)
}

// shorten keeps a message readable even if a long text was pasted into a field.
func shorten(s string) string {
	const enough = 64
	if len(s) <= enough {
		return s
	}
	cut := enough
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
