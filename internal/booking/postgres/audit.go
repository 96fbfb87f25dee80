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
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// auditTimeout is how long a recount may take: it reads every row.
const auditTimeout = "120s"

// Recount counts everything from the rows, now.
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
	return a, said("recount", err)
}

// KeepAudit recounts and keeps the result for [Store.Audit], unless another process
// did so less than a while ago.
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
		_, err = s.pool.Exec(ctx, `INSERT INTO audit (at, figures) VALUES ($1, $2)
			ON CONFLICT (one) DO UPDATE SET at = excluded.at, figures = excluded.figures`, a.At, figures)
		return err
	})
}

// Audit gives the result of the last recount that any process kept; zero where
// there was none yet.
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
	return a, said("read the audit", err)
}

// Displacement is a booking whose place is no longer declared.
type Displacement struct {
	Number number.Number
	Dose   int
	booking.Place
	Day civil.Day

	contact []byte // sealed
}

// Displaced names the bookings that have to be moved, those that were made last in
// each slot that has too few stations left, by hub and time.
func (s *Store) Displaced(ctx context.Context) ([]Displacement, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT x.number, x.dose, h.name, x.starts_at, x.day, x.contact FROM (
			SELECT b.number, b.contact, a.dose, a.hub_id, a.starts_at, a.day, s.stations,
				row_number() OVER (PARTITION BY a.hub_id, a.starts_at ORDER BY b.id) AS place
			FROM slot s JOIN appointment a ON a.hub_id = s.hub_id AND a.starts_at = s.starts_at JOIN booking b ON b.id = a.booking_id
			WHERE s.taken > s.stations AND s.starts_at > now()
		) x JOIN hub h ON h.id = x.hub_id
		WHERE x.place > x.stations ORDER BY h.name, x.starts_at, x.place`)
	if err != nil {
		return nil, said("find who is displaced", err)
	}
	var found []Displacement
	var d Displacement
	var symbols string
	var day time.Time
	_, err = pgx.ForEachRow(rows, []any{&symbols, &d.Dose, &d.Hub, &d.StartsAt, &day, &d.contact}, func() (err error) {
		d.Number, err = number.Parse(symbols)
		d.Day, d.StartsAt = dayOf(day), d.StartsAt.UTC()
		found = append(found, d)
		return err
	})
	return found, said("find who is displaced", err)
}

// ContactOf opens where somebody who is displaced can be reached; it is empty where they
// left nothing.
func (s *Store) ContactOf(d Displacement) (booking.Contact, error) {
	c, err := s.openContact(d.contact)
	if err != nil {
		return c, fmt.Errorf("open the contact of booking %s: %w", d.Number, err)
	}
	return c, nil
}

// Finish makes past the bookings whose last appointment was over a day ago, unless
// another process did so less than a while ago.
func (s *Store) Finish(ctx context.Context, every time.Duration) (bool, error) {
	return s.chore(ctx, "finish", every, func(ctx context.Context) error {
		const batch = 1000
		for {
			var n int
			if err := s.pool.QueryRow(ctx, "SELECT finish($1)", batch).Scan(&n); err != nil || n < batch {
				return err
			}
		}
	})
}
