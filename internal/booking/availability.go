/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

// Window says where and when to look for slots.
type Window struct {
	Hub        string
	From, To   time.Time // starts at or after From, before To
	CallCentre bool      // includes the call centre's places
	Limit      int       // of slots
}

// HubDay counts the places of a hub on a day, in slots that have not begun.
type HubDay struct {
	Hub        string
	Day        civil.Day
	Places     int // in all
	Free       int // to everybody
	CallCentre int // to the call centre
}
