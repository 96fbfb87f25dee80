/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// refusedDays turns the schema's refusal of a booking's days into [booking.WrongDoses]. The
// schema uses the campaign's rule from when it was booked, which the catalog may have changed.
func refusedDays(err error) error {
	const constraint = "booking_whole"
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == constraint {
		return &booking.Refusal{Outcome: booking.WrongDoses}
	}
	return err
}
