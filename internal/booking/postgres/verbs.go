/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// Hold keeps places for a person, for [HoldTime], and gives up the hold that they
// had. It is refused as Stale, NotOpen, Paused, Closed, UnknownCampaign,
// AlreadyBooked, NoPlace, NoSlot or KeyUsed.
func (s *Store) Hold(ctx context.Context, r booking.Request) (booking.Booking, error) {
	hold := booking.HoldTime
	return s.take(ctx, r, &hold)
}

// Book books places at once. It is refused as [Store.Hold] is.
func (s *Store) Book(ctx context.Context, r booking.Request) (booking.Booking, error) {
	return s.take(ctx, r, nil)
}

func (s *Store) take(ctx context.Context, r booking.Request, hold *time.Duration) (booking.Booking, error) {
	row, err := s.newRow(ctx, r)
	if err != nil {
		return booking.Booking{}, err
	}
	var b booking.Booking
	err = again(ctx, func() error {
		if row.number, err = newNumber(); err != nil {
			return err
		}
		var d decided
		var days []*time.Time // of those slots that there are
		var minutes []*int32
		err := s.pool.QueryRow(ctx, "SELECT * FROM take($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20)",
			row.hashes, row.keys, row.sealed, row.sealedWith,
			row.number.Symbols(), r.Campaign.Service, r.Campaign.Name, r.Revision, r.Campaign.Doses.MinIntervalDays, r.Campaign.Doses.MaxIntervalDays,
			row.hubs, row.starts, r.By.Desk,
			hold, row.contact, hold == nil && row.contact != nil, r.By.Channel, nullable(r.By.Agent), row.key, row.request,
		).Scan(&d.outcome, &d.booking, &d.at, &d.dose, &days, &minutes)
		if err != nil {
			return err
		}
		if d.outcome == "taken" {
			b = taken(r, row.number, *d.at, hold)
			for i := range b.Appointments {
				b.Appointments[i].Day, b.Appointments[i].Minutes = dayOf(*days[i]), int(*minutes[i])
			}
			return nil
		}
		b, err = s.answer(ctx, d)
		return err
	})
	return b, said("book", err)
}

// taken is the booking that a request has become.
func taken(r booking.Request, n number.Number, at time.Time, hold *time.Duration) booking.Booking {
	b := booking.Booking{Number: n, Service: r.Campaign.Service, Campaign: r.Campaign.Name, State: booking.Booked, MadeAt: at.UTC()}
	if hold != nil {
		b.State, b.ExpiresAt = booking.Held, b.MadeAt.Add(*hold)
	}
	for i, place := range r.Places {
		b.Appointments = append(b.Appointments, booking.Appointment{Dose: i + 1, Place: booking.Place{Hub: place.Hub, StartsAt: place.StartsAt.UTC()}})
	}
	return b
}

// Confirm books what is held. It is refused as Stale, NotOpen, Paused,
// UnknownCampaign, Expired, NotFound or KeyUsed.
func (s *Store) Confirm(ctx context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change(ctx, "confirm", target{ref, c}, func(row changeRow) pgx.Row {
		return s.pool.QueryRow(ctx, "SELECT *, NULL::int FROM confirm($1,$2,$3,$4,$5,$6,$7,$8,$9)",
			ref.Number.Symbols(), row.hashes, c.Revision, row.contact, true, c.By.Channel, nullable(c.By.Agent), row.key, row.request)
	})
}

// Extend lengthens a hold by [HoldTime], from when it would have expired, once. It is refused as Expired,
// ExtendedOnce, NotFound or KeyUsed.
func (s *Store) Extend(ctx context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change(ctx, "extend", target{ref, c}, func(row changeRow) pgx.Row {
		return s.pool.QueryRow(ctx, "SELECT *, NULL::int FROM extend($1,$2,$3,$4,$5,$6,$7)",
			ref.Number.Symbols(), row.hashes, booking.HoldTime, c.By.Channel, nullable(c.By.Agent), row.key, row.request)
	})
}

// Cancel gives back all places of a booking or of a hold; once more is no error. It
// is refused as Begun, NotFound or KeyUsed.
func (s *Store) Cancel(ctx context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change(ctx, "cancel", target{ref, c}, func(row changeRow) pgx.Row {
		return s.pool.QueryRow(ctx, "SELECT *, NULL::int FROM cancel($1,$2,$3,$4,$5,$6,$7)",
			ref.Number.Symbols(), row.hashes, true, c.By.Channel, nullable(c.By.Agent), row.key, row.request)
	})
}

// Move gives a booking other places. That they are right, so many days apart and at
// hubs of its campaign, is for the caller to see to; the schema refuses the days. It
// is refused as Stale, Begun, Gone, WrongDoses, NoPlace, NoSlot, NotFound or KeyUsed.
func (s *Store) Move(ctx context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	hubs, starts, err := s.split(ctx, c.Places)
	if err != nil {
		return booking.Booking{}, err
	}
	return s.change(ctx, "move", target{ref, c}, func(row changeRow) pgx.Row {
		return s.pool.QueryRow(ctx, "SELECT * FROM move($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
			ref.Number.Symbols(), row.hashes, c.Revision, hubs, starts, c.By.Desk, true, c.By.Channel, nullable(c.By.Agent), row.key, row.request)
	})
}

// target is a booking and what is to become of it.
type target struct {
	booking.Reference
	booking.Change
}

// change carries out a verb on a booking that there is.
func (s *Store) change(ctx context.Context, verb string, what target, call func(changeRow) pgx.Row) (booking.Booking, error) {
	if what.Identifier.IsZero() || what.Number.IsZero() {
		return booking.Booking{}, &booking.Refusal{Outcome: booking.NotFound}
	}
	row, err := s.changeRow(verb, what)
	if err != nil {
		return booking.Booking{}, err
	}
	var b booking.Booking
	err = again(ctx, func() error {
		var d decided
		if err := call(row).Scan(&d.outcome, &d.booking, &d.at, &d.dose); err != nil {
			return err
		}
		b, err = s.answer(ctx, d)
		return err
	})
	return b, said(verb, err)
}

// decided is what a function of the store says.
type decided struct {
	outcome string
	booking *int64
	at      *time.Time
	dose    *int
}

// answer reads the booking that was changed, or tells why none was. What was
// carried out stays so if it cannot be read: the same request may come again.
func (s *Store) answer(ctx context.Context, d decided) (booking.Booking, error) {
	switch d.outcome {
	case "taken", "done", "replayed":
		b, err := s.byID(ctx, *d.booking)
		b.Replayed = d.outcome != "taken"
		return b, err
	}
	r := &booking.Refusal{Outcome: booking.Outcome(d.outcome)}
	if d.at != nil {
		r.At = *d.at
	}
	if d.dose != nil {
		r.Dose = *d.dose
	}
	return booking.Booking{}, r
}

// Look gives a person's booking by its number, or NotFound.
func (s *Store) Look(ctx context.Context, ref booking.Reference) (booking.Booking, error) {
	if ref.Identifier.IsZero() || ref.Number.IsZero() {
		return booking.Booking{}, &booking.Refusal{Outcome: booking.NotFound}
	}
	found, err := s.bookings(ctx, `b.number = $1 AND b.person_id = (SELECT person_id FROM person_hash WHERE hash = ANY ($2) LIMIT 1)`,
		ref.Number.Symbols(), s.sums(ref.Identifier))
	if err != nil {
		return booking.Booking{}, said("look up", err)
	}
	if len(found) == 0 {
		return booking.Booking{}, &booking.Refusal{Outcome: booking.NotFound}
	}
	return found[0], nil
}

// Live gives a person's live bookings, holds among them, the newest first.
func (s *Store) Live(ctx context.Context, who identifier.Identifier) ([]booking.Booking, error) {
	found, err := s.bookings(ctx, `b.person_id = (SELECT person_id FROM person_hash WHERE hash = ANY ($1) LIMIT 1) AND b.state IN ('held', 'booked')`, s.sums(who))
	return found, said("look up", err)
}

// again makes a request once more when it met another at the very same moment.
func again(ctx context.Context, do func() error) error {
	const tries = 4
	var err error
	for range tries {
		if err = do(); !collided(err) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// said names the verb with an error, but for a refusal, which speaks for itself.
func said(verb string, err error) error {
	var refusal *booking.Refusal
	if err == nil || errors.As(err, &refusal) {
		return err
	}
	return fmt.Errorf("%s: %w", verb, hidden(err))
}

// nullable is nothing for "".
func nullable(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
