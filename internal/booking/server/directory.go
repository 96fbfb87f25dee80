/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// listFresh is how long caches may keep what comes from the catalog.
const listFresh = 30 * time.Second

// metadata answers with the capabilities of this server.
func (s *Server) metadata(*http.Request) (reply, error) {
	in, err := s.latest()
	if err != nil {
		return reply{}, err
	}
	base := ""
	if s.PublicURL != "" {
		base = s.PublicURL + "/fhir"
	}
	return reply{fresh: listFresh, resource: fhir.Capabilities(fhir.Server{
		Platform: in.Catalog.Platform, Channel: s.Channel, Version: s.Version, Base: base, Date: s.Released,
	})}, nil
}

// allLocations answers with all hubs.
func (s *Server) allLocations(*http.Request) (reply, error) {
	in, err := s.latest()
	if err != nil {
		return reply{}, err
	}
	return reply{written: in.locations, fresh: listFresh}, nil
}

// location answers with one hub.
func (s *Server) location(r *http.Request) (reply, error) {
	in, err := s.latest()
	if err != nil {
		return reply{}, err
	}
	location, known := in.directory.Location(r.PathValue("id"))
	if !known {
		return reply{}, booking.CodeUnknownPath
	}
	return reply{resource: location, fresh: listFresh}, nil
}

// allSchedules answers with the calendars of all hubs.
func (s *Server) allSchedules(*http.Request) (reply, error) {
	in, err := s.latest()
	if err != nil {
		return reply{}, err
	}
	return reply{written: in.schedules, fresh: listFresh}, nil
}

// schedule answers with the calendar of one hub.
func (s *Server) schedule(r *http.Request) (reply, error) {
	in, err := s.latest()
	if err != nil {
		return reply{}, err
	}
	schedule, known := in.directory.Schedule(r.PathValue("id"))
	if !known {
		return reply{}, booking.CodeUnknownPath
	}
	return reply{resource: schedule, fresh: listFresh}, nil
}
