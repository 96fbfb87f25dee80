/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// lease is how long a claimed message is hidden from other processes. It is longer than
// any delivery takes, so that only a message of a process that died is sent again.
const lease = 5 * time.Minute

// ClaimDue returns at most limit messages that are due, and hides them from other
// processes for a while.
func (s *Store) ClaimDue(ctx context.Context, limit int) ([]booking.Message, error) {
	rows, err := s.pool.Query(ctx, `
		UPDATE event SET tell_at = now() + @lease::interval, attempts = attempts + 1
		FROM booking
		WHERE booking.id = event.booking_id AND event.id IN (
			SELECT id FROM event WHERE tell_at <= now() ORDER BY tell_at LIMIT @limit FOR NO KEY UPDATE SKIP LOCKED)
		RETURNING event.id, event.verb, event.at, event.booking_id, booking.contact, event.attempts - 1, event.places`,
		arguments{"lease": lease, "limit": limit})
	if err != nil {
		return nil, wrap("claim messages", err)
	}
	type due struct {
		ID       int64
		Verb     string
		At       time.Time
		Booking  int64
		Contact  []byte
		Attempts int
		Places   []formerPlace
	}
	claimed, err := pgx.CollectRows(rows, pgx.RowToStructByPos[due])
	if err != nil {
		return nil, wrap("claim messages", err)
	}
	slices.SortFunc(claimed, func(a, b due) int { return cmp.Compare(a.ID, b.ID) }) // as it happened
	messages := make([]booking.Message, 0, len(claimed))
	for _, d := range claimed {
		m := booking.Message{ID: d.ID, Verb: d.Verb, At: d.At.UTC(), Attempts: d.Attempts}
		if m.Contact, err = s.openContact(d.Contact); err != nil {
			continue // it stays due: another process may have the key
		}
		if m.Booking, err = s.byID(ctx, d.Booking); err != nil {
			return messages, wrap("claim messages", err)
		}
		if len(m.Booking.Appointments) == 0 {
			m.Booking.Appointments = former(d.Places) // which were given up
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// formerPlace is a place that a booking had, as events keep it.
type formerPlace struct {
	Dose     int
	Hub      string
	StartsAt time.Time
}

func former(places []formerPlace) []booking.Appointment {
	var had []booking.Appointment
	for _, p := range places {
		had = append(had, booking.Appointment{Dose: p.Dose, Place: booking.Place{Hub: p.Hub, StartsAt: p.StartsAt.UTC()}})
	}
	return had
}

func (s *Store) openContact(sealed []byte) (booking.Contact, error) {
	var c booking.Contact
	if sealed == nil {
		return c, nil
	}
	text, err := s.keys().Open(sealed, sealedContact)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(text, &c)
}

// MarkSent notes that a message was delivered, or never can be.
func (s *Store) MarkSent(ctx context.Context, id int64) error {
	_, err := s.pool.Exec(ctx, "UPDATE event SET tell_at = NULL WHERE id = $1", id)
	return wrap("note a message", err)
}

// RetryLater makes a message due again, in half a minute after the first attempt and
// then in twice as long each time, up to six hours.
func (s *Store) RetryLater(ctx context.Context, id int64, attempts int) error {
	pause := min(6*time.Hour, 30*time.Second<<min(max(attempts-1, 0), 10))
	_, err := s.pool.Exec(ctx, "UPDATE event SET tell_at = now() + @pause::interval WHERE id = @id AND tell_at IS NOT NULL",
		arguments{"id": id, "pause": pause})
	return wrap("note a message", err)
}

// Backlog returns how many messages wait, and for how long the oldest has been due.
func (s *Store) Backlog(ctx context.Context) (waiting int64, oldest time.Duration, err error) {
	err = s.pool.QueryRow(ctx, "SELECT count(*), coalesce(greatest(interval '0', now() - min(tell_at)), interval '0') FROM event WHERE tell_at IS NOT NULL").
		Scan(&waiting, &oldest)
	return waiting, oldest, wrap("count messages", err)
}
