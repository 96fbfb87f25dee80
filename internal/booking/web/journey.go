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

// journey is all that is known of somebody between two pages. It travels sealed.
type journey struct {
	Key      string           `json:"k,omitempty"` // of the form that carries it
	Campaign string           `json:"c,omitempty"`
	From     string           `json:"f,omitempty"` // day of the first dose
	Place    string           `json:"w,omitempty"` // as it was typed
	Hub      string           `json:"h,omitempty"` // as it was chosen
	Hubs     []string         `json:"hs,omitempty"`
	Near     *search.Position `json:"n,omitempty"`
	Offers   [][]page.Spot    `json:"o,omitempty"` // that the form shows
	Chosen   []page.Spot      `json:"s,omitempty"`
	Person   *person          `json:"p,omitempty"`
	Booking  *page.Booked     `json:"b,omitempty"`
	Moving   bool             `json:"m,omitempty"` // looks for other places for the booking
	Note     string           `json:"t,omitempty"` // key of a text to show once
}

// person is who a booking is for.
type person struct {
	Code     string `json:"c"`
	Born     string `json:"b,omitempty"`
	Email    string `json:"e,omitempty"`
	Phone    string `json:"p,omitempty"`
	Language string `json:"l,omitempty"`
}

// Whoever prints a journey sees nothing of anybody.
const hidden = "[journey]"

// String says nothing of anybody.
func (journey) String() string { return hidden }

// GoString says nothing of anybody.
func (journey) GoString() string { return hidden }

// LogValue says nothing of anybody.
func (journey) LogValue() slog.Value { return slog.StringValue(hidden) }

// String says nothing of anybody.
func (person) String() string { return hidden }

// GoString says nothing of anybody.
func (person) GoString() string { return hidden }

// lifetime of what travels: longer than a hold with its extension.
const lifetime = time.Hour

// carried is a journey with a key for the form that is to carry it.
func (j journey) carried() journey {
	j.Key = rand.Text()
	return j
}

// by returns the key under which the clerk knows a request again: of the form, and of
// what it says, so that who goes back and says something else asks something else.
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

// request returns what to ask the clerk for.
func (j journey) request(by booking.By) (clerk.TakeRequest, bool) {
	if j.Person == nil || len(j.Chosen) == 0 {
		return clerk.TakeRequest{}, false
	}
	id, err := identifier.Parse(j.Person.Code)
	if err != nil {
		return clerk.TakeRequest{}, false
	}
	born, _ := civil.Parse(j.Person.Born) // none where none was said
	return clerk.TakeRequest{Campaign: j.Campaign, Person: id, Born: born, Places: page.Places(j.Chosen), Contact: j.Person.contact(), By: by}, true
}

func (p person) contact() booking.Contact {
	return booking.Contact{Email: p.Email, Phone: p.Phone, Language: p.Language}
}

// cookieName says in its prefix that browsers take it from this host alone, by TLS.
func (p *Pages) cookieName() string {
	if p.Plain {
		return "journey"
	}
	return "__Host-journey"
}

// What a sealed journey travels in: it cannot be taken from one to the other.
const (
	inForm   = "form"
	inCookie = "cookie"
)

// remember puts a journey into the cookie, without what only a form needs.
func (p *Pages) remember(w http.ResponseWriter, j journey, now time.Time) error {
	j.Key, j.Offers = "", nil
	text, err := p.seal.Seal(j, inCookie, now.Add(lifetime))
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

// remembered returns the journey of the cookie; none where there is none, or an old one.
func (p *Pages) remembered(r *http.Request, now time.Time) journey {
	c, err := r.Cookie(p.cookieName())
	if err != nil {
		return journey{}
	}
	var j journey
	if err := p.seal.Open(c.Value, inCookie, now, &j); err != nil {
		return journey{}
	}
	return j
}
