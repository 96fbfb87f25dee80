/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"errors"
	"log/slog"
	"regexp"
	"slices"

	"golang.org/x/text/language"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/contact"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
)

// Patient is the person that a request is about. What the request leaves out is zero.
// Printed or logged, it does not show who the person is.
type Patient struct {
	Identifier identifier.Identifier
	Born       civil.Day // as the person says
	Contact    booking.Contact
}

const hidden = "[patient]"

// String hides the person.
func (Patient) String() string { return hidden }

// GoString hides the person.
func (Patient) GoString() string { return hidden }

// MarshalText hides the person.
func (Patient) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue hides the person.
func (Patient) LogValue() slog.Value { return slog.StringValue(hidden) }

// systems returns the kinds of code that an identifier system has. HL7 Italy names the
// systems, nationally and by region.
func systems(system string) []identifier.Kind {
	switch system {
	case "", PersonSystem:
		return []identifier.Kind{identifier.FiscalCode, identifier.TemporaryFiscalCode, identifier.STP, identifier.ENI}
	case "http://hl7.it/sid/codiceFiscale", "urn:oid:2.16.840.1.113883.2.9.4.3.2":
		return []identifier.Kind{identifier.FiscalCode, identifier.TemporaryFiscalCode}
	case "urn:oid:2.16.840.1.113883.2.9.4.3.17":
		return []identifier.Kind{identifier.STP}
	case "urn:oid:2.16.840.1.113883.2.9.4.3.18":
		return []identifier.Kind{identifier.ENI}
	}
	match := regional.FindStringSubmatch(system)
	switch {
	case match == nil:
		return nil
	case match[1] == "stp":
		return []identifier.Kind{identifier.STP}
	}
	return []identifier.Kind{identifier.ENI}
}

var regional = regexp.MustCompile(`^http://hl7\.it/sid/(?:[a-z]{1,32}/)?(stp|eni)$`)

// systemOf returns the system under which a code is written.
func systemOf(kind identifier.Kind) string {
	switch kind {
	case identifier.FiscalCode, identifier.TemporaryFiscalCode:
		return "http://hl7.it/sid/codiceFiscale"
	case identifier.STP:
		return "http://hl7.it/sid/stp"
	case identifier.ENI:
		return "http://hl7.it/sid/eni"
	}
	return PersonSystem
}

// patient reads a Patient. It ignores identifiers of unknown systems, names and all other
// elements.
func (e element) patient() Patient {
	if e.text("resourceType", 64) != "Patient" {
		e.wrong("resourceType", booking.CodeWrongValue, "is of another resource", "write Patient")
	}
	p := Patient{Born: e.day("birthDate", nil)}
	for _, listed := range e.list("identifier", 16) {
		id := listed.person()
		switch {
		case id.IsZero():
		case p.Identifier.IsZero():
			p.Identifier = id
		case !p.Identifier.Equal(id):
			listed.wrong("", booking.CodeWrongIdentifier, "is a second code of the person", "write one")
		}
	}
	p.Contact = e.contact()
	return p
}

// person reads the code of a person from an Identifier of a known system.
func (e element) person() identifier.Identifier {
	system := e.text("system", 256)
	kinds := systems(system)
	if kinds == nil {
		return identifier.Identifier{}
	}
	text := e.text("value", 64)
	if text == "" {
		e.wrong("value", booking.CodeMissing, "is missing", "write the person's code")
		return identifier.Identifier{}
	}
	id, err := identifier.Parse(text)
	switch {
	case err != nil:
		e.notACode("value", err)
		return identifier.Identifier{}
	case !slices.Contains(kinds, id.Kind()):
		e.wrong("value", booking.CodeWrongIdentifier, "is a code of another system", "write the code's own system, or leave the system out")
		return identifier.Identifier{}
	}
	return id
}

// notACode notes what is wrong with a code.
func (e element) notACode(name string, err error) {
	var why *identifier.Error
	if errors.As(err, &why) {
		e.wrong(name, booking.CodeWrongIdentifier, why.Wrong, why.Right)
		if p := *e.problem; p.Code == booking.CodeWrongIdentifier && p.Expression == e.at(name) {
			p.Position = why.Position
		}
		return
	}
	e.wrong(name, booking.CodeWrongIdentifier, "is no code", "write the code of the card")
}

// contact reads the first e-mail address, the first phone number and the preferred
// language.
func (e element) contact() booking.Contact {
	var c booking.Contact
	for _, point := range e.list("telecom", 16) {
		switch point.text("system", 32) {
		case "email":
			if c.Email == "" {
				c.Email = point.email()
			}
		case "phone":
			if c.Phone == "" {
				c.Phone = point.phone()
			}
		}
	}
	for _, spoken := range e.list("communication", 16) {
		if tag := spoken.language(); c.Language == "" || spoken.flag("preferred") {
			c.Language = tag
		}
	}
	return c
}

func (e element) email() string {
	_, address := e.reach(contact.MaxEmail, contact.ParseEmail)
	return address
}

// phone keeps what was put between the digits.
func (e element) phone() string {
	text, _ := e.reach(maxText, contact.ParsePhone)
	return text
}

// reach reads an address or a number, and returns it as it was written and as it is used;
// "" where there is none.
func (e element) reach(most int, parse func(string) (string, error)) (written, used string) {
	written = e.text("value", most)
	if written == "" {
		return "", ""
	}
	used, err := parse(written)
	var wrong *contact.Error
	if errors.As(err, &wrong) {
		e.wrong("value", booking.CodeWrongValue, wrong.Wrong, wrong.Right)
		return "", ""
	}
	return written, used
}

func (e element) language() string {
	for _, coding := range e.child("language").list("coding", 8) {
		system, code := coding.text("system", 256), coding.text("code", 35)
		if code == "" || system != "" && system != languages {
			continue
		}
		tag, err := language.Parse(code)
		if err != nil {
			coding.wrong("code", booking.CodeWrongValue, "is not a language", "write a tag such as it or en")
			return ""
		}
		return tag.String()
	}
	return ""
}
