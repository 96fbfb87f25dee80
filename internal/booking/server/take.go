/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// hold answers $hold.
func (s *Server) hold(r *http.Request) (reply, error) {
	asked, err := parsed(r, fhir.ParseHold)
	if err != nil {
		return reply{}, err
	}
	return s.take(r, asked, s.Clerk.Hold)
}

// book answers $book: of places, or of what is held.
func (s *Server) book(r *http.Request) (reply, error) {
	asked, err := parsed(r, fhir.ParseBook)
	switch {
	case err != nil:
		return reply{}, err
	case asked.Confirm != nil:
		return s.confirm(r, *asked.Confirm)
	}
	return s.take(r, *asked.Take, s.Clerk.Book)
}

// parsed reads the parameters of an operation.
func parsed[A any](r *http.Request, parse func([]byte) (A, error)) (asked A, err error) {
	content, _, err := body(r, kindFHIR, kindJSON)
	if err != nil {
		return asked, err
	}
	return parse(content)
}

// take takes places for somebody.
func (s *Server) take(r *http.Request, asked fhir.Take, do func(context.Context, clerk.Wish) (booking.Booking, error)) (reply, error) {
	by, err := s.by(r)
	if err != nil {
		return reply{}, err
	}
	who := asked.Patient
	b, err := do(r.Context(), clerk.Wish{
		Campaign: asked.Campaign, Service: asked.Service, Person: who.Identifier, Born: who.Born,
		Places: asked.Places, Contact: who.Contact, By: by,
	})
	return s.booked(r, b, err)
}
