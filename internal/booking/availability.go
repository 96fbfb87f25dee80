/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// Window is where to look for slots.
type Window struct {
	Hub      string
	From, To time.Time // starts at or after From, before To
	Desk     bool      // the call centre's places too
	Limit    int       // at most so many slots
}

// HubDay is how many places a hub has on a day, in slots that have not begun.
type HubDay struct {
	Hub    string
	Day    civil.Day
	Places int // in all
	Free   int // to everybody
	Desk   int // to the call centre
}
