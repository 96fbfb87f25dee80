/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// call holds everything that is known about a caller between two pages. It travels encrypted.
type call struct {
	Key      string          `json:"k"`           // of the form that carries it
	Code     string          `json:"c,omitempty"` // the caller's
	Born     string          `json:"b,omitempty"` // as the caller says
	Bookings []*page.Booked  `json:"h,omitempty"` // shown by the page
	Seek     seek            `json:"s,omitzero"`
	Offers   [][]page.Spot   `json:"o,omitempty"` // shown by the form
	Chosen   []page.Spot     `json:"p,omitempty"`
	Booking  *page.Booked    `json:"n,omitempty"` // the one that the page is about
	Contact  booking.Contact `json:"t,omitzero"`
}

// seek is a search for places.
type seek struct {
	Service string `json:"s,omitempty"`
	Place   string `json:"w,omitempty"` // as typed
	Hub     string `json:"h,omitempty"` // as chosen
	From    string `json:"f,omitempty"` // day of the first dose
}

// hidden replaces a call that is printed or logged.
const hidden = "[call]"

// String hides the caller.
func (call) String() string { return hidden }

// GoString hides the caller.
func (call) GoString() string { return hidden }

// LogValue hides the caller.
func (call) LogValue() slog.Value { return slog.StringValue(hidden) }

// lifetime of forms: longer than a hold with its extension.
const lifetime = time.Hour

// purpose binds a token to its agent: forms of other agents are invalid.
func purpose(agent string) string { return "call of " + agent }

// carried returns the call with a key for a new form.
func (c call) carried() call {
	c.Key = rand.Text()
	return c
}

// by returns who acts. Its key depends on the form and on its content, so that a form that is
// sent again is the same request.
func (v *visit) by(verb string) booking.By {
	c := v.call
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%v\n%q %q\n", c.Key, verb, c.Chosen, c.Code, c.Born)
	if c.Booking != nil {
		fmt.Fprintf(h, "%q\n", c.Booking.Number)
	}
	return booking.By{Agent: v.agent, Key: base64.RawURLEncoding.EncodeToString(h.Sum(nil))}
}

// person returns the caller's identifier and birth date.
func (c call) person() (identifier.Identifier, civil.Day) {
	id, _ := identifier.Parse(c.Code) // readCaller or lookUp has checked it
	born, _ := civil.Parse(c.Born)    // zero if the caller gave none
	return id, born
}

// reference names the booking that the page is about.
func (c call) reference() (booking.Reference, bool) {
	if c.Booking == nil {
		return booking.Reference{}, false
	}
	id, _ := c.person()
	n, err := number.Parse(c.Booking.Number)
	return booking.Reference{Number: n, Identifier: id}, err == nil && !id.IsZero()
}

// takeRequest returns the request for the chosen places.
func (v *visit) takeRequest(verb string) clerk.TakeRequest {
	id, born := v.call.person()
	return clerk.TakeRequest{Service: v.call.Seek.Service, Person: id, Born: born, Places: page.Places(v.call.Chosen), Contact: v.call.Contact, By: v.by(verb)}
}

// about returns the call, now about one booking.
func (c call) about(b booking.Booking, now time.Time) call {
	return call{Code: c.Code, Born: c.Born, Contact: c.Contact, Booking: page.Show(b, now)}
}
