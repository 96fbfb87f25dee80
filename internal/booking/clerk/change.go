/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"errors"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
)

// Confirm books a hold. A contact replaces the one that came with the hold.
func (c *Clerk) Confirm(ctx context.Context, ref booking.Reference, contact booking.Contact, by booking.By) (booking.Booking, error) {
	return c.change(ctx, order{ref, booking.Change{Contact: contact, By: by}, finishing, c.store.Confirm})
}

// Extend lengthens a hold, once.
func (c *Clerk) Extend(ctx context.Context, ref booking.Reference, by booking.By) (booking.Booking, error) {
	return c.change(ctx, order{ref, booking.Change{By: by}, finishing, c.store.Extend})
}

// Cancel gives up a booking or a hold with all of its places.
func (c *Clerk) Cancel(ctx context.Context, ref booking.Reference, by booking.By) (booking.Booking, error) {
	return c.change(ctx, order{ref, booking.Change{By: by}, finishing, c.store.Cancel})
}

// Move gives a booking other places: one for each dose, in order, including those that
// stay.
func (c *Clerk) Move(ctx context.Context, ref booking.Reference, places []booking.Place, by booking.By) (booking.Booking, error) {
	return c.change(ctx, order{ref, booking.Change{Places: places, By: by}, starting, c.move})
}

// Look returns the booking of a number and its person.
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

// Live returns a person's bookings to an agent who is talking to that person.
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

// order is a change of an existing booking.
type order struct {
	of      booking.Reference
	change  booking.Change
	urgency urgency
	do      func(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
}

// change carries out an order.
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

// move gives a booking other places if they suit its campaign. If the campaign has left the
// catalog, or it is only a hold, the store decides alone.
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
		if err := in.checkPlaces(campaign, change.Places, now.Appointments); err != nil {
			return booking.Booking{}, err
		}
	}
	return c.store.Move(ctx, ref, change)
}

// explainChange replaces a refusal of the store that concerns the booking's campaign by a
// decision with the catalog's words.
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
