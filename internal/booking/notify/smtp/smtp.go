/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package smtp carries notices as e-mails.
//
// The settings are files in a directory, such as a mounted Secret. They are read again for
// each batch, so that a password may change at any time:
//
//	host      the mail server's name
//	port      587 by default, 465 with tls implicit, 25 with tls none
//	tls       starttls (default), implicit, or none
//	username  and password; neither if the server needs none
//	from      Bookings <bookings@example.org>
//	ca.crt    PEM of the authorities that sign the server's certificate; by default the system's
//	help      a line on where to move or cancel, such as a web address and a phone number
//
// Letters that are sent twice have the same Message-ID, so that mailboxes can show one. No
// error repeats the server's text, which often contains addresses.
package smtp

import (
	"context"
	"errors"
	"fmt"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/contact"
	"github.com/mezzanotte/mezzanotte/internal/booking/notify"
)

// Carrier sends e-mails by the settings in a directory.
type Carrier struct{ Directory string }

// Open reads the settings. The session connects when it sends its first letter.
func (c Carrier) Open() (notify.Session, error) {
	with, err := read(c.Directory)
	if err != nil {
		return nil, err
	}
	return &session{settings: with}, nil
}

// session sends the e-mails of one batch.
type session struct {
	settings
	line *line // nil when there is none
	down error // why no connection is tried any more
}

// Address returns a contact's e-mail address.
func (*session) Address(c booking.Contact) string { return c.Email }

// Send writes a notice to an address.
func (s *session) Send(ctx context.Context, address string, n notify.Notice) (notify.Verdict, error) {
	to, err := contact.ParseEmail(address)
	if err != nil {
		return notify.Unreachable, errors.New("a contact has no e-mail address that can be written to")
	}
	letter, err := n.Letter(s.help)
	if err != nil {
		return notify.Failed, err
	}
	message, err := s.message(letter, to)
	if err != nil {
		return notify.Failed, err
	}
	message.SetDateWithValue(n.Now)
	if s.down == nil && s.line == nil {
		s.line, s.down = s.dial(ctx)
	}
	if s.down != nil {
		return notify.Failed, s.down
	}
	verdict, err := s.line.send(message)
	if err != nil && verdict != notify.Unreachable { // the server may be waiting for something
		s.Close()
	}
	return verdict, err
}

// Close ends the connection, if there is one.
func (s *session) Close() {
	if s.line != nil {
		s.line.hangUp()
		s.line = nil
	}
}

// message returns a letter as it is sent, but for its date.
func (s settings) message(l notify.Letter, to string) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&s.from)
	if err := m.To(to); err != nil {
		return nil, errors.New("a contact's e-mail address cannot be written into a message") // err contains it
	}
	domain := contact.Domain(s.from.Address)
	m.Subject(l.Subject)
	m.SetMessageIDWithValue(l.ID + "@" + domain)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office replies
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	if l.Calendar == nil {
		return m, nil
	}
	calendar := *l.Calendar
	calendar.Domain, calendar.Organizer = domain, s.from.Address
	kind := gomail.WithFileContentType("text/calendar; charset=utf-8")
	if err := m.AttachReader(l.File, strings.NewReader(calendar.String()), kind); err != nil {
		return nil, fmt.Errorf("attach the calendar: %w", err)
	}
	return m, nil
}
