/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"fmt"
	"time"
)

// DayWords gives the local day: "Wednesday 2 December 2026".
func DayWords(instant time.Time, loc *time.Location) string {
	return instant.In(orUTC(loc)).Format("Monday 2 January 2006")
}

// Clock gives the local time of day for a board: "00:00:00 CET".
func Clock(instant time.Time, loc *time.Location) string {
	t := instant.In(orUTC(loc))
	return t.Format("15:04:05 ") + zoneWord(t)
}

// Remaining writes a distance in time, in at most two whole units: "in 3 days 4 hours",
// "in 5 min 30 s", "now", "2 min ago". The rest is dropped.
func Remaining(d time.Duration) string {
	seconds := int64(d / time.Second)
	switch {
	case seconds > 0:
		return "in " + length(seconds)
	case seconds < 0:
		return length(-seconds) + " ago"
	}
	return "now"
}

// length gives a number of seconds in its largest unit and the one below.
func length(seconds int64) string {
	units := []struct {
		seconds   int64
		one, many string
	}{
		{day, "day", "days"}, {60 * 60, "hour", "hours"}, {60, "min", "min"}, {1, "s", "s"},
	}
	words := ""
	for _, unit := range units {
		n, top := seconds/unit.seconds, words == ""
		seconds %= unit.seconds
		name := unit.many
		if n == 1 {
			name = unit.one
		}
		switch {
		case n > 0 && top:
			words = fmt.Sprintf("%d %s", n, name)
		case n > 0:
			return fmt.Sprintf("%s %d %s", words, n, name)
		case !top:
			return words
		}
	}
	return words
}

// zoneWord gives the zone's abbreviation at t, or its offset where the
// database has only a number for it: "CET", "UTC+03:00".
func zoneWord(t time.Time) string {
	name, offset := t.Zone()
	for _, letter := range name {
		if letter < 'A' || letter > 'Z' {
			name = ""
			break
		}
	}
	switch {
	case name != "":
		return name
	case offset == 0:
		return "UTC"
	case offset%60 != 0:
		return "UTC" + t.Format("-07:00:00")
	}
	return "UTC" + t.Format("-07:00")
}

func orUTC(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}
