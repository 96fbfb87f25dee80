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

// listed answers with something of the latest catalog.
func (s *Server) listed(answer func(*listing, *http.Request) (reply, error)) action {
	return func(r *http.Request) (reply, error) {
		in, err := s.latest()
		if err != nil {
			return reply{}, err
		}
		return answer(in, r)
	}
}

// metadata answers with the capabilities of this server.
func (s *Server) metadata(in *listing, _ *http.Request) (reply, error) {
	base := ""
	if s.PublicURL != "" {
		base = s.PublicURL + "/fhir"
	}
	return reply{fresh: listFresh, resource: fhir.Capabilities(fhir.Server{
		Platform: in.Catalog.Platform, Channel: s.Channel, Version: s.Version, Base: base, Date: s.Released,
	})}, nil
}

// allLocations answers with all hubs.
func allLocations(in *listing, _ *http.Request) (reply, error) {
	return reply{written: in.locations, fresh: listFresh}, nil
}

// location answers with one hub.
func location(in *listing, r *http.Request) (reply, error) {
	location, known := in.directory.Location(r.PathValue("id"))
	if !known {
		return reply{}, booking.CodeUnknownPath
	}
	return reply{resource: location, fresh: listFresh}, nil
}

// allSchedules answers with the calendars of all hubs.
func allSchedules(in *listing, _ *http.Request) (reply, error) {
	return reply{written: in.schedules, fresh: listFresh}, nil
}

// schedule answers with the calendar of one hub.
func schedule(in *listing, r *http.Request) (reply, error) {
	schedule, known := in.directory.Schedule(r.PathValue("id"))
	if !known {
		return reply{}, booking.CodeUnknownPath
	}
	return reply{resource: schedule, fresh: listFresh}, nil
}
