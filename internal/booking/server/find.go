/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/booking/store"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// How many sets of appointments are offered where nobody says, and how many slots are
// named beside a refusal.
const (
	usualOffers = 10
	nextOffers  = 3
)

// find answers $find. Before an opening it does not look: there would be a crowd.
func (s *Server) find(r *http.Request) (reply, error) {
	content, _, err := body(r, kindFHIR, kindJSON)
	if err != nil {
		return reply{}, err
	}
	in, err := s.current()
	if err != nil {
		return reply{}, err
	}
	asked, err := fhir.ParseFind(content, in.Zone)
	if err != nil {
		return reply{}, err
	}
	if err := s.allow(asked.Patient.Identifier); err != nil {
		return reply{}, err
	}
	if _, err := s.by(r); err != nil {
		return reply{}, err
	}
	now := s.Binding.Now()
	campaign, err := in.findable(asked, now)
	if err != nil {
		return reply{}, err
	}
	query, err := s.query(in, campaign, asked)
	if err != nil {
		return reply{}, err
	}
	var offers []search.Offer
	err = s.inside(r.Context(), starting, func(ctx context.Context) (err error) {
		offers, err = s.Search.Offers(ctx, in.Snapshot, query)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	return reply{resource: in.directory.Offers(fhir.Subject{Service: campaign.Service, Campaign: campaign.Name}, slots(offers))}, nil
}

// findable gives the campaign in which somebody may look for places now. Who they are
// they need not say, where they name the campaign.
func (l *listing) findable(asked fhir.Find, now time.Time) (catalog.Campaign, error) {
	who := asked.Patient
	if asked.Campaign != "" && who.Identifier.IsZero() && who.Born.IsZero() {
		return l.open(asked, now)
	}
	decision := l.Rules.Decide(eligibility.Request{Campaign: asked.Campaign, Service: asked.Service, Identifier: who.Identifier, Born: who.Born}, now)
	campaign, known := l.Campaign(decision.Campaign)
	if decision.Outcome != eligibility.Eligible || !known {
		return catalog.Campaign{}, fhir.Decided{Decision: decision}
	}
	return campaign, nil
}

// open gives a campaign that is, to whoever it is for.
func (l *listing) open(asked fhir.Find, now time.Time) (catalog.Campaign, error) {
	c, known := l.Campaign(asked.Campaign)
	outcome := eligibility.Eligible
	switch {
	case !known || asked.Service != "" && asked.Service != c.Service:
		return c, fhir.UnknownCampaign
	case c.ClosesAt != nil && !now.Before(*c.ClosesAt):
		outcome = eligibility.Closed
	case c.Paused != "":
		outcome = eligibility.Paused
	case now.Before(c.OpensAt):
		outcome = eligibility.NotYetOpen
	}
	if outcome != eligibility.Eligible {
		return c, fhir.Decided{Decision: l.decision(outcome, c)}
	}
	return c, nil
}

// query is what is looked for.
func (s *Server) query(in *listing, c catalog.Campaign, asked fhir.Find) (search.Query, error) {
	for i, hub := range asked.Hubs {
		if _, known := in.Hub(hub); !known {
			return search.Query{}, fhir.Unknown(i)
		}
	}
	q := search.Query{
		Campaign: c, Hubs: asked.Hubs, First: dose.Days{From: asked.From, To: asked.To},
		From: s.Binding.Now(), Desk: s.Desk, Offers: usualOffers,
	}
	if asked.Offers > 0 {
		q.Offers = min(asked.Offers, search.MaxOffers)
	}
	if asked.Near != nil {
		q.Near = &search.Position{Latitude: asked.Near.Latitude, Longitude: asked.Near.Longitude}
	}
	return q, nil
}

// slots gives what was found as fhir writes it.
func slots(offers []search.Offer) [][]store.Slot {
	out := make([][]store.Slot, 0, len(offers))
	for _, offer := range offers {
		var set []store.Slot
		for i, place := range offer.Places {
			set = append(set, store.Slot{Place: place, Day: offer.Days[i], Minutes: offer.Minutes[i]})
		}
		out = append(out, set)
	}
	return out
}

// next gives a few slots that still have places for a dose: at the hub that was asked
// for, else anywhere. Where none can be found nothing is said.
func (s *Server) next(ctx context.Context, in *listing, request store.Request, dose int) []fhir.Reference {
	if dose < 1 || dose > len(request.Places) {
		return nil
	}
	q := search.Query{Campaign: request.Campaign, From: s.Binding.Now(), Desk: s.Desk, Offers: nextOffers}
	for _, hubs := range [][]string{{request.Places[dose-1].Hub}, nil} {
		q.Hubs = hubs
		offers, err := s.Search.Offers(ctx, in.Snapshot, q)
		if err != nil {
			return nil
		}
		var next []fhir.Reference
		for _, offer := range offers {
			if dose <= len(offer.Places) {
				next = append(next, in.directory.Next(offer.Places[dose-1]))
			}
		}
		if len(next) > 0 {
			return next
		}
	}
	return nil
}
