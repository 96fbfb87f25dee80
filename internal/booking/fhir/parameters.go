/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// parameters are the parameters of an operation, by name. Unknown names are never looked up,
// and so ignored.
type parameters struct {
	element
	named map[string][]element
}

// maxParameters limits the parameters of a request.
const maxParameters = 64

func parseParameters(body []byte) (parameters, error) {
	root, err := parse(body, "Parameters")
	p := parameters{element: root, named: map[string][]element{}}
	if err != nil {
		return p, err
	}
	for _, each := range root.list("parameter", maxParameters) {
		name := each.text("name", 64)
		if name == "" {
			each.wrong("name", booking.CodeMissing, "is missing", "name the parameter")
		}
		p.named[name] = append(p.named[name], each)
	}
	return p, p.err()
}

// one returns the parameter of a name that must not repeat.
func (p parameters) one(name string) (element, bool) {
	return p.first(name), len(p.many(name, 1)) > 0
}

// first returns the first parameter of a name, or a missing one.
func (p parameters) first(name string) element {
	if list := p.named[name]; len(list) > 0 {
		return list[0]
	}
	return element{path: named(name), problem: p.problem}
}

// many returns the parameters of a name.
func (p parameters) many(name string, most int) []element {
	list := p.named[name]
	if len(list) > most {
		list[most].wrong("name", booking.CodeTooLong, "is there too often", fmt.Sprintf("write %s at most %d times", name, most))
	}
	return list
}

// missing records that a parameter is missing.
func (p parameters) missing(name, right string) {
	element{path: named(name), problem: p.problem}.wrong("", booking.CodeMissing, "is missing", right)
}

// patient reads the Patient of a parameter; nobody if it is missing.
func (p parameters) patient() Patient {
	parameter, ok := p.one(patientParameter)
	if !ok {
		return Patient{}
	}
	if !parameter.has("resource") {
		parameter.wrong("resource", booking.CodeMissing, "is missing", "write a Patient resource")
		return Patient{}
	}
	return parameter.child("resource").patient()
}

// identified reads the Patient of a parameter, with an identifier.
func (p parameters) identified() Patient {
	patient := p.patient()
	if patient.Identifier.IsZero() {
		resource := element{path: named(patientParameter) + ".resource", problem: p.problem}
		resource.wrong("identifier", booking.CodeMissing, "is missing", "write the person's code, with system "+systemOf(0)+" or that of its kind")
	}
	return patient
}

// value returns which of the given value[x] a parameter has: exactly one.
func (e element) value(right string, types ...string) string {
	found := ""
	for name := range e.fields {
		if !strings.HasPrefix(name, "value") {
			continue
		}
		if found != "" {
			e.wrong("", booking.CodeMalformed, "has more than one value", right)
		}
		found = name
	}
	for _, name := range types {
		if e.has(name) {
			return name
		}
	}
	e.wrong("", booking.CodeMissing, "has no value that is read here", right+", as "+strings.Join(types, " or "))
	return types[0]
}

var codeForm = regexp.MustCompile(`^[A-Za-z0-9][-A-Za-z0-9.]{0,62}$`)

// code reads a code of one of our own systems, with or without the system: valueCode,
// valueString "system|code" or valueCoding.
func (e element) code(system, right string) string {
	name := e.value(right, "valueCode", "valueString", "valueCoding")
	if name == "valueCoding" {
		coding := e.child(name)
		if said := coding.text("system", 256); said != "" && said != system {
			coding.wrong("system", booking.CodeWrongValue, "is another", "write "+system)
		}
		if !coding.has("code") {
			coding.wrong("code", booking.CodeMissing, "is missing", right)
		}
		return coding.matching("code", codeForm, right)
	}
	text := e.text(name, 256)
	if said, code, ok := strings.Cut(text, "|"); ok {
		if said != "" && said != system {
			e.wrong(name, booking.CodeWrongValue, "has another system", "write "+system+"|code, or the code alone")
		}
		text = code
	}
	if !codeForm.MatchString(text) {
		e.wrong(name, booking.CodeWrongValue, "is no code", right)
		return ""
	}
	return text
}
