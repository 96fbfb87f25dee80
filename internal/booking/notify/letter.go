/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"fmt"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/ical"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Notice is a message to one person, with what it takes to write it.
type Notice struct {
	booking.Message
	Now  time.Time
	Zone *time.Location // the platform's
	// Hub looks a hub up by its name, in the catalog in force.
	Hub func(name string) (catalog.Hub, bool)
}

// Letter is a notice as a text and a file. Nothing in it reveals the person's identifier.
type Letter struct {
	ID       string // the same whenever the same notice is sent
	Subject  string
	Text     string
	File     string         // name of the calendar's file
	Calendar *ical.Calendar // without Domain and Organizer; nil if the notice has no appointment
}

// appointment has the words of a letter about one appointment.
type appointment struct {
	Dose    int
	When    string
	Hub     string
	Address string // "" if the hub is no longer in the catalog
}

// Letter writes the notice. Help is a line on where to move or cancel, or "".
func (n Notice) Letter(help string) (Letter, error) {
	languages := languagesFor(n.Contact.Language)
	var subjects, texts []string
	for _, l := range languages {
		text, err := n.text(l, help)
		if err != nil {
			return Letter{}, err
		}
		subjects, texts = append(subjects, l.subjects[n.Verb]), append(texts, text)
	}
	out := Letter{
		// Relays log it: 8 digits are too few to guess the booking's number from. Other
		// stores have messages with the same ID.
		ID:       fmt.Sprintf("%d.%s", n.ID, n.key(0)[:8]),
		Subject:  strings.Join(subjects, " / "),
		Text:     strings.Join(texts, "\n----------------------------------------\n\n"),
		File:     languages[0].CalendarFile(),
		Calendar: n.calendar(languages[0]),
	}
	if len(texts) > 1 {
		out.Text = "(English below)\n\n" + out.Text
	}
	return out, nil
}

func (n Notice) key(dose int) string { return ical.Key(n.Booking.Number.Symbols(), dose) }

func (n Notice) text(l language, help string) (string, error) {
	var appointments []appointment
	for _, a := range n.Booking.Appointments {
		hub := n.hub(a.Hub)
		when := strings.Replace(l.Instant(a.StartsAt, n.Zone), ", ", ",\n  ", 1) // a note, if there is one
		appointments = append(appointments, appointment{
			Dose: a.Dose, When: when, Hub: oneLine(hub.DisplayName), Address: oneLine(hub.Address),
		})
	}
	var text strings.Builder
	err := l.text.Execute(&text, map[string]any{
		"Verb": n.Verb, "Number": n.Booking.Number, "Service": l.Service(n.Booking.Service),
		"Appointments": appointments, "Several": len(appointments) > 1, "Help": help,
	})
	if err != nil {
		return "", fmt.Errorf("write a confirmation: %w", err)
	}
	return text.String(), nil
}

func (n Notice) calendar(l language) *ical.Calendar {
	all := n.Booking.Appointments
	if len(all) == 0 {
		return nil
	}
	out := &ical.Calendar{
		Method: ical.Publish, At: n.Now, Sequence: n.ID, Description: l.BookingNumber(n.Booking.Number.String()),
	}
	if n.Verb == verbCancel {
		out.Method = ical.Cancel
	}
	for _, a := range all {
		hub := n.hub(a.Hub)
		out.Events = append(out.Events, ical.Event{
			Key: n.key(a.Dose), Starts: a.StartsAt, Minutes: a.Minutes,
			Summary:  l.Appointment(n.Booking.Service, a.Dose, len(all)),
			Location: ical.Location(hub.DisplayName, hub.Address),
		})
	}
	return out
}

// hub returns a hub by its name, even if the catalog no longer has it.
func (n Notice) hub(name string) catalog.Hub {
	if hub, ok := n.Hub(name); ok {
		return hub
	}
	return catalog.Hub{DisplayName: name}
}

// oneLine returns a text without line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
