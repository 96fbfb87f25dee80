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

// routes registers all addresses. None of them holds personal data: that comes in bodies
// only.
func (s *Server) routes() {
	get := func(do action) map[string]action { return map[string]action{http.MethodGet: do} }
	post := func(do action) map[string]action { return map[string]action{http.MethodPost: do} }
	for template, methods := range map[string]map[string]action{
		"/fhir/metadata":             get(s.listed(s.metadata)),
		"/fhir/Location":             get(s.listed(allLocations)),
		"/fhir/Location/{id}":        get(s.listed(location)),
		"/fhir/Schedule":             get(s.listed(allSchedules)),
		"/fhir/Schedule/{id}":        get(s.listed(schedule)),
		"/fhir/Slot":                 get(s.freeSlots),
		"/fhir/Appointment/$find":    post(s.find),
		"/fhir/Appointment/$hold":    post(operation(s, fhir.ParseHold, s.hold)),
		"/fhir/Appointment/$book":    post(operation(s, fhir.ParseBook, s.book)),
		"/fhir/Appointment/$extend":  post(operation(s, fhir.ParseChange, s.extend)),
		"/fhir/Appointment/$cancel":  post(operation(s, fhir.ParseChange, s.cancel)),
		"/fhir/Appointment/$move":    post(operation(s, fhir.ParseMove, s.move)),
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
	s.mux.HandleFunc("/", s.serveOther)
	s.other, s.anyPage = s.front(nowhere, nowhere.perform), s.front(allPages, s.show)
}

// livez always succeeds: a restart helps only a process that does not answer.
func (s *Server) livez(*http.Request) (reply, error) {
	return reply{health: &process.Health{Ready: true}}, nil
}

// readyz answers whether this process should get requests.
func (s *Server) readyz(*http.Request) (reply, error) {
	h := s.health()
	return reply{health: &h}, nil
}
