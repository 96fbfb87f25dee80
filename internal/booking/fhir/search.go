/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"net/url"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// MaxForm is the longest form of a search.
const MaxForm = 2 << 10

// The search parameters of Appointment.
const (
	numberField = "identifier"
	personField = "patient.identifier" // or, as FHIR's modifier, patient:identifier
)

// ParseSearch reads the form of POST Appointment/_search: a booking's number and the
// code of its person, each with its system before a bar or without. Other fields
// are passed over.
func ParseSearch(form []byte) (booking.Reference, error) {
	if len(form) > MaxForm {
		return booking.Reference{}, TooLarge
	}
	fields, err := url.ParseQuery(string(form))
	if err != nil {
		return booking.Reference{}, malformed("Appointment", "is asked for with no form", "send application/x-www-form-urlencoded")
	}
	fields[personField] = append(fields[personField], fields["patient:identifier"]...)
	system, text, err := token(fields, numberField)
	if err != nil {
		return booking.Reference{}, err
	}
	if system != "" && system != NumberSystem {
		return booking.Reference{}, &Error{Code: WrongValue, Expression: numberField, Wrong: "has another system", Right: "write " + NumberSystem + "|number"}
	}
	n, err := number.Parse(text)
	if err != nil {
		return booking.Reference{}, &Error{Code: WrongNumber, Expression: numberField, Wrong: "is no booking number", Right: err.Error()}
	}
	system, text, err = token(fields, personField)
	if err != nil {
		return booking.Reference{}, err
	}
	who := element{path: personField, problem: new(*Error), fields: object{"value": text}}
	if system != "" {
		who.fields["system"] = system
	}
	if systems(system) == nil {
		return booking.Reference{}, &Error{Code: WrongIdentifier, Expression: personField, Wrong: "has a system that is not known here", Right: "write " + systemOf(identifier.FiscalCode) + "|code, or the code alone"}
	}
	id := who.person()
	if err := who.err(); err != nil {
		return booking.Reference{}, err
	}
	return booking.Reference{Number: n, Identifier: id}, nil
}

// token reads a field that has to be there once.
func token(fields url.Values, name string) (system, value string, err error) {
	values := fields[name]
	switch {
	case len(values) == 0 || values[0] == "":
		return "", "", &Error{Code: Missing, Expression: name, Wrong: "is missing", Right: "write it in the form"}
	case len(values) > 1:
		return "", "", malformed(name, "is there twice", "write it once")
	}
	if system, value, ok := strings.Cut(values[0], "|"); ok {
		return system, value, nil
	}
	return "", values[0], nil
}
