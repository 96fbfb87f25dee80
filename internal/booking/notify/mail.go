/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package mail tells people by e-mail what happened to their bookings: it takes
// messages from the store's outbox and hands them to a mail server.
//
//	outbox ──ClaimDue──> letter ──SMTP──> 2xx            ──> MarkSent
//	                                      5xx, address   ──> MarkSent, and counted as given up
//	                                      5xx, other     ──> RetryLater, and given up at the 10th
//	                                      4xx, no answer ──> RetryLater
//
// It marks as sent, without a word, what there is no address for, what was overtaken, and
// what is older than three days: where mail is set up late, or was away for long, people
// are not surprised by what they did long ago.
//
// A message is told at least once: who dies between the server's answer and MarkSent has
// it sent again. Both have the same Message-ID, by which mailboxes know them for one.
//
// No letter, log or error has anybody's identifier, and no log or error has an
// address: what the server says, which likes to repeat them, is never passed on.
//
// The settings are files in a directory, such as a mounted Secret, read again for
// each batch, so that a password may change at any time:
//
//	host      the mail server's name
//	port      587 where nothing else is said, 465 with tls implicit, 25 with none
//	tls       starttls (where nothing else is said), implicit, or none
//	username  and password; neither where the server asks for none
//	from      Bookings <bookings@example.org>
//	ca.crt    PEM of the authorities that the server's certificate may be of; else the system's
//	help      a line on where to move or cancel, such as a web address and a phone number
package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Outbox is what people are still to be told.
type Outbox interface {
	// ClaimDue returns at most limit messages that are due, and hides them for at least
	// twice [Longest], so that another process does not send them too.
	ClaimDue(ctx context.Context, limit int) ([]booking.Message, error)
	// MarkSent notes that nothing more is to be done for a message.
	MarkSent(ctx context.Context, id int64) error
	// RetryLater makes a message due again. The more attempts it has had, the later:
	// the outbox decides.
	RetryLater(ctx context.Context, id int64, attempts int) error
}

const (
	// Longest is how long one batch takes at most.
	Longest = 2 * time.Minute

	limit = 50 // messages in a batch

	// refusals is how often a message is tried where the server refuses it, but maybe
	// for what is wrong with us.
	refusals = 10

	// oldest is what people are still told: a mail server that is away over a weekend
	// is waited for.
	oldest = 3 * 24 * time.Hour

	// settling is how long it may take to tell the outbox, also when the context has
	// ended: what was sent and not told is sent again.
	settling = 5 * time.Second
)

// Sender sends what is in an outbox. Its methods may be called by any number of
// goroutines.
type Sender struct {
	directory string
	zone      *time.Location
	lookUp    func(hub string) (catalog.Hub, bool)

	sent, retried, givenUp, overtaken atomic.Int64
}

// Options say what a sender needs to know.
type Options struct {
	Directory string         // of the settings
	Zone      *time.Location // the platform's
	// Hub looks a hub up by its name, in the catalog in force.
	Hub func(name string) (catalog.Hub, bool)
}

// New makes a sender. It reads no settings yet: see [Sender.Check].
func New(o Options) *Sender {
	return &Sender{directory: o.Directory, zone: o.Zone, lookUp: o.Hub}
}

// Check reads the settings, to say early what is wrong with them.
func (s *Sender) Check() error {
	_, err := read(s.directory)
	return err
}

// Counts are how many messages came to which end since the start.
type Counts struct {
	Sent      int64
	Retried   int64 // attempts that failed and are made again
	GivenUp   int64 // the address is none, or the server refused for good
	Overtaken int64 // there was nothing left to say, or nowhere: cancelled, over, old, or no address was left
}

// Counts tells how many messages came to which end.
func (s *Sender) Counts() Counts {
	return Counts{Sent: s.sent.Load(), Retried: s.retried.Load(), GivenUp: s.givenUp.Load(), Overtaken: s.overtaken.Load()}
}

// Deliver sends one batch and tells how many were sent. Its error says the first
// thing that went wrong; whatever was not sent comes again.
func (s *Sender) Deliver(ctx context.Context, outbox Outbox, now time.Time) (sent int, err error) {
	with, err := read(s.directory)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, Longest)
	defer cancel() // and so end every connection
	messages, err := outbox.ClaimDue(ctx, limit)
	if err != nil {
		return 0, fmt.Errorf("read the outbox: %w", err)
	}
	b := batch{Sender: s, with: with, outbox: outbox, now: now}
	defer b.hangUp()
	for _, m := range messages {
		if err := b.deliver(ctx, m); err != nil {
			return b.sent, fmt.Errorf("deliver confirmations: %w", err)
		}
	}
	if b.wrong != nil {
		return b.sent, fmt.Errorf("%d of %d confirmations were not delivered, the first: %w", b.failed, len(messages), b.wrong)
	}
	return b.sent, nil
}

// batch is one run through the outbox.
type batch struct {
	*Sender
	with   settings
	outbox Outbox
	now    time.Time

	line   *line // nil when there is none
	down   error // why no connection is tried any more
	sent   int
	failed int
	wrong  error // the first
}

// deliver sends one message and tells the outbox. An error ends the batch: the outbox
// does not answer, or there is no more time; the rest is hidden for a while and comes
// again.
func (b *batch) deliver(ctx context.Context, m booking.Message) error {
	if isOvertaken(m, b.now) {
		b.overtaken.Add(1)
		return b.settle(ctx, func(ctx context.Context) error { return b.outbox.MarkSent(ctx, m.ID) })
	}
	verdict, err := b.send(ctx, m)
	if verdict != delivered {
		if ended := ctx.Err(); ended != nil {
			return ended // it is not the message's fault
		}
		b.failed++
		if b.wrong == nil {
			b.wrong = err
		}
	}
	if attempts := m.Attempts + 1; verdict == failed || verdict == refused && attempts < refusals {
		b.retried.Add(1)
		return b.settle(ctx, func(ctx context.Context) error { return b.outbox.RetryLater(ctx, m.ID, attempts) })
	}
	if verdict == delivered {
		b.sent++
		b.Sender.sent.Add(1)
	} else {
		b.givenUp.Add(1)
	}
	return b.settle(ctx, func(ctx context.Context) error { return b.outbox.MarkSent(ctx, m.ID) })
}

// isOvertaken tells whether there is nothing left to say, or nowhere: no address was
// left, it happened long ago, all places are over, or what was booked has been given
// back since, of which there is another message.
func isOvertaken(m booking.Message, now time.Time) bool {
	if m.Contact.Email == "" || now.Sub(m.At) > oldest {
		return true
	}
	places := m.Booking.Appointments // had, where it was cancelled
	over := !slices.ContainsFunc(places, func(a booking.Appointment) bool { return a.StartsAt.After(now) })
	if m.Verb == verbCancel {
		return over && len(places) > 0
	}
	return over || m.Booking.State != booking.Booked
}

// send hands one message to the server. What was delivered may come with an error.
func (b *batch) send(ctx context.Context, m booking.Message) (verdict, error) {
	to, err := ParseAddress(m.Contact.Email)
	if err != nil {
		return unreachable, errors.New("a contact has no e-mail address that can be written to")
	}
	letter, err := b.write(m, b.with, b.now)
	if err != nil {
		return failed, err
	}
	mime, err := letter.mime(b.with.from, to, b.now)
	if err != nil {
		return failed, err
	}
	if b.down == nil && b.line == nil {
		b.line, b.down = b.with.dial(ctx)
	}
	if b.down != nil {
		return failed, b.down
	}
	verdict, err := b.line.send(mime)
	if err != nil && verdict != unreachable { // who knows what the server waits for
		b.hangUp()
	}
	return verdict, err
}

// hangUp ends the connection, if there is one.
func (b *batch) hangUp() {
	if b.line != nil {
		b.line.hangUp()
		b.line = nil
	}
}

// settle tells the outbox something, even when the batch's time is over.
func (b *batch) settle(ctx context.Context, tell func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	if err := tell(ctx); err != nil {
		return fmt.Errorf("tell the outbox: %w", err)
	}
	return nil
}
