/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/figure"
)

// caution ends every message.
const caution = ". A forecast: the places left are the store's to say"

// sentence is the material of a forecast's message.
type sentence struct {
	campaign Campaign
	outcome  Outcome
	// shared is true if earlier campaigns take from its hubs.
	shared bool
	help   help
}

// String returns the whole message.
func (s sentence) String() string {
	switch {
	case s.outcome.Expected == 0:
		return s.need()
	case s.outcome.Unserved == 0:
		return fmt.Sprintf("%s; the campaign's hubs offer enough%s: served by %s%s", s.need(), s.after(), words(s.outcome.ServedBy), caution)
	}
	return fmt.Sprintf("%s; the campaign's hubs offer %s of them within a year of the opening%s, so that %s no appointment%s%s",
		s.need(), figure.Grouped(s.outcome.Served), s.after(), people(s.outcome.Unserved, "finds", "find"), s.help.words(), caution)
}

// need describes how the number of appointments is computed.
func (s sentence) need() string {
	c := s.campaign
	doses := ""
	if c.Doses.Count > 1 {
		doses = fmt.Sprintf(" × %d doses", c.Doses.Count)
	}
	return fmt.Sprintf("%s people × %d %%%s need %s appointments", figure.Grouped(c.Eligible), c.UptakePercent, doses, figure.Grouped(s.outcome.Expected))
}

// after names the campaigns that come first.
func (s sentence) after() string {
	if !s.shared {
		return ""
	}
	return " after what earlier campaigns are expected to take"
}

// words names the number of stations that would be enough, if one was found.
func (h help) words() string {
	more := figure.Grouped(int64(h.stations)) + " more stations"
	switch h.stations {
	case 0:
		return ""
	case 1:
		more = "1 more station"
	}
	if h.hub != "" {
		return fmt.Sprintf(". Enough would be %s at %s, which has %s", more, h.hub, figure.Grouped(int64(h.of)))
	}
	return fmt.Sprintf(". Enough would be %s at its hubs, in proportion to the %s that they have", more, figure.Grouped(int64(h.of)))
}

// people writes a number of people with its verb.
func people(n int64, one, many string) string {
	if n == 1 {
		return "1 person " + one
	}
	return figure.Grouped(n) + " people " + many
}

// words writes a day for people: 14 February 2027.
func words(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day.Format("2 January 2006")
}
