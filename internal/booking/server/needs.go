/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
)

// Store keeps the bookings. Requests reach it through the clerk.
type Store interface {
	// InUse returns the connections in use and the most that there may be.
	InUse() (used, most int)
}

// Binding has the catalog in force in this process and an estimate of the store's clock:
// *[binding.Binding].
type Binding interface {
	Current() (*binding.Snapshot, error)
	Revision() int64
	Now() time.Time
	Offset() (ahead, within time.Duration)
}
