/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"errors"
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/store"
)

// verb changes a booking that there is.
type verb func(context.Context, store.Reference, store.Change) (store.Booking, error)

// extend answers $extend.
func (s *Server) extend(r *http.Request) (reply, error) {
	asked, err := parsed(r, fhir.ParseChange)
	if err != nil {
		return reply{}, err
	}
	return s.change(r, asked, finishing, s.Store.Extend)
}

// cancel answers $cancel.
func (s *Server) cancel(r *http.Request) (reply, error) {
	asked, err := parsed(r, fhir.ParseChange)
	if err != nil {
		return reply{}, err
	}
	return s.change(r, asked, finishing, s.Store.Cancel)
}

// move answers $move: other places for a booking.
func (s *Server) move(r *http.Request) (reply, error) {
	asked, err := parsed(r, fhir.ParseMove)
	if err != nil {
		return reply{}, err
	}
	return s.change(r, asked, starting, s.moved)
}

// parsed reads a request about a booking that there is.
func parsed(r *http.Request, parse func([]byte) (fhir.Change, error)) (fhir.Change, error) {
	content, _, err := body(r, kindFHIR, kindJSON)
	if err != nil {
		return fhir.Change{}, err
	}
	return parse(content)
}

// look answers a search for one booking, by its number and its person: as a form, as
// FHIR has it, or as Parameters.
func (s *Server) look(r *http.Request) (reply, error) {
	content, kind, err := body(r, kindForm, kindFHIR, kindJSON)
	if err != nil {
		return reply{}, err
	}
	var ref store.Reference
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
	if err := s.allow(ref.Identifier); err != nil {
		return reply{}, err
	}
	if _, err := s.by(r); err != nil {
		return reply{}, err
	}
	var b store.Booking
	err = s.inside(r.Context(), starting, func(ctx context.Context) (err error) {
		b, err = s.Store.Look(ctx, ref)
		return err
	})
	return s.booked(r, b, err)
}

// change does something with a booking that there is.
func (s *Server) change(r *http.Request, asked fhir.Change, u urgency, do verb) (reply, error) {
	if err := s.allow(asked.Identifier); err != nil {
		return reply{}, err
	}
	by, err := s.by(r)
	if err != nil {
		return reply{}, err
	}
	var b store.Booking
	err = s.inside(r.Context(), u, func(ctx context.Context) error {
		return s.bound(ctx, func() error {
			in, err := s.current()
			if err != nil {
				return err
			}
			b, err = do(ctx, asked.Reference, store.Change{Revision: in.Revision(), Contact: asked.Contact, Places: asked.Places, By: by})
			return s.explainChange(ctx, in, asked.Reference, err)
		})
	})
	return s.booked(r, b, err)
}

// moved gives a booking other places, if they are right for its campaign. What is no
// longer in the catalog, or not booked, the store decides alone.
func (s *Server) moved(ctx context.Context, ref store.Reference, c store.Change) (store.Booking, error) {
	in, err := s.current()
	if err != nil {
		return store.Booking{}, err
	}
	now, err := s.Store.Look(ctx, ref)
	if err != nil {
		return store.Booking{}, err
	}
	if campaign, known := in.Campaign(now.Campaign); known && now.State == store.Booked {
		if err := in.fit(campaign, c.Places, now.Appointments); err != nil {
			return store.Booking{}, err
		}
	}
	return s.Store.Move(ctx, ref, c)
}

// explainChange adds to what the store refuses what people need to be told. How the
// campaign of a booking stands is looked up by whom it belongs to.
func (s *Server) explainChange(ctx context.Context, in *listing, ref store.Reference, err error) error {
	var refusal *store.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Outcome {
	case store.NotOpen, store.Paused, store.Closed:
		b, err := s.Store.Look(ctx, ref)
		if err != nil {
			return err
		}
		return in.standing(b.Campaign, refusal)
	default:
		return err
	}
}
