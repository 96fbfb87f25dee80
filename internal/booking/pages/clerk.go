/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pages

import (
	"context"

	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/booking/store"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Clerk does what people ask for, or says why not: *[clerk.Clerk].
type Clerk interface {
	taking
	keeping
	looking
}

// taking is of those who have nothing yet.
type taking interface {
	Find(context.Context, clerk.Search) (catalog.Campaign, []search.Offer, error)
	Hold(context.Context, clerk.Wish) (store.Booking, error)
}

// keeping is of those who have something.
type keeping interface {
	Confirm(context.Context, store.Reference, store.Contact, store.By) (store.Booking, error)
	Extend(context.Context, store.Reference, store.By) (store.Booking, error)
	Cancel(context.Context, store.Reference, store.By) (store.Booking, error)
	Move(context.Context, store.Reference, []store.Place, store.By) (store.Booking, error)
}

// looking changes nothing.
type looking interface {
	Look(context.Context, store.Reference) (store.Booking, error)
}

var _ Clerk = (*clerk.Clerk)(nil)
