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

// Audit is what a recount of all rows found. The first six must be 0, always.
type Audit struct {
	At         time.Time `json:"at"`         // by the store's clock
	Oversold   int64     `json:"oversold"`   // places beyond those declared when they were sold
	Duplicates int64     `json:"duplicates"` // live bookings of one person for one service beyond the first
	Broken     int64     `json:"broken"`     // bookings without all of their doses, or not so many days apart
	Early      int64     `json:"early"`      // bookings made before their opening
	Astray     int64     `json:"astray"`     // places by which counters and rows differ
	Overdue    int64     `json:"overdue"`    // holds that expired more than 5 s before
	Displaced  int64     `json:"displaced"`  // people whose place is no longer declared: somebody must call them
	Places     int64     `json:"places"`     // in all slots, past ones too
	Sold       int64     `json:"sold"`       // of them
	Held       int64     `json:"held"`       // bookings
	Booked     int64     `json:"booked"`     // bookings
}

// Sound tells whether nothing is that must not be.
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
