/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
)

// routes are the addresses of everything that can be asked. Personal data is taken
// in bodies alone, so that none of them holds any.
func (s *Server) routes() {
	get := func(do action) map[string]action { return map[string]action{http.MethodGet: do} }
	post := func(do action) map[string]action { return map[string]action{http.MethodPost: do} }
	for template, methods := range map[string]map[string]action{
		"/fhir/metadata":             get(s.metadata),
		"/fhir/Location":             get(s.allLocations),
		"/fhir/Location/{id}":        get(s.location),
		"/fhir/Schedule":             get(s.allSchedules),
		"/fhir/Schedule/{id}":        get(s.schedule),
		"/fhir/Slot":                 get(s.freeSlots),
		"/fhir/Appointment/$find":    post(s.find),
		"/fhir/Appointment/$hold":    post(s.hold),
		"/fhir/Appointment/$book":    post(s.book),
		"/fhir/Appointment/$extend":  post(s.extend),
		"/fhir/Appointment/$cancel":  post(s.cancel),
		"/fhir/Appointment/$move":    post(s.move),
		"/fhir/Appointment/_search":  post(s.look),
		fhir.ManifestPath:            get(s.published(manifestFile)),
		bulkPath + fhir.ManifestPath: get(s.published(manifestFile)),
	} {
		s.handle(route{template: template, methods: methods})
	}
	for _, file := range []string{fhir.LocationsPath, fhir.SchedulesPath, fhir.SlotsPath} {
		s.handle(route{template: bulkPath + file, methods: get(s.published(file))})
	}
	s.handle(route{template: "/livez", methods: get(s.livez), probe: true})
	s.handle(route{template: "/readyz", methods: get(s.readyz), probe: true})
	s.mux.HandleFunc("/", s.rest)
}

// livez answers that this process runs: whatever else is wrong, starting it anew would
// not make it right.
func (s *Server) livez(*http.Request) (reply, error) {
	return reply{health: &process.Health{Ready: true}}, nil
}

// readyz answers whether this process is to be sent requests.
func (s *Server) readyz(*http.Request) (reply, error) {
	h := s.health()
	return reply{health: &h}, nil
}
