/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"math"
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
)

// find answers $find.
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
	if _, err := s.by(r); err != nil {
		return reply{}, err
	}
	campaign, offers, err := s.Clerk.Find(r.Context(), searched(asked))
	if err != nil {
		return reply{}, err
	}
	return reply{resource: in.directory.Offers(fhir.Subject{Service: campaign.Service, Campaign: campaign.Name}, slots(offers))}, nil
}

// searched is what is looked for as the clerk takes it.
func searched(asked fhir.Find) clerk.Search {
	out := clerk.Search{
		Campaign: asked.Campaign, Service: asked.Service, Person: asked.Patient.Identifier, Born: asked.Patient.Born,
		Hubs: asked.Hubs, Days: dose.Days{From: asked.From, To: asked.To}, Offers: asked.Offers,
		Moving: !asked.Moves.IsZero(),
	}
	if asked.Near != nil {
		out.Near = &search.Position{Latitude: asked.Near.Latitude, Longitude: asked.Near.Longitude}
		out.Within = int(math.Ceil(asked.Near.Kilometres * 1000)) // a distance of less than a metre is one
	}
	return out
}

// slots gives what was found as fhir writes it.
func slots(offers []search.Offer) [][]booking.Slot {
	out := make([][]booking.Slot, 0, len(offers))
	for _, offer := range offers {
		var set []booking.Slot
		for i, place := range offer.Places {
			set = append(set, booking.Slot{Place: place, Day: offer.Days[i], Minutes: offer.Minutes[i]})
		}
		out = append(out, set)
	}
	return out
}
