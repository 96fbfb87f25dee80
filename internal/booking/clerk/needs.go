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

// Store is where bookings are. What it refuses as was to be expected is a
// *[store.Refusal]; by any other error it is not known what happened.
type Store interface {
	taking
	keeping
	looking
}

// taking is of those who have nothing yet.
type taking interface {
	Hold(context.Context, booking.Request) (booking.Booking, error)
	Book(context.Context, booking.Request) (booking.Booking, error)
}

// keeping is of those who have something.
type keeping interface {
	Confirm(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
	Extend(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
	Cancel(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
	Move(context.Context, booking.Reference, booking.Change) (booking.Booking, error)
}

// looking changes nothing.
type looking interface {
	Look(context.Context, booking.Reference) (booking.Booking, error)
	Live(context.Context, identifier.Identifier) ([]booking.Booking, error)
	Free(context.Context, booking.Window) ([]booking.Slot, error)
	Availability(context.Context) ([]booking.HubDay, error)
}

// Binding is the catalog in force in this process, and the store's clock, as well as
// it is known here: *[binding.Binding].
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
