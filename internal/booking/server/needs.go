/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
)

// Store is where bookings are. What is asked of it goes through the clerk.
type Store interface {
	// InUse tells how many connections to it are in use, and how many there may be.
	InUse() (used, most int)
}

// Binding is the catalog in force in this process, and the store's clock, as well as
// it is known here: *[binding.Binding].
type Binding interface {
	Current() (*binding.Snapshot, error)
	Revision() int64
	Now() time.Time
	Offset() (ahead, within time.Duration)
}
