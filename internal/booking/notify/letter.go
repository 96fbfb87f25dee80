/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package notify

import (
	"crypto/sha256"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// letter is what one message says. It has nothing that the person's identifier could
// be told from.
type letter struct {
	id       string // the same, whenever the same message is sent
	subject  string
	text     string
	file     string // name of the calendar's file
	calendar string // "" where there is no appointment to say
}

// appointment as the texts name it.
type appointment struct {
	Dose    int
	When    string
	Hub     string
	Address string // "" where the hub is no longer in the catalog
}

// write gives the letter for a message.
func (s *Sender) write(m booking.Message, with settings, now time.Time) (letter, error) {
	languages := languagesOf(m.Contact.Language)
	var subjects, texts []string
	for _, l := range languages {
		text, err := s.textOf(m, with.help, l)
		if err != nil {
			return letter{}, err
		}
		subjects, texts = append(subjects, l.subjects[m.Verb]), append(texts, text)
	}
	out := letter{
		// Relays log it: it is too short to tell the booking's number.
		id:      fmt.Sprintf("%d.%s@%s", m.ID, digest(m, 0)[:8], domain(with.from.Address)),
		subject: strings.Join(subjects, " / "),
		text:    strings.Join(texts, "\n----------------------------------------\n\n"),
		file:    languages[0].file,
	}
	if len(texts) > 1 {
		out.text = "(English below)\n\n" + out.text
	}
	if len(m.Booking.Appointments) > 0 {
		out.calendar = s.calendarOf(m, with.from.Address, languages[0], now).String()
	}
	return out, nil
}

// digest tells bookings, and their doses, apart, also from those of another store in
// which a message has the same ID.
func digest(m booking.Message, dose int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "mezzanotte %s %d", m.Booking.Number.Symbols(), dose))
	return fmt.Sprintf("%x", sum[:8])
}

func (s *Sender) textOf(m booking.Message, help string, l language) (string, error) {
	var appointments []appointment
	for _, a := range m.Booking.Appointments {
		hub := s.hub(a.Hub)
		when := strings.Replace(l.when(a.StartsAt, s.zone), ", ", ",\n  ", 1) // a note, if there is one
		appointments = append(appointments, appointment{
			Dose: a.Dose, When: when, Hub: oneLine(hub.DisplayName), Address: oneLine(hub.Address),
		})
	}
	var text strings.Builder
	err := l.text.Execute(&text, map[string]any{
		"Verb": m.Verb, "Number": m.Booking.Number, "Service": l.service(m.Booking.Service),
		"Appointments": appointments, "Several": len(appointments) > 1, "Help": help,
	})
	if err != nil {
		return "", fmt.Errorf("write a confirmation: %w", err)
	}
	return text.String(), nil
}

func (s *Sender) calendarOf(m booking.Message, from string, l language, now time.Time) calendar {
	out := calendar{
		cancelled: m.Verb == verbCancel, at: now, sequence: m.ID, organizer: from,
		description: l.number + m.Booking.Number.String(),
	}
	service := capital(l.service(m.Booking.Service))
	for _, a := range m.Booking.Appointments {
		hub := s.hub(a.Hub)
		e := entry{
			uid:    fmt.Sprintf("%s-%d@%s", digest(m, a.Dose), a.Dose, domain(from)),
			starts: a.StartsAt, minutes: a.Minutes, summary: service,
			location: strings.Trim(oneLine(hub.DisplayName)+", "+oneLine(hub.Address), ", "),
		}
		if all := len(m.Booking.Appointments); all > 1 {
			e.summary = fmt.Sprintf(l.dose, service, a.Dose, all)
		}
		out.entries = append(out.entries, e)
	}
	return out
}

// hub by its name, also where the catalog no longer has it.
func (s *Sender) hub(name string) catalog.Hub {
	if hub, ok := s.lookUp(name); ok {
		return hub
	}
	return catalog.Hub{DisplayName: name}
}

// oneLine gives a text without ends of lines.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// mime gives the letter as it is sent.
func (l letter) mime(from netmail.Address, to string, now time.Time) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&from)
	if err := m.To(to); err != nil {
		return nil, errAddress // its own says the address
	}
	m.Subject(l.subject)
	m.SetMessageIDWithValue(l.id)
	m.SetDateWithValue(now)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody is on holiday
	m.SetBodyString(gomail.TypeTextPlain, l.text)
	if l.calendar == "" {
		return m, nil
	}
	kind := gomail.WithFileContentType("text/calendar; charset=utf-8")
	if err := m.AttachReader(l.file, strings.NewReader(l.calendar), kind); err != nil {
		return nil, fmt.Errorf("attach the calendar: %w", err)
	}
	return m, nil
}
