/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// wrap breaks a text into lines of at most width characters, between words if possible. It
// drops control characters.
func wrap(text string, width int) []string {
	width = max(width, 1)
	var lines []string
	line, length := "", 0
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n > width {
			lines = append(lines, line)
			line, length = "", 0
		}
		for n > width {
			runes := []rune(word)
			lines = append(lines, string(runes[:width]))
			word, n = string(runes[width:]), n-width
		}
		if length > 0 {
			line, length = line+" ", length+1
		}
		line, length = line+word, length+n
	}
	if length > 0 || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// pad adds spaces up to a width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// padLeft does the same on the left.
func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text))) + text
}

// face returns a clock reading and its zone: "23:20", "CET".
func face(t time.Time, zone *time.Location) (reading, abbreviation string) {
	reading, abbreviation, _ = strings.Cut(opening.Clock(t, zone), " ")
	return strings.TrimSuffix(reading, ":00"), abbreviation
}

// span formats a time of day, or a range with its zone: "23:20 → 23:44 CET". It names the
// day if that changes in between.
func span(from, to time.Time, zone *time.Location) string {
	first, firstZone := face(from, zone)
	last, lastZone := face(to, zone)
	if from.Equal(to) {
		return first + " " + firstZone
	}
	if shortDay(from, zone) != shortDay(to, zone) {
		last = shortDay(to, zone) + " " + last
	}
	if firstZone != lastZone {
		first += " " + firstZone
	}
	return first + " → " + last + " " + lastZone
}

// shortDay formats a day for a column: "Tue 1 Dec".
func shortDay(t time.Time, zone *time.Location) string { return t.In(zone).Format("Mon 2 Jan") }
