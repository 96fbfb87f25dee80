/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
)

// journey holds everything that is known about a person between two pages. It travels
// encrypted.
type journey struct {
	Key      string           `json:"k,omitempty"` // of the form that carries it
	Campaign string           `json:"c,omitempty"`
	From     string           `json:"f,omitempty"` // day of the first dose
	Place    string           `json:"w,omitempty"` // as typed
	Hub      string           `json:"h,omitempty"` // as chosen
	Hubs     []string         `json:"hs,omitempty"`
	Near     *search.Position `json:"n,omitempty"`
	Offers   [][]page.Spot    `json:"o,omitempty"` // shown by the form
	Chosen   []page.Spot      `json:"s,omitempty"`
	Person   *person          `json:"p,omitempty"`
	Booking  *page.Booked     `json:"b,omitempty"`
	Moving   bool             `json:"m,omitempty"` // the booking gets other places
	Note     string           `json:"t,omitempty"` // key of a text to show once
}

// person has the data of the person who gets the booking.
type person struct {
	Code     string `json:"c"`
	Born     string `json:"b,omitempty"`
	Email    string `json:"e,omitempty"`
	Phone    string `json:"p,omitempty"`
	Language string `json:"l,omitempty"`
}

// hidden replaces a journey or a person that is printed or logged.
const hidden = "[journey]"

// String hides the journey.
func (journey) String() string { return hidden }

// GoString hides the journey.
func (journey) GoString() string { return hidden }

// LogValue hides the journey.
func (journey) LogValue() slog.Value { return slog.StringValue(hidden) }

// String hides the person.
func (person) String() string { return hidden }

// GoString hides the person.
func (person) GoString() string { return hidden }

// lifetime of forms and cookies: longer than a hold with its extension.
const lifetime = time.Hour

// carried returns the journey with a key for a new form.
func (j journey) carried() journey {
	j.Key = rand.Text()
	return j
}

// by returns who acts. Its key depends on the form and on its content: a form that is sent
// again is the same request, a form that was changed is another.
func (j journey) by(verb string) booking.By {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%v\n", j.Key, verb, j.Chosen)
	if j.Person != nil {
		fmt.Fprintf(h, "%q %q\n", j.Person.Code, j.Person.Born)
	}
	if j.Booking != nil {
		fmt.Fprintf(h, "%q\n", j.Booking.Number)
	}
	return booking.By{Key: base64.RawURLEncoding.EncodeToString(h.Sum(nil))}
}

// reference names the booking as its person does.
func (j journey) reference() (booking.Reference, bool) {
	if j.Booking == nil || j.Person == nil {
		return booking.Reference{}, false
	}
	n, err := number.Parse(j.Booking.Number)
	if err != nil {
		return booking.Reference{}, false
	}
	id, err := identifier.Parse(j.Person.Code)
	return booking.Reference{Number: n, Identifier: id}, err == nil
}

// takeRequest returns the request for the chosen places.
func (j journey) takeRequest(by booking.By) (clerk.TakeRequest, bool) {
	if j.Person == nil || len(j.Chosen) == 0 {
		return clerk.TakeRequest{}, false
	}
	id, err := identifier.Parse(j.Person.Code)
	if err != nil {
		return clerk.TakeRequest{}, false
	}
	born, _ := civil.Parse(j.Person.Born) // zero if the form had none
	return clerk.TakeRequest{Campaign: j.Campaign, Person: id, Born: born, Places: page.Places(j.Chosen), Contact: j.Person.contact(), By: by}, true
}

func (p person) contact() booking.Contact {
	return booking.Contact{Email: p.Email, Phone: p.Phone, Language: p.Language}
}

// cookieName has a prefix by which browsers accept the cookie from this host only, with TLS.
func (p *Pages) cookieName() string {
	if p.Plain {
		return "journey"
	}
	return "__Host-journey"
}

// The purposes of tokens: one from a form is invalid in the cookie, and the reverse.
const (
	inForm   = "form"
	inCookie = "cookie"
)

// remember puts a journey into the cookie, without the fields that only forms need.
func (p *Pages) remember(w http.ResponseWriter, j journey, now time.Time) error {
	j.Key, j.Offers = "", nil
	text, err := p.tokens.Seal(j, inCookie, now.Add(lifetime))
	if err != nil {
		return err
	}
	p.setCookie(w, text, int(lifetime/time.Second))
	return nil
}

// setCookie sets the cookie for age seconds; a negative age deletes it.
func (p *Pages) setCookie(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(), Value: value, Path: "/", MaxAge: age,
		Secure: !p.Plain, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// remembered returns the cookie's journey; an empty one if there is no valid cookie.
func (p *Pages) remembered(r *http.Request, now time.Time) journey {
	c, err := r.Cookie(p.cookieName())
	if err != nil {
		return journey{}
	}
	var j journey
	if err := p.tokens.Open(c.Value, inCookie, now, &j); err != nil {
		return journey{}
	}
	return j
}
