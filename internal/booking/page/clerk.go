/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"context"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Clerk carries out requests, or returns why not: *[clerk.Clerk].
type Clerk interface {
	taking
	keeping
	looking
}

// taking finds places and makes bookings.
type taking interface {
	Find(context.Context, clerk.Search) (catalog.Campaign, []search.Offer, error)
	Hold(context.Context, clerk.TakeRequest) (booking.Booking, error)
}

// keeping changes bookings.
type keeping interface {
	Confirm(context.Context, booking.Reference, booking.Contact, booking.By) (booking.Booking, error)
	Extend(context.Context, booking.Reference, booking.By) (booking.Booking, error)
	Cancel(context.Context, booking.Reference, booking.By) (booking.Booking, error)
	Move(context.Context, booking.Reference, []booking.Place, booking.By) (booking.Booking, error)
}

// looking reads.
type looking interface {
	Look(context.Context, booking.Reference) (booking.Booking, error)
}

var _ Clerk = (*clerk.Clerk)(nil)
