/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package civil counts days as people do: birth dates, and the days between two doses. A
// day has no time of day and no zone; an instant has a day only in a zone. It reads no
// clock.
//
//	On(u, zone) = the greatest day d with T(d 00:00) ≤ u
//
// where T is the instant that package opening gives to a civil time. That is the local
// date, with one exception: when clocks go back over midnight, the new day begins at the
// first midnight, as it does for a hub's hours.
//
// A day is one day long whatever clocks do, be it 23, 24 or 25 hours.
package civil

import (
	"cmp"
	"errors"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// Day is a day of the calendar. The zero Day is no day. Compare days with ==.
type Day struct{ n int32 }

const (
	seconds = 24 * 60 * 60

	// shift makes the zero Day a day outside the calendar.
	shift = 1_000_000

	// settled is the time after a clock change within which local times may repeat. No
	// offset reaches 26 h either way.
	settled = 2 * 26 * time.Hour
)

// The days that can be written as YYYY-MM-DD.
var (
	first = on(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC))
	last  = on(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
)

// errNoDay does not repeat the text: it may be a birth date.
var errNoDay = errors.New("is no day of the calendar: write YYYY-MM-DD, such as 1946-05-31")

// Parse reads YYYY-MM-DD. Its error continues a sentence that begins with the name of a
// field, and does not repeat the text.
func Parse(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Day{}, errNoDay
	}
	return on(t), nil
}

// Date returns the day of a date, or the zero Day if there is no such date.
func Date(year int, month time.Month, day int) Day {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if y, m, d := t.Date(); y != year || m != month || d != day || y < 0 || y > 9999 {
		return Day{}
	}
	return on(t)
}

// On returns the day of an instant in a zone.
func On(instant time.Time, loc *time.Location) Day {
	local := instant.In(loc)
	year, month, date := local.Date()
	day := Date(year, month, date)
	since, _ := local.ZoneBounds()
	if since.IsZero() || instant.Sub(since) > settled {
		return day
	}
	for next := day.Add(1); next.startsBy(instant, loc); next = next.Add(1) {
		day = next
	}
	return day
}

// startsBy reports whether d has begun by an instant.
func (d Day) startsBy(instant time.Time, loc *time.Location) bool {
	start, err := opening.Civil{Date: d.String(), Time: "00:00", Zone: loc.String()}.Instant()
	return err == nil && !start.After(instant)
}

// on returns the day that starts at a time in UTC.
func on(midnight time.Time) Day { return Day{int32(midnight.Unix()/seconds + shift)} }

// Midnight returns the start of d in UTC.
func (d Day) Midnight() time.Time {
	return time.Unix((int64(d.n)-shift)*seconds, 0).UTC()
}

// IsZero reports whether d is the zero Day.
func (d Day) IsZero() bool { return d == Day{} }

// String returns YYYY-MM-DD, and "" for the zero Day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Midnight().Format(time.DateOnly)
}

// Words returns "Wednesday 2 December 2026", and "" for the zero Day.
func (d Day) Words() string {
	if d.IsZero() {
		return ""
	}
	return opening.DayWords(d.Midnight(), time.UTC)
}

// Add returns the day a number of days later, within the years 0 to 9999.
func (d Day) Add(days int) Day {
	days = min(max(days, -5_000_000), 5_000_000)
	return Day{min(max(d.n+int32(days), first.n), last.n)}
}

// Years returns the same date some years later; 29 February may become 1 March.
func (d Day) Years(years int) Day { return on(d.Midnight().AddDate(years, 0, 0)) }

// Since returns the number of days from another day to d.
func (d Day) Since(other Day) int { return int(d.n - other.n) }

// Before reports whether d comes before another day.
func (d Day) Before(other Day) bool { return d.n < other.n }

// After reports whether d comes after another day.
func (d Day) After(other Day) bool { return d.n > other.n }

// Compare orders days.
func (d Day) Compare(other Day) int { return cmp.Compare(d.n, other.n) }
