/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking/ical"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// calendarDomain differs from that of e-mails, because their events have other sequence
// numbers.
const calendarDomain = "mezzanotte"

// calendar returns a booking's appointments for calendars.
func (v *visit) calendar(b *page.Booked) ical.Calendar {
	l := words.Language(v.words.Tag())
	out := ical.Calendar{
		Method: ical.Publish, At: v.now, Sequence: b.Moved, Domain: calendarDomain, Description: v.words.Say("calendar.number", b.Number),
	}
	symbols := strings.ReplaceAll(b.Number, "-", "")
	for i, s := range b.Spots {
		hub := v.scene().Hub(s.Hub)
		out.Events = append(out.Events, ical.Event{
			Key: ical.Key(symbols, i+1), Starts: s.At(), Minutes: s.Minutes,
			Summary:  l.Appointment(b.Service, i+1, len(b.Spots)),
			Location: ical.Location(hub.DisplayName, hub.Address),
		})
	}
	return out
}
