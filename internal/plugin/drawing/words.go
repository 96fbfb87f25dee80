/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// plain is text from outside as it may be shown: what cannot be seen, such as
// an escape sequence or a change of direction, is shown to be there.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}

// cut shortens s to the longest beginning that passes, with an ellipsis.
func cut(s string, passes func(string) bool) string {
	if passes(s) {
		return s
	}
	runes := []rune(s)
	low, high := 0, len(runes)
	for low < high {
		middle := (low + high + 1) / 2
		if passes(string(runes[:middle]) + "…") {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return strings.TrimRight(string(runes[:low]), " ") + "…"
}

// wrap breaks s into at most so many lines that pass; the last may be cut.
func wrap(s string, most int, passes func(string) bool) []string {
	var lines []string
	line := ""
	words := strings.Fields(s)
	for i, word := range words {
		longer := strings.TrimLeft(line+" "+word, " ")
		if line == "" || passes(longer) {
			line = longer
			continue
		}
		if len(lines) == most-1 {
			line += " " + strings.Join(words[i:], " ")
			break
		}
		lines = append(lines, cut(line, passes))
		line = word
	}
	if line != "" {
		lines = append(lines, cut(line, passes))
	}
	return lines
}

// calendar tells times as a platform's people read them.
type calendar struct {
	zone *time.Location
	// year is not said, since it is that of the plan.
	year int
}

func newCalendar(zone *time.Location, now time.Time) calendar {
	if zone == nil {
		zone = time.UTC
	}
	return calendar{zone: zone, year: now.In(zone).Year()}
}

func (c calendar) local(at int64) time.Time { return time.Unix(at, 0).In(c.zone) }

// clock is the time of day, for example "23:41".
func (c calendar) clock(at int64) string {
	t := c.local(at)
	if t.Second() != 0 {
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}

// zoneWord is the zone's abbreviation, or its offset where it has none.
func (c calendar) zoneWord(at int64) string {
	_, word, _ := strings.Cut(opening.Clock(time.Unix(at, 0), c.zone), " ")
	return word
}

// day is for example "Wed 2 Dec", with the year if it is not the plan's.
func (c calendar) day(at int64) string {
	t := c.local(at)
	if t.Year() != c.year {
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}

// when is for example "Wed 2 Dec 00:00 CET".
func (c calendar) when(at int64) string {
	return c.day(at) + " " + c.clock(at) + " " + c.zoneWord(at)
}

// length of a squeezed stretch, in its largest unit and the one below.
func length(seconds int64) string {
	minutes := seconds / 60
	hours, days := minutes/60, minutes/60/24
	switch {
	case days >= 10:
		return count(days) + " d"
	case days > 0:
		return twoUnits(days, " d", hours%24, " h")
	case hours > 0:
		return twoUnits(hours, " h", minutes%60, " min")
	}
	return count(minutes) + " min"
}

func twoUnits(n int64, unit string, rest int64, below string) string {
	if rest == 0 {
		return count(n) + unit
	}
	return count(n) + unit + " " + count(rest) + below
}

// count writes a number with its thousands apart.
func count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
