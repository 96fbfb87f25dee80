/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// confirm answers $book of what is held.
func (s *Server) confirm(r *http.Request, asked fhir.Change) (reply, error) {
	by, err := s.by(r)
	if err != nil {
		return reply{}, err
	}
	b, err := s.Clerk.Confirm(r.Context(), asked.Reference, asked.Contact, by)
	return s.booked(r, b, err)
}

// extend answers $extend.
func (s *Server) extend(r *http.Request) (reply, error) { return s.change(r, s.Clerk.Extend) }

// cancel answers $cancel.
func (s *Server) cancel(r *http.Request) (reply, error) { return s.change(r, s.Clerk.Cancel) }

// change does something with a booking that there is.
func (s *Server) change(r *http.Request, do func(context.Context, booking.Reference, booking.By) (booking.Booking, error)) (reply, error) {
	asked, err := parsed(r, fhir.ParseChange)
	if err != nil {
		return reply{}, err
	}
	by, err := s.by(r)
	if err != nil {
		return reply{}, err
	}
	b, err := do(r.Context(), asked.Reference, by)
	return s.booked(r, b, err)
}

// move answers $move: other places for a booking.
func (s *Server) move(r *http.Request) (reply, error) {
	asked, err := parsed(r, fhir.ParseMove)
	if err != nil {
		return reply{}, err
	}
	by, err := s.by(r)
	if err != nil {
		return reply{}, err
	}
	b, err := s.Clerk.Move(r.Context(), asked.Reference, asked.Places, by)
	return s.booked(r, b, err)
}

// look answers a search for one booking, by its number and its person: as a form, as
// FHIR has it, or as Parameters.
func (s *Server) look(r *http.Request) (reply, error) {
	content, kind, err := body(r, kindForm, kindFHIR, kindJSON)
	if err != nil {
		return reply{}, err
	}
	var ref booking.Reference
	if kind == kindForm {
		ref, err = fhir.ParseSearch(content)
	} else {
		var asked fhir.Change
		asked, err = fhir.ParseChange(content)
		ref = asked.Reference
	}
	if err != nil {
		return reply{}, err
	}
	if _, err := s.by(r); err != nil {
		return reply{}, err
	}
	b, err := s.Clerk.Look(r.Context(), ref)
	return s.booked(r, b, err)
}
