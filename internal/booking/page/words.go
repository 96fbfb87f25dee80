/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// morning is the hour before which people call it the night between two days.
const morning = 5

// englishWords returns "Wednesday 2 December 2026 at 08:40 CET".
func englishWords(at time.Time, zone *time.Location) string {
	words := opening.Words(at, zone)
	if local := at.In(zone); local.Hour() < morning && !strings.Contains(words, ",") {
		before := local.AddDate(0, 0, -1)
		words += fmt.Sprintf(", in the night between %s and %s", before.Format("Monday 2 January"), local.Format("Monday 2 January"))
	}
	return words
}

var (
	italianDays   = [...]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"}
	italianMonths = [...]string{
		"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
		"luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
	}
)

// italianWords returns "mercoledì 2 dicembre 2026 alle ore 08:40 (CET)".
func italianWords(at time.Time, zone *time.Location) string {
	local := at.In(zone)
	words := fmt.Sprintf("%s %d alle ore %s", italianDay(local), local.Year(), local.Format("15:04 (MST)"))
	before := local.AddDate(0, 0, -1)
	switch {
	case local.Hour() == 0 && local.Minute() == 0 && local.Second() == 0:
		words += fmt.Sprintf(", la mezzanotte tra %s e %s", italianDay(before), italianDay(local))
	case local.Hour() < morning:
		words += fmt.Sprintf(", nella notte tra %s e %s", italianDay(before), italianDay(local))
	}
	return words
}

// italianDay returns "mercoledì 2 dicembre".
func italianDay(t time.Time) string {
	return fmt.Sprintf("%s %d %s", italianDays[t.Weekday()], t.Day(), italianMonths[t.Month()-1])
}

// italianDate returns "2 dicembre 1946", and "1º" for the first as it is written.
func italianDate(year int, month time.Month, day int) string {
	if day == 1 {
		return fmt.Sprintf("1º %s %d", italianMonths[month-1], year)
	}
	return fmt.Sprintf("%d %s %d", day, italianMonths[month-1], year)
}

// englishDate returns "2 December 1946".
func englishDate(year int, month time.Month, day int) string {
	return fmt.Sprintf("%d %s %d", day, month, year)
}

// day in words; nothing for none.
func (l *Language) Day(d civil.Day) string {
	if d.IsZero() {
		return ""
	}
	return l.date(d.Midnight().Date())
}

// service in words, as a title; else as in the catalog.
func (l *Language) Service(name string) string {
	if _, known := l.texts["service."+name]; known {
		return l.Say("service." + name)
	}
	return name
}

// who a campaign is for.
func (l *Language) who(c catalog.Campaign) string {
	if c.AgeBand == nil {
		return l.Say("who.everyone")
	}
	from, errFrom := civil.Parse(c.AgeBand.BornFrom)
	to, errTo := civil.Parse(c.AgeBand.BornTo)
	if errFrom != nil || errTo != nil {
		return c.Name
	}
	return l.Say("who.born", l.Day(from), l.Day(to))
}

// campaign in words: what, and for whom.
func (l *Language) Campaign(c catalog.Campaign) string {
	return l.Say("campaign", l.Service(c.Service), l.who(c))
}

// minutes and seconds of a length of time.
func (l *Language) Length(d time.Duration) string {
	minutes, seconds := int(d/time.Minute), int(d%time.Minute/time.Second)
	if minutes == 0 {
		return l.Count("second", seconds)
	}
	if seconds == 0 {
		return l.Count("minute", minutes)
	}
	return l.Say("and", l.Count("minute", minutes), l.Count("second", seconds))
}

// count of something.
func (l *Language) Count(what string, n int) string {
	if n == 1 {
		return l.Say("one." + what)
	}
	return l.Say("many."+what, n)
}

// capital makes the first letter one.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// When says an instant.
func (l *Language) When(at time.Time, zone *time.Location) string { return l.when(at, zone) }

// Remaining says a long time in days and hours, a short one in minutes and seconds.
func (l *Language) Remaining(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day:
		return l.Say("and", l.Count("day", int(d/day)), l.Count("hour", int(d%day/time.Hour)))
	case d >= time.Hour:
		return l.Say("and", l.Count("hour", int(d/time.Hour)), l.Count("minute", int(d%time.Hour/time.Minute)))
	}
	return l.Length(d.Truncate(time.Second))
}
