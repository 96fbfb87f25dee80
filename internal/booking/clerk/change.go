/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
)

// Confirm books what is held. A contact takes the place of the one that was given with
// the hold.
func (c *Clerk) Confirm(ctx context.Context, ref booking.Reference, contact booking.Contact, by booking.By) (booking.Booking, error) {
	return c.change(ctx, order{ref, booking.Change{Contact: contact, By: by}, finishing, c.store.Confirm})
}

// Extend gives a hold more time, once.
func (c *Clerk) Extend(ctx context.Context, ref booking.Reference, by booking.By) (booking.Booking, error) {
	return c.change(ctx, order{ref, booking.Change{By: by}, finishing, c.store.Extend})
}

// Cancel gives back all places of a booking or of a hold.
func (c *Clerk) Cancel(ctx context.Context, ref booking.Reference, by booking.By) (booking.Booking, error) {
	return c.change(ctx, order{ref, booking.Change{By: by}, finishing, c.store.Cancel})
}

// Move gives a booking other places, one of each dose, in order; those that stay are
// named again.
func (c *Clerk) Move(ctx context.Context, ref booking.Reference, places []booking.Place, by booking.By) (booking.Booking, error) {
	return c.change(ctx, order{ref, booking.Change{Places: places, By: by}, starting, c.move})
}

// Look gives a booking to whoever has its number and is its person.
func (c *Clerk) Look(ctx context.Context, ref booking.Reference) (booking.Booking, error) {
	if err := c.allow(ref.Identifier); err != nil {
		return booking.Booking{}, err
	}
	var b booking.Booking
	err := c.inside(ctx, starting, func(ctx context.Context) (err error) {
		b, err = c.store.Look(ctx, ref)
		return err
	})
	return b, err
}

// Live gives what somebody has, to an agent who has them before them: without a number.
func (c *Clerk) Live(ctx context.Context, who identifier.Identifier) ([]booking.Booking, error) {
	if err := c.allow(who); err != nil {
		return nil, err
	}
	var all []booking.Booking
	err := c.inside(ctx, starting, func(ctx context.Context) (err error) {
		all, err = c.store.Live(ctx, who)
		return err
	})
	return all, err
}

// order is what is to become of a booking that there is.
type order struct {
	of      booking.Reference
	change  booking.Change
	urgency urgency
	do      func(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
}

// change does something with a booking that there is.
func (c *Clerk) change(ctx context.Context, o order) (booking.Booking, error) {
	if err := c.allow(o.of.Identifier); err != nil {
		return booking.Booking{}, err
	}
	o.change.By = c.here(o.change.By)
	var b booking.Booking
	err := c.inside(ctx, o.urgency, func(ctx context.Context) error {
		return c.bound(ctx, func() error {
			in, err := c.current()
			if err != nil {
				return err
			}
			o.change.Revision = in.Revision()
			b, err = o.do(ctx, o.of, o.change)
			return c.explainChange(ctx, in, o.of, err)
		})
	})
	return b, err
}

// move gives a booking other places, if they are right for its campaign. What is no
// longer in the catalog, or not booked, the store decides alone.
func (c *Clerk) move(ctx context.Context, ref booking.Reference, change booking.Change) (booking.Booking, error) {
	in, err := c.current()
	if err != nil {
		return booking.Booking{}, err
	}
	now, err := c.store.Look(ctx, ref)
	if err != nil {
		return booking.Booking{}, err
	}
	if campaign, known := in.Campaign(now.Campaign); known && now.State == booking.Booked {
		if err := in.fit(campaign, change.Places, now.Appointments); err != nil {
			return booking.Booking{}, err
		}
	}
	b, err := c.store.Move(ctx, ref, change)
	if broken(err) {
		return booking.Booking{}, &booking.Refusal{Outcome: booking.WrongDoses}
	}
	return b, err
}

// broken tells whether the schema refused the days of a booking. It goes by what its
// campaign said when it was booked, which the catalog may no longer say.
func broken(err error) bool {
	const whole = "booking_whole"
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.ConstraintName == whole
}

// explainChange adds to what the store refuses what people need to be told. How the
// campaign of a booking stands is looked up by whom it belongs to.
func (c *Clerk) explainChange(ctx context.Context, in inForce, ref booking.Reference, err error) error {
	var refusal *booking.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Outcome {
	case booking.NotOpen, booking.Paused, booking.Closed:
		b, err := c.store.Look(ctx, ref)
		if err != nil {
			return err
		}
		return in.standing(b.Campaign, refusal)
	default:
		return err
	}
}
