/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import "encoding/json"

// Resources and data types have only the elements that the server writes. Names and order
// are FHIR's.

// Extension holds what FHIR has no element for.
type Extension struct {
	URL              string     `json:"url"`
	ValueBoolean     *bool      `json:"valueBoolean,omitempty"`
	ValueInteger     *int       `json:"valueInteger,omitempty"`
	ValuePositiveInt int        `json:"valuePositiveInt,omitempty"`
	ValueInstant     string     `json:"valueInstant,omitempty"`
	ValueReference   *Reference `json:"valueReference,omitempty"`
}

// Coding is a code of a system.
type Coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

// CodeableConcept is a concept, by codes or in words.
type CodeableConcept struct {
	Coding []Coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// Identifier is a value that is unique in its system.
type Identifier struct {
	System string `json:"system,omitempty"`
	Value  string `json:"value,omitempty"`
}

// Reference points to a resource, or names it.
type Reference struct {
	Reference string `json:"reference,omitempty"`
	Display   string `json:"display,omitempty"`
}

// Location is a hub.
type Location struct {
	ResourceType           string             `json:"resourceType"`
	ID                     string             `json:"id"`
	Status                 string             `json:"status"`
	Name                   string             `json:"name"`
	Mode                   string             `json:"mode"`
	Address                *Address           `json:"address,omitempty"`
	Position               *Position          `json:"position,omitempty"`
	ManagingOrganization   *Reference         `json:"managingOrganization,omitempty"`
	HoursOfOperation       []HoursOfOperation `json:"hoursOfOperation,omitempty"`
	AvailabilityExceptions string             `json:"availabilityExceptions,omitempty"`
}

// Address is a single text, as in the catalog.
type Address struct {
	Text string   `json:"text"`
	Line []string `json:"line,omitempty"`
}

// Position is in degrees, WGS 84.
type Position struct {
	Longitude json.Number `json:"longitude"`
	Latitude  json.Number `json:"latitude"`
}

// HoursOfOperation are opening hours on some days of the week.
type HoursOfOperation struct {
	DaysOfWeek  []string `json:"daysOfWeek"`
	AllDay      *bool    `json:"allDay,omitempty"`
	OpeningTime string   `json:"openingTime,omitempty"`
	ClosingTime string   `json:"closingTime,omitempty"`
}

// Schedule is the calendar of a hub, for all of its services.
type Schedule struct {
	ResourceType string            `json:"resourceType"`
	ID           string            `json:"id"`
	Active       bool              `json:"active"`
	ServiceType  []CodeableConcept `json:"serviceType,omitempty"`
	Actor        []Reference       `json:"actor"`
}

// Slot is a time at a hub, with a capacity.
type Slot struct {
	ResourceType string      `json:"resourceType"`
	ID           string      `json:"id"`
	Extension    []Extension `json:"extension,omitempty"`
	Schedule     Reference   `json:"schedule"`
	Status       string      `json:"status"` // free, busy
	Start        string      `json:"start"`
	End          string      `json:"end"`
}

// Appointment is one dose.
type Appointment struct {
	ResourceType      string            `json:"resourceType"`
	ID                string            `json:"id"`
	Extension         []Extension       `json:"extension,omitempty"`
	Identifier        []Identifier      `json:"identifier,omitempty"`
	Status            string            `json:"status"`
	CancelationReason *CodeableConcept  `json:"cancelationReason,omitempty"`
	ServiceType       []CodeableConcept `json:"serviceType,omitempty"`
	ReasonCode        []CodeableConcept `json:"reasonCode,omitempty"`
	Start             string            `json:"start,omitempty"`
	End               string            `json:"end,omitempty"`
	MinutesDuration   int               `json:"minutesDuration,omitempty"`
	Slot              []Reference       `json:"slot,omitempty"`
	Created           string            `json:"created,omitempty"`
	Participant       []Participant     `json:"participant"`
}

// Participant is a person or a hub of an appointment.
type Participant struct {
	Type   []CodeableConcept `json:"type,omitempty"`
	Actor  *Reference        `json:"actor,omitempty"`
	Status string            `json:"status"`
}

// Bundle is a list of resources.
type Bundle struct {
	ResourceType string  `json:"resourceType"`
	Type         string  `json:"type"`
	Total        *int    `json:"total,omitempty"`
	Entry        []Entry `json:"entry,omitempty"`
}

// Entry is one of a [Bundle].
type Entry struct {
	FullURL  string  `json:"fullUrl,omitempty"`
	Resource any     `json:"resource"`
	Search   *Search `json:"search,omitempty"`
}

// Search says why a Bundle has an entry.
type Search struct {
	Mode string `json:"mode"` // match, outcome
}

// Searchset returns a Bundle of search results.
func Searchset[R any](found []R) Bundle {
	total := len(found)
	b := Bundle{ResourceType: "Bundle", Type: "searchset", Total: &total}
	for _, resource := range found {
		b.Entry = append(b.Entry, Entry{Resource: resource, Search: &Search{Mode: "match"}})
	}
	return b
}

// inform adds an outcome to a Bundle.
func (b Bundle) inform(o *OperationOutcome) Bundle {
	b.Entry = append(b.Entry, Entry{Resource: o, Search: &Search{Mode: "outcome"}})
	return b
}
