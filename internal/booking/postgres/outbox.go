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

// lease is for how long a message that was taken is hidden from other processes:
// longer than any delivery takes, so that only a process that died leaves one to be
// sent again.
const lease = 5 * time.Minute

// Untold takes up to so many messages that are due, and hides them from others for
// a while.
func (s *Store) Untold(ctx context.Context, limit int) ([]booking.Message, error) {
	rows, err := s.pool.Query(ctx, `
		UPDATE event e SET tell_at = now() + $2::interval, attempts = attempts + 1
		FROM booking b
		WHERE b.id = e.booking_id AND e.id IN (
			SELECT id FROM event WHERE tell_at <= now() ORDER BY tell_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
		RETURNING e.id, e.verb, e.at, e.booking_id, b.contact, e.attempts - 1, e.places`, limit, lease)
	if err != nil {
		return nil, said("take messages", err)
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
	taken, err := pgx.CollectRows(rows, pgx.RowToStructByPos[due])
	if err != nil {
		return nil, said("take messages", err)
	}
	slices.SortFunc(taken, func(a, b due) int { return cmp.Compare(a.ID, b.ID) }) // as it happened
	messages := make([]booking.Message, 0, len(taken))
	for _, d := range taken {
		m := booking.Message{ID: d.ID, Verb: d.Verb, At: d.At.UTC(), Attempts: d.Attempts}
		if m.Contact, err = s.openContact(d.Contact); err != nil {
			continue // another process may have the key; until then it is due again and again
		}
		if m.Booking, err = s.byID(ctx, d.Booking); err != nil {
			return messages, said("take messages", err)
		}
		if len(m.Booking.Appointments) == 0 {
			m.Booking.Appointments = former(d.Places) // what was given back
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

// Told notes that a message was delivered, or never can be.
func (s *Store) Told(ctx context.Context, id int64) error {
	_, err := s.pool.Exec(ctx, "UPDATE event SET tell_at = NULL WHERE id = $1", id)
	return said("note a message", err)
}

// Failed has a message delivered later, after so many attempts: in half a minute
// after the first, then twice as long each time, up to six hours.
func (s *Store) Failed(ctx context.Context, id int64, attempts int) error {
	pause := min(6*time.Hour, 30*time.Second<<min(max(attempts-1, 0), 10))
	_, err := s.pool.Exec(ctx, "UPDATE event SET tell_at = now() + $2::interval WHERE id = $1 AND tell_at IS NOT NULL", id, pause)
	return said("note a message", err)
}

// Backlog tells how many messages wait, and since when the oldest is due.
func (s *Store) Backlog(ctx context.Context) (waiting int64, oldest time.Duration, err error) {
	err = s.pool.QueryRow(ctx, "SELECT count(*), coalesce(greatest(interval '0', now() - min(tell_at)), interval '0') FROM event WHERE tell_at IS NOT NULL").
		Scan(&waiting, &oldest)
	return waiting, oldest, said("count messages", err)
}
