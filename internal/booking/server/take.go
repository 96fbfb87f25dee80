/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"errors"
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/store"
)

// hold answers $hold.
func (s *Server) hold(r *http.Request) (reply, error) {
	content, _, err := body(r, kindFHIR, kindJSON)
	if err != nil {
		return reply{}, err
	}
	asked, err := fhir.ParseHold(content)
	if err != nil {
		return reply{}, err
	}
	return s.take(r, asked, s.Store.Hold)
}

// book answers $book: of places, or of what is held.
func (s *Server) book(r *http.Request) (reply, error) {
	content, _, err := body(r, kindFHIR, kindJSON)
	if err != nil {
		return reply{}, err
	}
	asked, err := fhir.ParseBook(content)
	switch {
	case err != nil:
		return reply{}, err
	case asked.Confirm != nil:
		return s.change(r, *asked.Confirm, finishing, s.Store.Confirm)
	}
	return s.take(r, *asked.Take, s.Store.Book)
}

// wish is what somebody wants to take, and who it is for.
type wish struct {
	fhir.Take
	by store.By
}

// take takes places for somebody. Whoever may not, by what is known here, is told so
// without asking the store.
func (s *Server) take(r *http.Request, asked fhir.Take, do func(context.Context, store.Request) (store.Booking, error)) (reply, error) {
	if err := s.allow(asked.Patient.Identifier); err != nil {
		return reply{}, err
	}
	by, err := s.by(r)
	if err != nil {
		return reply{}, err
	}
	w := wish{Take: asked, by: by}
	if _, _, err := s.decide(w); err != nil {
		return reply{}, err
	}
	var b store.Booking
	err = s.inside(r.Context(), starting, func(ctx context.Context) error {
		return s.bound(ctx, func() error {
			catalog, request, err := s.decide(w)
			if err != nil {
				return err
			}
			b, err = do(ctx, request)
			return s.explain(ctx, catalog, request, err)
		})
	})
	return s.booked(r, b, err)
}

// decide tells, by the catalog in force here, what to ask the store for; else why
// somebody may not take what they wish.
func (s *Server) decide(w wish) (*listing, store.Request, error) {
	in, err := s.current()
	if err != nil {
		return nil, store.Request{}, err
	}
	now := s.Binding.Now()
	who := w.Patient
	decision := in.Rules.Decide(eligibility.Request{Campaign: w.Campaign, Service: w.Service, Identifier: who.Identifier, Born: who.Born}, now)
	if decision.Outcome != eligibility.Eligible && !w.mayBeDone(decision.Outcome) {
		return nil, store.Request{}, fhir.Decided{Decision: decision}
	}
	campaign, known := in.Campaign(decision.Campaign)
	if !known {
		return nil, store.Request{}, fhir.UnknownCampaign
	}
	if err := in.fit(campaign, w.Places, nil); err != nil {
		return nil, store.Request{}, err
	}
	born, _ := eligibility.Born(who.Identifier, who.Born, in.Rules.Today(now)) // settled: a decision was made by it
	return in, store.Request{
		Person:   store.Person{Identifier: who.Identifier, Born: born},
		Campaign: campaign, Revision: in.Revision(), Places: w.Places, Contact: who.Contact, By: w.by,
	}, nil
}

// mayBeDone tells whether the same request may have been carried out before, while the
// campaign was open. The store knows it by its key, and refuses all others.
func (w wish) mayBeDone(o eligibility.Outcome) bool {
	return w.by.Key != "" && (o == eligibility.Closed || o == eligibility.Paused)
}

// explain adds to what the store refuses what people need to be told.
func (s *Server) explain(ctx context.Context, in *listing, request store.Request, err error) error {
	var refusal *store.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Outcome {
	case store.NotOpen, store.Paused, store.Closed:
		return in.standing(request.Campaign.Name, refusal)
	case store.NoPlace, store.NoSlot:
		return beside{err, s.next(ctx, in, request, refusal.Dose)}
	default:
		return err
	}
}
