/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Place identifies a slot: no two slots of a hub start at the same instant.
type Place struct {
	Hub      string
	StartsAt time.Time
}

// Slot is a place with its capacity.
type Slot struct {
	Place
	Day     civil.Day // in the platform's zone
	Minutes int
	Free    int // places, for the channel that asks
}

// State of a booking: see the package comment.
type State string

// The states. Held and Booked are live.
const (
	Held      State = "held"      // until it is confirmed or expires
	Booked    State = "booked"    // until its last appointment is over
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

// Booking has all doses of one person in one campaign.
type Booking struct {
	Number       number.Number
	Service      string
	Campaign     string
	State        State
	MadeAt       time.Time     // by the store's clock
	ExpiresAt    time.Time     // of a hold; else zero
	Extended     bool          // a hold is extended once
	Appointments []Appointment // by dose; none once the places were given up
	// Replayed is set if the same request was carried out before. The booking is as it is now.
	Replayed bool
}

// Contact has the contact details of a person. The store encrypts it.
type Contact struct {
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Language string `json:"language,omitempty"` // BCP 47, of messages to them
}

// By says who acts, and identifies retries.
type By struct {
	Channel    string // its name
	CallCentre bool   // may take the places kept for the call centre
	Agent      string // who acts for the person; "": the person
	// Key is the Idempotency-Key: the same request with the same key is carried out once;
	// "": a retry is a new request.
	Key string
}

// Person is a person with an identifier.
type Person struct {
	Identifier identifier.Identifier
	Born       civil.Day // decided from the identifier and the person's own words; hubs compare it with the papers
}

// Request asks the store to take places. By the catalog of Revision the person may have them;
// the store checks that this revision binds and that the campaign is open.
type Request struct {
	Person   Person
	Campaign catalog.Campaign
	Revision int64
	Places   []Place // one of each dose, in order
	Contact  Contact
	By       By
}

// HoldTime is how long a hold lasts, and by how much it is extended.
const HoldTime = 10 * time.Minute

// Change is a change of an existing booking.
type Change struct {
	Revision int64   // of the catalog that decided it: Confirm, Move
	Contact  Contact // Confirm: replaces the hold's, unless it is zero
	Places   []Place // Move: one for each dose, in order, unchanged ones too
	By       By
}

// Reference names a booking as its person does. A number with the identifier of another
// person is as unknown as a number that does not exist.
type Reference struct {
	Number     number.Number
	Identifier identifier.Identifier
}

// Outcome is why the store refuses a request.
type Outcome string

// The outcomes.
const (
	Stale           Outcome = "stale"            // another catalog binds: read it, then decide again
	NotOpen         Outcome = "not_open"         // by the store's clock
	Paused          Outcome = "paused"           //
	Closed          Outcome = "closed"           //
	UnknownCampaign Outcome = "unknown_campaign" // no longer in the catalog
	AlreadyBooked   Outcome = "already_booked"   // this person, this service
	NoPlace         Outcome = "no_place"         // no place is left for the dose
	NoSlot          Outcome = "no_slot"          // the slot does not exist, or has begun
	Expired         Outcome = "expired"          // the hold
	ExtendedOnce    Outcome = "extended"         // the hold was extended before
	NotFound        Outcome = "not_found"        // no such booking, or another person's
	Begun           Outcome = "begun"            // an appointment has begun
	Gone            Outcome = "gone"             // cancelled, lapsed, or never confirmed
	WrongDoses      Outcome = "doses"            // too many or too few
	KeyUsed         Outcome = "key_used"         // for another request
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
	Places     int // free or taken
	Free       int // for everybody
	CallCentre int // free for the call centre
}

// Message says what to tell a person about a booking.
type Message struct {
	ID       int64
	Verb     string // book, move or cancel
	At       time.Time
	Booking  Booking
	Contact  Contact
	Attempts int // failed ones
}
