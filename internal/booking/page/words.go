/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Day returns a day in words, or "" for none.
func (l *Language) Day(d civil.Day) string {
	if d.IsZero() {
		return ""
	}
	return l.tag.Date(d)
}

// Service returns the name of a service, as a title.
func (l *Language) Service(name string) string { return words.Capital(l.tag.Service(name)) }

// When returns an instant in words.
func (l *Language) When(at time.Time, zone *time.Location) string { return l.tag.Instant(at, zone) }

// who returns the people that a campaign is for.
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

// Campaign returns what a campaign offers, and to whom.
func (l *Language) Campaign(c catalog.Campaign) string {
	return l.Say("campaign", l.Service(c.Service), l.who(c))
}

// Length returns a duration in minutes and seconds.
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

// Count returns a number with its unit, such as "2 minutes".
func (l *Language) Count(what string, n int) string {
	if n == 1 {
		return l.Say("one." + what)
	}
	return l.Say("many."+what, n)
}

// Remaining returns a long duration in days and hours, a short one in minutes and seconds.
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
