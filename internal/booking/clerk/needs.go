/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
)

// Store keeps bookings. It refuses with a *[booking.Refusal]; after any other error the
// effect is unknown.
type Store interface {
	taking
	keeping
	looking
}

// taking makes bookings.
type taking interface {
	Hold(context.Context, booking.Request) (booking.Booking, error)
	Book(context.Context, booking.Request) (booking.Booking, error)
}

// keeping changes bookings.
type keeping interface {
	Confirm(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
	Extend(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
	Cancel(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
	Move(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
}

// looking reads.
type looking interface {
	Look(context.Context, booking.Reference) (booking.Booking, error)
	Live(context.Context, identifier.Identifier) ([]booking.Booking, error)
	Free(context.Context, booking.Window) ([]booking.Slot, error)
	Availability(context.Context) ([]booking.HubDay, error)
}

// Binding has the catalog in force in this process and an estimate of the store's clock:
// *[binding.Binding].
type Binding interface {
	Current() (*binding.Snapshot, error)
	Revision() int64
	Now() time.Time
	Refresh(context.Context) error
}

// Places finds places that are free: *[search.Search].
type Places interface {
	Offers(context.Context, *binding.Snapshot, search.Query) ([]search.Offer, error)
}
