/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"regexp"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// A slot's id is its hub's name and the instant at which it starts, in UTC. An
// appointment that is only proposed has the id of its slot; one that is held or
// booked has the booking's number and the dose.
//
//	fiera-di-roma.20261202T070000Z
//	7K3M-Q9TX-4B2Z.2
//
// FHIR gives an id 64 characters at most, so hubs with names of more than 47 have
// slots whose ids are too long for strict readers; here they are read all the same.
const instantForm = "20060102T150405Z"

// maxID is the length of the longest id: that of a hub whose name has 63 characters.
const maxID = 63 + 1 + len(instantForm)

var (
	nameForm   = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$`)
	numberForm = regexp.MustCompile(`^([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})(\.[1-9][0-9]?)?$`)
)

// SlotID gives the id of a place's slot.
func SlotID(p booking.Place) string { return p.Hub + "." + p.StartsAt.UTC().Format(instantForm) }

// ParseSlotID reads the id of a slot.
func ParseSlotID(id string) (booking.Place, bool) {
	dot := len(id) - len(instantForm) - 1
	if dot < 1 || len(id) > maxID || id[dot] != '.' || !nameForm.MatchString(id[:dot]) {
		return booking.Place{}, false
	}
	start, err := time.Parse(instantForm, id[dot+1:])
	p := booking.Place{Hub: id[:dot], StartsAt: start}
	// What does not come out as it went in is read as something else than it says.
	return p, err == nil && SlotID(p) == id
}

// parseNumberID reads the id of an appointment that is held or booked; the dose says
// nothing, since what is done is done to all doses.
func parseNumberID(id string) (number.Number, bool) {
	match := numberForm.FindStringSubmatch(id)
	if match == nil {
		return number.Number{}, false
	}
	n, err := number.Parse(match[1])
	return n, err == nil
}

// target is what a reference points to: a slot, or a booking.
type target struct {
	place  booking.Place
	number number.Number
}

const (
	rightSlot    = "write Slot/HUB.YYYYMMDDTHHMMSSZ, as in what was found"
	rightNumber  = "write Appointment/NUMBER, as in what was booked"
	rightHub     = "write Location/HUB, one of those that are listed"
	rightEither  = "write Appointment/ID, as in what was found, held or booked"
	rightKeeping = "write the reference within this server, such as Location/HUB, without its address"
)

// reference reads what a parameter refers to: a type and an id.
func (e element) reference(right string) (resource, id string) {
	at, name := e, e.value(right, "valueReference", "valueString", "valueUri")
	if name == "valueReference" {
		at, name = e.child(name), "reference"
		if !at.has(name) {
			at.wrong(name, Missing, "is missing", right)
		}
	}
	text := at.text(name, 256)
	if strings.Contains(text, "://") {
		at.wrong(name, WrongValue, "is an address", rightKeeping)
		return "", ""
	}
	resource, id, _ = strings.Cut(text, "/")
	return resource, id
}

// place reads a reference to a slot.
func (e element) place() booking.Place {
	resource, id := e.reference(rightSlot)
	place, ok := ParseSlotID(id)
	if !ok || resource != "Slot" {
		e.wrong("", WrongValue, "names no slot", rightSlot)
	}
	return place
}

// hub reads a reference to a location.
func (e element) hub() string {
	resource, id := e.reference(rightHub)
	if resource != "Location" || !nameForm.MatchString(id) {
		e.wrong("", WrongValue, "names no hub", rightHub)
	}
	return id
}

// appointment reads a reference to an appointment: proposed, held or booked, by its
// id, or by the booking's number as its identifier.
func (e element) appointment() target {
	if logical := e.child("valueReference").child("identifier"); logical.fields != nil && !e.child("valueReference").has("reference") {
		return target{number: logical.bookingNumber()}
	}
	resource, id := e.reference(rightEither)
	if place, ok := ParseSlotID(id); ok && resource == "Appointment" {
		return target{place: place}
	}
	n, ok := parseNumberID(id)
	if !ok || resource != "Appointment" {
		e.wrong("", WrongNumber, "names no appointment", rightEither)
	}
	return target{number: n}
}

// bookingNumber reads an Identifier that is a booking's number.
func (e element) bookingNumber() number.Number {
	if system := e.text("system", 256); system != "" && system != NumberSystem {
		e.wrong("system", WrongValue, "is not that of booking numbers", "write "+NumberSystem)
	}
	text := e.text("value", 64)
	if text == "" {
		e.wrong("value", Missing, "is missing", "write the booking's number")
		return number.Number{}
	}
	n, err := number.Parse(text)
	if err != nil {
		e.wrong("value", WrongNumber, "is no booking number", err.Error())
	}
	return n
}
