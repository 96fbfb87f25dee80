/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// Audit is the result of a recount of all rows. The first six must be 0, always.
type Audit struct {
	At         time.Time `json:"at"`         // by the store's clock
	Oversold   int64     `json:"oversold"`   // places sold beyond those declared at that time
	Duplicates int64     `json:"duplicates"` // live bookings of one person for one service beyond the first
	Broken     int64     `json:"broken"`     // bookings without all of their doses, or with a wrong interval
	Early      int64     `json:"early"`      // bookings made before their opening
	Astray     int64     `json:"astray"`     // places by which counters differ from rows
	Overdue    int64     `json:"overdue"`    // holds that expired more than 5 s before
	Displaced  int64     `json:"displaced"`  // people whose place is no longer declared: an agent must call them
	Places     int64     `json:"places"`     // in all slots, including past ones
	Sold       int64     `json:"sold"`       // of those
	Held       int64     `json:"held"`       // holds
	Booked     int64     `json:"booked"`     // bookings
}

// Sound reports whether all figures that must be 0 are 0.
func (a Audit) Sound() bool {
	return a.Oversold+a.Duplicates+a.Broken+a.Early+a.Astray+a.Overdue == 0
}

// Displacement is an appointment whose place is no longer declared: its person must be
// called.
type Displacement struct {
	Number number.Number
	Dose   int
	Place
	Day civil.Day
}
