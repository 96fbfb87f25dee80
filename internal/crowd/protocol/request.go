/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package protocol speaks to a booking server as people's browsers do, in FHIR R4 JSON with
// the operations of IHE Scheduling. It shares no code with the server, so that one mistake
// cannot hide on both sides.
package protocol

import (
	"net/http"
	"strconv"
)

// Request is one request, before it is sent to some server.
type Request struct {
	Method, Path string
	Body         []byte
	// Key makes the request idempotent.
	Key string
	// From is the client address that a proxy would forward.
	From string
}

// Person is the subject of a request.
type Person struct {
	Code string // codice fiscale
	Born string // YYYY-MM-DD
}

// Campaign selects a campaign by name, or any campaign of a service.
type Campaign struct{ Name, Service string }

// Page reads a public page.
func Page(path string) Request { return Request{Method: http.MethodGet, Path: path} }

// Find asks for at most n offers.
func Find(c Campaign, p Person, offers int) Request {
	b := c.parameters().person(p)
	b = append(b, `,{"name":"_count","valueInteger":`...)
	b = strconv.AppendInt(b, int64(offers), 10)
	return b.operation("$find", '}')
}

// Hold holds the slots of an offer.
func Hold(c Campaign, p Person, o Offer, key string) Request {
	r := c.parameters().person(p).slots(o.Slots).operation("$hold")
	r.Key = key
	return r
}

// Book books a hold.
func Book(p Person, number, key string) Request { return about(p, number).keyed("$book", key) }

// Cancel cancels a booking.
func Cancel(p Person, number, key string) Request { return about(p, number).keyed("$cancel", key) }

// Move moves a booking to other slots.
func Move(p Person, number string, o Offer, key string) Request {
	return about(p, number).slots(o.Slots).keyed("$move", key)
}

// body is a growing Parameters resource. Its values need no escaping: they are codes,
// names, dates and ids from FHIR's own alphabets; see plain.
type body []byte

const begin = `{"resourceType":"Parameters","parameter":[`

func (c Campaign) parameters() body {
	b := make(body, 0, 768)
	b = append(b, begin...)
	if c.Name != "" {
		return append(append(append(b, `{"name":"campaign","valueCode":"`...), plain(c.Name)...), `"}`...)
	}
	return append(append(append(b, `{"name":"visit-type","valueCode":"`...), plain(c.Service)...), `"}`...)
}

func about(p Person, number string) body {
	b := make(body, 0, 768)
	b = append(b, begin...)
	b = append(append(append(b, `{"name":"appointment-reference","valueReference":{"reference":"Appointment/`...), plain(number)...), `"}}`...)
	return b.person(p)
}

func (b body) person(p Person) body {
	b = append(b, `,{"name":"patient-resource","resource":{"resourceType":"Patient","identifier":[{"system":"http://hl7.it/sid/codiceFiscale","value":"`...)
	b = append(b, plain(p.Code)...)
	b = append(b, `"}],"birthDate":"`...)
	b = append(b, plain(p.Born)...)
	return append(b, `"}}`...)
}

func (b body) slots(ids []string) body {
	for _, id := range ids {
		b = append(append(append(b, `,{"name":"slot","valueReference":{"reference":"Slot/`...), plain(id)...), `"}}`...)
	}
	return b
}

func (b body) operation(name string, last ...byte) Request {
	return Request{Method: http.MethodPost, Path: "/fhir/Appointment/" + name, Body: append(append(b, last...), `]}`...)}
}

func (b body) keyed(name, key string) Request {
	r := b.operation(name)
	r.Key = key
	return r
}

// plain returns the text up to the first character that JSON would have to escape. The
// server refuses the rest.
func plain(text string) string {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return text[:i]
		}
	}
	return text
}
