/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// auditTimeout is how long a recount may take. It reads every row.
const auditTimeout = "120s"

// Recount counts everything from the rows.
func (s *Store) Recount(ctx context.Context) (booking.Audit, error) {
	var a booking.Audit
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = '"+auditTimeout+"'"); err != nil {
			return err
		}
		var figures []byte
		if err := tx.QueryRow(ctx, "SELECT recount(), now()").Scan(&figures, &a.At); err != nil {
			return err
		}
		a.At = a.At.UTC()
		return json.Unmarshal(figures, &a)
	})
	return a, wrap("recount", err)
}

// KeepAudit recounts and keeps the result for [Store.Audit], unless any process did so within
// the time given.
func (s *Store) KeepAudit(ctx context.Context, every time.Duration) (bool, error) {
	return s.chore(ctx, "audit", every, func(ctx context.Context) error {
		a, err := s.Recount(ctx)
		if err != nil {
			return err
		}
		figures, err := json.Marshal(a)
		if err != nil {
			return err
		}
		_, err = s.pool.Exec(ctx, `INSERT INTO audit (at, figures) VALUES (@at, @figures)
			ON CONFLICT (one) DO UPDATE SET at = excluded.at, figures = excluded.figures`,
			arguments{"at": a.At, "figures": figures})
		return err
	})
}

// Audit returns the last recount that any process kept; zero if there was none yet.
func (s *Store) Audit(ctx context.Context) (booking.Audit, error) {
	var figures []byte
	err := s.pool.QueryRow(ctx, "SELECT figures FROM audit").Scan(&figures)
	if errors.Is(err, pgx.ErrNoRows) {
		return booking.Audit{}, nil
	}
	var a booking.Audit
	if err == nil {
		err = json.Unmarshal(figures, &a)
	}
	return a, wrap("read the audit", err)
}

// Displaced lists the bookings that must be moved, by hub and time: in each slot that has
// too few stations left, those that were made last.
func (s *Store) Displaced(ctx context.Context) ([]booking.Displacement, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT sold.number, sold.dose, hub.name, sold.starts_at, sold.day FROM (
			SELECT booking.number, appointment.dose, appointment.hub_id, appointment.starts_at, appointment.day, slot.stations,
				row_number() OVER (PARTITION BY appointment.hub_id, appointment.starts_at ORDER BY booking.id) AS place
			FROM slot JOIN appointment ON appointment.hub_id = slot.hub_id AND appointment.starts_at = slot.starts_at
				JOIN booking ON booking.id = appointment.booking_id
			WHERE slot.taken > slot.stations AND slot.starts_at > now()
		) sold JOIN hub ON hub.id = sold.hub_id
		WHERE sold.place > sold.stations ORDER BY hub.name, sold.starts_at, sold.place`)
	if err != nil {
		return nil, wrap("find displaced bookings", err)
	}
	var found []booking.Displacement
	var d booking.Displacement
	var symbols string
	var day time.Time
	_, err = pgx.ForEachRow(rows, []any{&symbols, &d.Dose, &d.Hub, &d.StartsAt, &day}, func() (err error) {
		d.Number, err = number.Parse(symbols)
		d.Day, d.StartsAt = dayOf(day), d.StartsAt.UTC()
		found = append(found, d)
		return err
	})
	return found, wrap("find displaced bookings", err)
}

// ContactOf returns the contact of a booking's person; empty if they gave none.
func (s *Store) ContactOf(ctx context.Context, n number.Number) (booking.Contact, error) {
	var sealed []byte
	err := s.pool.QueryRow(ctx, "SELECT contact FROM booking WHERE number = $1", n.Symbols()).Scan(&sealed)
	if err != nil {
		return booking.Contact{}, wrap(fmt.Sprintf("read the contact of booking %s", n), err)
	}
	c, err := s.openContact(sealed)
	if err != nil {
		return c, fmt.Errorf("open the contact of booking %s: %w", n, err)
	}
	return c, nil
}

// Finish marks as past the bookings whose last appointment was over a day ago, unless any
// process did so within the time given.
func (s *Store) Finish(ctx context.Context, every time.Duration) (bool, error) {
	return s.chore(ctx, "finish", every, func(ctx context.Context) error {
		const batch = 1000
		for {
			var n int
			if err := s.pool.QueryRow(ctx, "SELECT finish_bookings($1)", batch).Scan(&n); err != nil || n < batch {
				return err
			}
		}
	})
}
