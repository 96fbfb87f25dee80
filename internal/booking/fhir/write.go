/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"strconv"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// Parameters are a request as a client writes it. They hold personal data in clear:
// they belong into the body of a request, and nowhere else.
type Parameters struct {
	ResourceType string      `json:"resourceType"`
	Parameter    []Parameter `json:"parameter,omitempty"`
}

// Parameter is one of [Parameters].
type Parameter struct {
	Name           string           `json:"name"`
	ValueCode      string           `json:"valueCode,omitempty"`
	ValueDate      string           `json:"valueDate,omitempty"`
	ValueInteger   int              `json:"valueInteger,omitempty"`
	ValueString    string           `json:"valueString,omitempty"`
	ValueReference *Reference       `json:"valueReference,omitempty"`
	Resource       *PatientResource `json:"resource,omitempty"`
}

// PatientResource is a person.
type PatientResource struct {
	ResourceType  string          `json:"resourceType"`
	Identifier    []Identifier    `json:"identifier,omitempty"`
	Telecom       []ContactPoint  `json:"telecom,omitempty"`
	BirthDate     string          `json:"birthDate,omitempty"`
	Communication []Communication `json:"communication,omitempty"`
}

// ContactPoint is an address or a number.
type ContactPoint struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

// Communication is a language that a person understands.
type Communication struct {
	Language  CodeableConcept `json:"language"`
	Preferred bool            `json:"preferred"`
}

// Parameters writes f as [ParseFind] reads it.
func (f Find) Parameters() Parameters {
	p := asking(f.Service, f.Campaign)
	p.day(startParameter, f.From)
	p.day(endParameter, f.To)
	for _, hub := range f.Hubs {
		p.refer(locationParameter, "Location/"+hub)
	}
	if f.Near != nil {
		p.add(Parameter{Name: nearParameter, ValueString: f.Near.text()})
	}
	if !f.Moves.IsZero() {
		p.refer(appointmentParameter, "Appointment/"+f.Moves.String())
	}
	if f.Offers > 0 {
		p.add(Parameter{Name: countParameter, ValueInteger: f.Offers})
	}
	p.about(f.Patient)
	return p
}

// Parameters writes t as [ParseHold] and [ParseBook] read it.
func (t Take) Parameters() Parameters {
	p := asking(t.Service, t.Campaign)
	p.places(t.Places)
	p.about(t.Patient)
	return p
}

// Parameters writes c as [ParseChange], [ParseMove] and [ParseBook] read it.
func (c Change) Parameters() Parameters {
	p := Parameters{ResourceType: "Parameters"}
	p.refer(appointmentParameter, "Appointment/"+c.Number.String())
	p.places(c.Places)
	p.about(Patient{Identifier: c.Identifier, Contact: c.Contact})
	return p
}

// Form writes the form of a search as [ParseSearch] reads it.
func Form(n number.Number, id identifier.Identifier) map[string][]string {
	return map[string][]string{numberField: {NumberSystem + "|" + n.String()}, personField: {systemOf(id.Kind()) + "|" + id.Reveal()}}
}

func asking(service, campaign string) Parameters {
	p := Parameters{ResourceType: "Parameters"}
	if service != "" {
		p.add(Parameter{Name: serviceParameter, ValueCode: service})
	}
	if campaign != "" {
		p.add(Parameter{Name: campaignParameter, ValueCode: campaign})
	}
	return p
}

func (p *Parameters) add(one Parameter) { p.Parameter = append(p.Parameter, one) }

func (p *Parameters) day(name string, day civil.Day) {
	if !day.IsZero() {
		p.add(Parameter{Name: name, ValueDate: day.String()})
	}
}

func (p *Parameters) refer(name, reference string) {
	p.add(Parameter{Name: name, ValueReference: &Reference{Reference: reference}})
}

func (p *Parameters) places(places []booking.Place) {
	for _, place := range places {
		p.refer(slotParameter, "Slot/"+SlotID(place))
	}
}

// about adds a person, unless nothing is known of them.
func (p *Parameters) about(who Patient) {
	r := PatientResource{ResourceType: "Patient", BirthDate: who.Born.String()}
	if !who.Identifier.IsZero() {
		r.Identifier = []Identifier{{System: systemOf(who.Identifier.Kind()), Value: who.Identifier.Reveal()}}
	}
	if who.Contact.Email != "" {
		r.Telecom = append(r.Telecom, ContactPoint{"email", who.Contact.Email})
	}
	if who.Contact.Phone != "" {
		r.Telecom = append(r.Telecom, ContactPoint{"phone", who.Contact.Phone})
	}
	if tag := who.Contact.Language; tag != "" {
		r.Communication = []Communication{{CodeableConcept{Coding: []Coding{{System: languages, Code: tag}}}, true}}
	}
	if r.Identifier != nil || r.Telecom != nil || r.Communication != nil || r.BirthDate != "" {
		p.add(Parameter{Name: patientParameter, Resource: &r})
	}
}

func (n Near) text() string {
	text := decimal(n.Latitude) + "|" + decimal(n.Longitude)
	if n.Kilometres > 0 {
		text += "|" + decimal(n.Kilometres) + "|km"
	}
	return text
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
