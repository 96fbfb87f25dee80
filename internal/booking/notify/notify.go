/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package notify tells people what happened to their bookings. It claims the messages that
// are due in the store's outbox and hands each to a carrier, such as an e-mail server:
//
//	outbox ──ClaimDue──> Notice ──Carrier──> Delivered    ──> MarkSent
//	                                         Unreachable  ──> MarkSent, counted as given up
//	                                         Refused      ──> RetryLater, given up at the 10th
//	                                         Failed       ──> RetryLater
//
// A message is marked as sent without being sent if the contact has no address, if something
// later made it pointless, or after three days: when e-mail is set up late or was down for
// long, people do not get messages about what they did long ago.
//
// A message is sent at least once. A process that dies between the carrier's answer and
// MarkSent leaves it to be sent again, with the same [Letter.ID].
//
// No letter, log or error contains a person's identifier, and no log or error contains an
// address.
package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Outbox holds the messages that are not sent yet.
type Outbox interface {
	// ClaimDue returns at most limit messages that are due. It hides them from other
	// processes for at least twice [Longest], so that none is sent twice.
	ClaimDue(ctx context.Context, limit int) ([]booking.Message, error)
	// MarkSent ends a message: it was sent, or never will be.
	MarkSent(ctx context.Context, id int64) error
	// RetryLater makes a message due again, the later the more attempts have failed.
	RetryLater(ctx context.Context, id int64, attempts int) error
}

// Carrier brings notices to people in one way, such as by e-mail.
type Carrier interface {
	// Open reads the carrier's settings and returns a session for one batch.
	Open() (Session, error)
}

// Session carries the notices of one batch.
type Session interface {
	// Address returns where the carrier reaches a contact, or "" if it cannot.
	Address(booking.Contact) string
	// Send sends a notice. The context is the same for all notices of a session, and
	// ends every connection. Errors contain no address.
	Send(ctx context.Context, address string, n Notice) (Verdict, error)
	Close()
}

// Verdict is the result of sending one notice.
type Verdict int

// The verdicts. All but Delivered come with an error.
const (
	Delivered   Verdict = iota
	Unreachable         // nobody is at the address
	Refused             // for good, though the address may be right
	Failed              // for now
)

const (
	// Longest is the most time that one batch takes.
	Longest = 2 * time.Minute

	limit = 50 // messages in a batch

	// refusals is the number of refusals after which a message is given up. The first
	// ones may be due to a mistake in the settings.
	refusals = 10

	// oldest is the age up to which a message is sent: longer than a weekend without the
	// mail server.
	oldest = 3 * 24 * time.Hour

	// settling is the time to update the outbox after the context has ended, so that
	// what was sent is not sent again.
	settling = 5 * time.Second
)

// Sender sends the messages of an outbox.
type Sender struct {
	Carriers []Carrier      // the first that has an address for a contact sends to it
	Zone     *time.Location // the platform's
	// Hub looks a hub up by its name, in the catalog in force.
	Hub func(name string) (catalog.Hub, bool)
}

// Counts are the numbers of messages of a batch by their result.
type Counts struct {
	Sent      int
	Retried   int // later
	GivenUp   int // nobody is at the address, or refused for good
	Overtaken int // cancelled since, over, too old, or without an address
}

// Deliver sends one batch. It returns the first error; the messages that were not sent
// become due again. It claims none while a carrier's settings are wrong.
func (s Sender) Deliver(ctx context.Context, outbox Outbox, now time.Time) (Counts, error) {
	ctx, cancel := context.WithTimeout(ctx, Longest)
	defer cancel() // and so end every connection
	b := batch{Sender: s, outbox: outbox, now: now}
	defer b.close()
	for _, c := range s.Carriers {
		session, err := c.Open()
		if err != nil {
			return Counts{}, err
		}
		b.sessions = append(b.sessions, session)
	}
	messages, err := outbox.ClaimDue(ctx, limit)
	if err != nil {
		return Counts{}, fmt.Errorf("read the outbox: %w", err)
	}
	for _, m := range messages {
		if err := b.deliver(ctx, m); err != nil {
			return b.Counts, fmt.Errorf("deliver confirmations: %w", err)
		}
	}
	if b.wrong != nil {
		return b.Counts, fmt.Errorf("%d of %d confirmations were not delivered, the first: %w", b.failed, len(messages), b.wrong)
	}
	return b.Counts, nil
}

// batch is one run through the outbox.
type batch struct {
	Sender
	Counts
	sessions []Session
	outbox   Outbox
	now      time.Time
	failed   int
	wrong    error // the first
}

func (b *batch) close() {
	for _, s := range b.sessions {
		s.Close()
	}
}

// deliver sends one message and updates the outbox. It returns an error if the outbox does
// not answer or the batch's time is over: the rest of the batch stays hidden for a while and
// then becomes due again.
func (b *batch) deliver(ctx context.Context, m booking.Message) error {
	session, address := b.reach(m.Contact)
	if address == "" || isOvertaken(m, b.now) {
		b.Overtaken++
		return b.markSent(ctx, m)
	}
	verdict, err := session.Send(ctx, address, Notice{Message: m, Now: b.now, Zone: b.Zone, Hub: b.Hub})
	if verdict != Delivered {
		if ended := ctx.Err(); ended != nil {
			return ended // it is not the message's fault
		}
		b.failed++
		if b.wrong == nil {
			b.wrong = err
		}
	}
	if attempts := m.Attempts + 1; verdict == Failed || verdict == Refused && attempts < refusals {
		b.Retried++
		return b.update(ctx, func(ctx context.Context) error { return b.outbox.RetryLater(ctx, m.ID, attempts) })
	}
	if verdict == Delivered {
		b.Sent++
	} else {
		b.GivenUp++
	}
	return b.markSent(ctx, m)
}

// reach returns the first session that reaches a contact, and the address.
func (b *batch) reach(c booking.Contact) (Session, string) {
	for _, s := range b.sessions {
		if address := s.Address(c); address != "" {
			return s, address
		}
	}
	return nil, ""
}

// isOvertaken reports whether a message is pointless: it is old, all its appointments are
// over, or the booking was cancelled since, which another message says.
func isOvertaken(m booking.Message, now time.Time) bool {
	if now.Sub(m.At) > oldest {
		return true
	}
	places := m.Booking.Appointments // the former ones, where it was cancelled
	over := !slices.ContainsFunc(places, func(a booking.Appointment) bool { return a.StartsAt.After(now) })
	if m.Verb == verbCancel {
		return over && len(places) > 0
	}
	return over || m.Booking.State != booking.Booked
}

func (b *batch) markSent(ctx context.Context, m booking.Message) error {
	return b.update(ctx, func(ctx context.Context) error { return b.outbox.MarkSent(ctx, m.ID) })
}

// update updates the outbox, even when the batch's time is over.
func (b *batch) update(ctx context.Context, write func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	if err := write(ctx); err != nil {
		return fmt.Errorf("update the outbox: %w", err)
	}
	return nil
}
