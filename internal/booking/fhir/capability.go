/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import "time"

// MediaType is the media type of all resources.
const MediaType = "application/fhir+json"

// CapabilityStatement describes a server.
type CapabilityStatement struct {
	ResourceType   string         `json:"resourceType"`
	Status         string         `json:"status"`
	Date           string         `json:"date"`
	Publisher      string         `json:"publisher"`
	Kind           string         `json:"kind"`
	Software       Software       `json:"software"`
	Implementation Implementation `json:"implementation"`
	FHIRVersion    string         `json:"fhirVersion"`
	Format         []string       `json:"format"`
	Rest           []Rest         `json:"rest"`
}

// Software names the program.
type Software struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// Implementation names the platform and its address.
type Implementation struct {
	Description string `json:"description"`
	URL         string `json:"url,omitempty"`
}

// Rest lists what the server does over HTTP.
type Rest struct {
	Mode          string         `json:"mode"`
	Documentation string         `json:"documentation,omitempty"`
	Resource      []RestResource `json:"resource"`
}

// RestResource lists what the server does with one type of resource.
type RestResource struct {
	Type          string        `json:"type"`
	Documentation string        `json:"documentation,omitempty"`
	Interaction   []Interaction `json:"interaction,omitempty"`
	SearchParam   []SearchParam `json:"searchParam,omitempty"`
	Operation     []Operation   `json:"operation,omitempty"`
}

// Interaction is read or search-type.
type Interaction struct {
	Code string `json:"code"`
}

// SearchParam is a search parameter.
type SearchParam struct {
	Name          string `json:"name"`
	Type          string `json:"type"`
	Documentation string `json:"documentation,omitempty"`
}

// Operation is an operation such as $hold.
type Operation struct {
	Name          string `json:"name"`
	Definition    string `json:"definition"`
	Documentation string `json:"documentation,omitempty"`
}

// Server is the input of [Capabilities].
type Server struct {
	Platform string
	Channel  string
	Version  string
	Base     string    // its address; "" if unknown
	Date     time.Time // of the version
}

// Capabilities describes a server.
func Capabilities(s Server) CapabilityStatement {
	return CapabilityStatement{
		ResourceType: "CapabilityStatement", Status: "active", Date: s.Date.UTC().Format(time.RFC3339),
		Publisher: "Mezzanotte", Kind: "instance",
		Software:       Software{Name: "Mezzanotte", Version: s.Version},
		Implementation: Implementation{Description: "Bookings of " + s.Platform + ", channel " + s.Channel, URL: s.Base},
		FHIRVersion:    "4.0.1", Format: []string{"json"},
		Rest: []Rest{{
			Mode:          "server",
			Documentation: "Writes take the header Idempotency-Key: the same key with the same request is carried out once. Personal data is taken in bodies only.",
			Resource: []RestResource{
				{Type: "Location", Interaction: interactions("read", "search-type")},
				{Type: "Schedule", Interaction: interactions("read", "search-type")},
				{Type: "Slot", Interaction: interactions("search-type"), SearchParam: []SearchParam{
					{Name: "schedule", Type: "reference"}, {Name: "start", Type: "date"},
				}},
				{
					Type: "Appointment", Documentation: "Searched by POST only.", Interaction: interactions("search-type"),
					SearchParam: []SearchParam{
						{Name: numberField, Type: "token", Documentation: "the booking's number, with " + personField},
						{Name: "patient", Type: "reference", Documentation: "as " + personField + ": the code of the booking's person"},
					},
					Operation: operations(),
				},
			},
		}},
	}
}

func interactions(codes ...string) []Interaction {
	var list []Interaction
	for _, code := range codes {
		list = append(list, Interaction{Code: code})
	}
	return list
}

func operations() []Operation {
	return []Operation{
		{"find", iheOperations + "appointment-find", "ITI-115: appointments that are free, by the dose"},
		{"hold", iheOperations + "appointment-hold", "ITI-116: holds all doses for 10 minutes"},
		{"book", iheOperations + "appointment-book", "ITI-117: books what is held, or all doses at once"},
		{"extend", ourOperations + "appointment-extend", "gives a hold its time once more, once"},
		{"cancel", ourOperations + "appointment-cancel", "gives back all doses of a booking"},
		{"move", ourOperations + "appointment-move", "gives a booking other slots, for all of its doses"},
	}
}
