/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// calendar formats times in a platform's zone.
type calendar struct {
	zone *time.Location
	// year is the plan's, and is left out of dates.
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

// zoneWord returns the zone's abbreviation, or its offset if it has none.
func (c calendar) zoneWord(at int64) string {
	_, word, _ := strings.Cut(opening.Clock(time.Unix(at, 0), c.zone), " ")
	return word
}

// day returns for example "Wed 2 Dec", with the year if it is not the plan's.
func (c calendar) day(at int64) string {
	t := c.local(at)
	if t.Year() != c.year {
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}

// when returns for example "Wed 2 Dec 00:00 CET".
func (c calendar) when(at int64) string {
	return c.day(at) + " " + c.clock(at) + " " + c.zoneWord(at)
}

// length of a squeezed stretch, in its largest unit and the one below.
func length(seconds int64) string {
	minutes := seconds / 60
	hours, days := minutes/60, minutes/60/24
	switch {
	case days >= 10:
		return figure.Grouped(days) + " d"
	case days > 0:
		return twoUnits(days, " d", hours%24, " h")
	case hours > 0:
		return twoUnits(hours, " h", minutes%60, " min")
	}
	return figure.Grouped(minutes) + " min"
}

func twoUnits(n int64, unit string, rest int64, below string) string {
	if rest == 0 {
		return figure.Grouped(n) + unit
	}
	return figure.Grouped(n) + unit + " " + figure.Grouped(rest) + below
}
