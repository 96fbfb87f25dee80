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

// call is all that is known of a caller between two pages. It travels sealed.
type call struct {
	Key     string          `json:"k"`           // of the form that carries it
	Code    string          `json:"c,omitempty"` // the caller's
	Born    string          `json:"b,omitempty"` // as they say
	Has     []*page.Booked  `json:"h,omitempty"` // what the page shows that they have
	Seek    seek            `json:"s,omitzero"`
	Offers  [][]page.Spot   `json:"o,omitempty"` // that the form shows
	Chosen  []page.Spot     `json:"p,omitempty"`
	Booking *page.Booked    `json:"n,omitempty"` // that the page is about
	Contact booking.Contact `json:"t,omitzero"`
}

// seek is a search for places.
type seek struct {
	Service string `json:"s,omitempty"`
	Place   string `json:"w,omitempty"` // as it was typed
	Hub     string `json:"h,omitempty"` // as it was chosen
	From    string `json:"f,omitempty"` // day of the first dose
}

// Whoever prints a call sees nothing of anybody.
const hidden = "[call]"

// String says nothing of anybody.
func (call) String() string { return hidden }

// GoString says nothing of anybody.
func (call) GoString() string { return hidden }

// LogValue says nothing of anybody.
func (call) LogValue() slog.Value { return slog.StringValue(hidden) }

// lifetime of what travels: longer than a hold with its extension.
const lifetime = time.Hour

// ofAgent binds a call to its agent: a form of another agent does not open.
func ofAgent(agent string) string { return "call of " + agent }

// again is the call as the next page carries it.
func (c call) again() call {
	c.Key = rand.Text()
	return c
}

// by returns who acts, and the key under which the clerk knows a request again: of the
// form, and of what it says.
func (v *visit) by(verb string) booking.By {
	c := v.call
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%v\n%q %q\n", c.Key, verb, c.Chosen, c.Code, c.Born)
	if c.Booking != nil {
		fmt.Fprintf(h, "%q\n", c.Booking.Number)
	}
	return booking.By{Agent: v.agent, Key: base64.RawURLEncoding.EncodeToString(h.Sum(nil))}
}

// person returns whose call it is.
func (c call) person() (identifier.Identifier, civil.Day) {
	id, _ := identifier.Parse(c.Code) // it was read before
	born, _ := civil.Parse(c.Born)    // none where none was said
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

// places of the chosen offer.
func (c call) places() []booking.Place {
	var out []booking.Place
	for _, s := range c.Chosen {
		out = append(out, booking.Place{Hub: s.Hub, StartsAt: s.At()})
	}
	return out
}

// takeRequest returns what to ask the clerk for.
func (v *visit) takeRequest(verb string) clerk.TakeRequest {
	id, born := v.call.person()
	return clerk.TakeRequest{Service: v.call.Seek.Service, Person: id, Born: born, Places: v.call.places(), Contact: v.call.Contact, By: v.by(verb)}
}

// of returns the call about one booking.
func (c call) of(b booking.Booking, now time.Time) call {
	return call{Code: c.Code, Born: c.Born, Contact: c.Contact, Booking: page.Show(b, now)}
}
