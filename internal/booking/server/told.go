/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"errors"
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

// booked answers with a booking.
func (s *Server) booked(r *http.Request, b booking.Booking, err error) (reply, error) {
	if err != nil {
		return reply{}, err
	}
	in, err := s.latest()
	if err != nil {
		return reply{}, err
	}
	return reply{resource: in.directory.Booked(b, words.Preferred(r.Header.Get("Accept-Language"), words.English))}, nil
}

// told gives an error of the clerk as FHIR refuses; all others, and those who are sent
// away unheard, are as they are.
func (s *Server) told(err error) error {
	var (
		decided clerk.Decided
		often   clerk.TooOften
		unknown clerk.UnknownHub
		free    clerk.Beside
	)
	switch {
	case errors.As(err, &decided):
		return fhir.Decided(decided)
	case errors.As(err, &often):
		return later{fhir.TooManyRequests, often.After}
	case errors.As(err, &unknown):
		return fhir.Unknown(unknown.Index)
	case errors.As(err, &free):
		return beside{free.Err, s.named(free.Next)}
	}
	return err
}

// named gives places as people read them.
func (s *Server) named(places []booking.Place) []fhir.Reference {
	in, err := s.latest()
	if err != nil {
		return nil
	}
	var out []fhir.Reference
	for _, place := range places {
		out = append(out, in.directory.Next(place))
	}
	return out
}
