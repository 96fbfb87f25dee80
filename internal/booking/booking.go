/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Place is one appointment's slot: no two slots of a hub start at the same instant.
type Place struct {
	Hub      string
	StartsAt time.Time
}

// Slot is a place with what there is of it.
type Slot struct {
	Place
	Day     civil.Day // in the platform's zone
	Minutes int
	Free    int // places, to whom it was asked for
}

// State of a booking.
type State string

// The states. Held and Booked are live.
const (
	Held      State = "held"      // until it is confirmed or expires
	Booked    State = "booked"    //
	Past      State = "past"      // its last appointment is over
	Cancelled State = "cancelled" // by its person
	Lapsed    State = "lapsed"    // a hold that was not confirmed in time
)

// Appointment is one dose of a booking.
type Appointment struct {
	Dose int // from 1
	Place
	Day     civil.Day
	Minutes int
}

// Booking is all doses of one person in one campaign.
type Booking struct {
	Number       number.Number
	Service      string
	Campaign     string
	State        State
	MadeAt       time.Time     // by the store's clock
	ExpiresAt    time.Time     // of a hold; else zero
	Extended     bool          // a hold is extended once
	Appointments []Appointment // by dose; none where places were given back
	// Replayed tells that the request was carried out before; the booking is as it is
	// now.
	Replayed bool
}

// Contact is where a person may be told of a booking. It is kept sealed.
type Contact struct {
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Language string `json:"language,omitempty"` // BCP 47, of what they are told
}

// By is who acts, and how a request is known when it comes again.
type By struct {
	Channel string // name of the channel
	Desk    bool   // may take the places that are kept for the call centre
	Agent   string // who acts for the person; "" where people act for themselves
	// Key is the request's own: the same key with the same request is carried out
	// once. "" where it has none.
	Key string
}

// Person is somebody who is known by an identifier.
type Person struct {
	Identifier identifier.Identifier
	Born       civil.Day // as it was settled; kept sealed, for the papers to be compared with
}

// Request is what somebody wants to take. Whether they may was decided by the
// revision; whether it binds, and the campaign is open, the store decides.
type Request struct {
	Person   Person
	Campaign catalog.Campaign
	Revision int64
	Places   []Place // one of each dose, in order
	Contact  Contact
	By       By
}

// Reference names a booking as its own person does. A number with somebody else's
// identifier is as unknown as a number that nobody has.
type Reference struct {
	Number     number.Number
	Identifier identifier.Identifier
}

// Outcome is why something is refused.
type Outcome string

// The outcomes.
const (
	Stale           Outcome = "stale"            // another catalog binds: read it and decide again
	NotOpen         Outcome = "not_open"         // by the store's clock
	Paused          Outcome = "paused"           //
	Closed          Outcome = "closed"           //
	UnknownCampaign Outcome = "unknown_campaign" // no longer in the catalog
	AlreadyBooked   Outcome = "already_booked"   // this person, this service
	NoPlace         Outcome = "no_place"         // left for the dose
	NoSlot          Outcome = "no_slot"          // there is none, or it has begun
	Expired         Outcome = "expired"          // the hold
	ExtendedOnce    Outcome = "extended"         // the hold, already
	NotFound        Outcome = "not_found"        // or somebody else's
	Begun           Outcome = "begun"            // an appointment has
	Gone            Outcome = "gone"             // cancelled, lapsed, or never confirmed
	WrongDoses      Outcome = "doses"            // too many or too few
	KeyUsed         Outcome = "key_used"         // for another request
)

// Refusal is an answer that was to be expected. Nothing was changed.
type Refusal struct {
	Outcome Outcome
	Dose    int       // that it is about, from 1; 0 where it is about none
	At      time.Time // by the store's clock
}

func (r *Refusal) Error() string {
	if r.Dose > 0 {
		return fmt.Sprintf("refused: %s, dose %d", r.Outcome, r.Dose)
	}
	return fmt.Sprintf("refused: %s", r.Outcome)
}
