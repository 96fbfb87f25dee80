/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package protocol is what people's browsers say to a booking server, and what they
// understand of its answers: FHIR R4 JSON with the operations of IHE Scheduling. It
// shares no code with the server, so that a mistake cannot be made on both sides.
package protocol

import (
	"net/http"
	"strconv"
)

// Request is one request, before it is sent to some server.
type Request struct {
	Method, Path string
	Body         []byte
	// Key by which the server knows the request when it comes again.
	Key string
	// From is the address that a proxy would say the request is from.
	From string
}

// Person is who a request is about.
type Person struct {
	Code string // codice fiscale
	Born string // YYYY-MM-DD
}

// Campaign is what is asked for: a campaign, or, where it has no name, whichever one
// of a service.
type Campaign struct{ Name, Service string }

// Page reads something that anybody may see.
func Page(path string) Request { return Request{Method: http.MethodGet, Path: path} }

// Find asks for so many offers.
func Find(c Campaign, p Person, offers int) Request {
	b := c.parameters().person(p)
	b = append(b, `,{"name":"_count","valueInteger":`...)
	b = strconv.AppendInt(b, int64(offers), 10)
	return b.operation("$find", '}')
}

// Hold asks to keep the slots of an offer for a while.
func Hold(c Campaign, p Person, o Offer, key string) Request {
	r := c.parameters().person(p).slots(o.Slots).operation("$hold")
	r.Key = key
	return r
}

// Book asks to book what is held.
func Book(p Person, number, key string) Request { return about(p, number).keyed("$book", key) }

// Cancel gives a booking back.
func Cancel(p Person, number, key string) Request { return about(p, number).keyed("$cancel", key) }

// Move asks for other slots for a booking.
func Move(p Person, number string, o Offer, key string) Request {
	return about(p, number).slots(o.Slots).keyed("$move", key)
}

// body is a Parameters resource that grows. What is put into it needs no escaping:
// codes, names, dates and ids that come from FHIR's own alphabets; see plain.
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

// plain is text that stands in JSON as it is; from the first character that does not
// it is left out, for the server to refuse what remains.
func plain(text string) string {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return text[:i]
		}
	}
	return text
}
