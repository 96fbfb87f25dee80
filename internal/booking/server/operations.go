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

// operation returns the action of an operation: it reads the parameters, carries them out
// and answers with the booking.
func operation[A any](s *Server, parse func([]byte) (A, error), do func(context.Context, A, booking.By) (booking.Booking, error)) action {
	return func(r *http.Request) (reply, error) {
		content, _, err := body(r, kindFHIR, kindJSON)
		if err != nil {
			return reply{}, err
		}
		asked, err := parse(content)
		if err != nil {
			return reply{}, err
		}
		by, err := s.by(r)
		if err != nil {
			return reply{}, err
		}
		b, err := do(r.Context(), asked, by)
		return s.booked(r, b, err)
	}
}

// hold carries out $hold.
func (s *Server) hold(ctx context.Context, asked fhir.Take, by booking.By) (booking.Booking, error) {
	return s.Clerk.Hold(ctx, takeRequest(asked, by))
}

// book carries out $book, of places or of a hold.
func (s *Server) book(ctx context.Context, asked fhir.Book, by booking.By) (booking.Booking, error) {
	if c := asked.Confirm; c != nil {
		return s.Clerk.Confirm(ctx, c.Reference, c.Contact, by)
	}
	return s.Clerk.Book(ctx, takeRequest(*asked.Take, by))
}

// extend carries out $extend.
func (s *Server) extend(ctx context.Context, asked fhir.Change, by booking.By) (booking.Booking, error) {
	return s.Clerk.Extend(ctx, asked.Reference, by)
}

// cancel carries out $cancel.
func (s *Server) cancel(ctx context.Context, asked fhir.Change, by booking.By) (booking.Booking, error) {
	return s.Clerk.Cancel(ctx, asked.Reference, by)
}

// move carries out $move.
func (s *Server) move(ctx context.Context, asked fhir.Change, by booking.By) (booking.Booking, error) {
	return s.Clerk.Move(ctx, asked.Reference, asked.Places, by)
}

// takeRequest translates a Take for the clerk.
func takeRequest(asked fhir.Take, by booking.By) clerk.TakeRequest {
	who := asked.Patient
	return clerk.TakeRequest{
		Campaign: asked.Campaign, Service: asked.Service, Person: who.Identifier, Born: who.Born,
		Places: asked.Places, Contact: who.Contact, By: by,
	}
}

// look answers a search for a booking by its number and its person, which comes as a form,
// as in FHIR, or as Parameters.
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
