/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Search describes the wanted places. It needs no person if the campaign is named.
type Search struct {
	Campaign string // "": the one of the service that is for them
	Service  string // may be "" if the campaign is named
	Person   identifier.Identifier
	Born     civil.Day // as the person says; may be none
	Hubs     []string  // the best first; none: all
	Near     *search.Position
	Within   int       // metres from Near; 0: however far
	Days     dose.Days // of the first dose
	Offers   int       // at most, of sets of places; 0: the usual number
	Moving   bool      // an existing booking of the named campaign
}

// The usual number of offers, and the number of alternatives in a refusal.
const (
	usualOffers = 10
	nextOffers  = 3
)

// Find returns free places for all doses of a campaign that is open to the person, and
// the campaign. Before an opening it does not search, since everybody would. A booking may
// be moved even while its campaign takes no new ones.
func (c *Clerk) Find(ctx context.Context, asked Search) (catalog.Campaign, []search.Offer, error) {
	if err := c.allow(asked.Person); err != nil {
		return catalog.Campaign{}, nil, err
	}
	in, err := c.current()
	if err != nil {
		return catalog.Campaign{}, nil, err
	}
	campaign, err := in.findable(asked, c.binding.Now())
	if err != nil {
		return catalog.Campaign{}, nil, err
	}
	query, err := c.query(in, campaign, asked)
	if err != nil {
		return catalog.Campaign{}, nil, err
	}
	var offers []search.Offer
	err = c.inside(ctx, starting, func(ctx context.Context) (err error) {
		offers, err = c.search.Offers(ctx, in.Snapshot, query)
		return err
	})
	return campaign, offers, err
}

// findable returns the campaign in which the person may look for places now.
func (in inForce) findable(asked Search, now time.Time) (catalog.Campaign, error) {
	if asked.Campaign != "" && (asked.Moving || asked.Person.IsZero() && asked.Born.IsZero()) {
		return in.open(asked, now)
	}
	decision := in.Rules.Decide(eligibility.Request{Campaign: asked.Campaign, Service: asked.Service, Identifier: asked.Person, Born: asked.Born}, now)
	campaign, known := in.Campaign(decision.Campaign)
	if decision.Outcome != eligibility.Eligible || !known {
		return catalog.Campaign{}, booking.NotEligibleError{Decision: decision}
	}
	return campaign, nil
}

// open returns the named campaign if it is open; to move a booking, as in the store, it
// need not be.
func (in inForce) open(asked Search, now time.Time) (catalog.Campaign, error) {
	c, known := in.Campaign(asked.Campaign)
	if !known || asked.Service != "" && asked.Service != c.Service {
		return c, unknownCampaign
	}
	if state := eligibility.StateOf(c, now); state != eligibility.Eligible && !asked.Moving {
		return c, booking.NotEligibleError{Decision: in.decision(state, c)}
	}
	return c, nil
}

// query translates a Search for the search.
func (c *Clerk) query(in inForce, campaign catalog.Campaign, asked Search) (search.Query, error) {
	for i, hub := range asked.Hubs {
		if _, known := in.Hub(hub); !known {
			return search.Query{}, booking.UnknownHubError{Index: i}
		}
	}
	q := search.Query{
		Campaign: campaign, Hubs: asked.Hubs, Near: asked.Near, Within: asked.Within, First: asked.Days,
		From: c.binding.Now(), CallCentre: c.callCentre, Offers: usualOffers,
	}
	if asked.Offers > 0 {
		q.Offers = min(asked.Offers, search.MaxOffers)
	}
	return q, nil
}

// next returns a few free places for a dose that suit the days chosen for the other doses:
// at the hub of the request, else at any hub. It returns none if it finds none.
func (c *Clerk) next(ctx context.Context, in inForce, request booking.Request, wrong int) []booking.Place {
	if wrong < 1 || wrong > len(request.Places) {
		return nil
	}
	days := make([]civil.Day, len(request.Places))
	for i, place := range request.Places {
		days[i], _ = in.dayOf(place, nil) // the others exist
	}
	room := dose.Rule(request.Campaign.Doses).Room(days, wrong-1)
	q := search.Query{Campaign: request.Campaign, First: room, From: c.binding.Now(), CallCentre: c.callCentre, Offers: nextOffers}
	if wrong > 1 {
		q.First = dose.Days{From: days[0], To: days[0]}
	}
	for _, hubs := range [][]string{{request.Places[wrong-1].Hub}, nil} {
		q.Hubs = hubs
		offers, err := c.search.Offers(ctx, in.Snapshot, q)
		if err != nil {
			return nil
		}
		var next []booking.Place
		for _, offer := range offers {
			if wrong <= len(offer.Days) && room.Contain(offer.Days[wrong-1]) {
				next = append(next, offer.Places[wrong-1])
			}
		}
		if len(next) > 0 {
			return next
		}
	}
	return nil
}

// Free returns the slots in a window that have places left for this clerk's channel.
func (c *Clerk) Free(ctx context.Context, w booking.Window) ([]booking.Slot, error) {
	w.CallCentre = c.callCentre
	var slots []booking.Slot
	err := c.inside(ctx, starting, func(ctx context.Context) (err error) {
		slots, err = c.store.Free(ctx, w)
		return err
	})
	return slots, err
}

// Availability returns the places by hub and day, as counted last.
func (c *Clerk) Availability(ctx context.Context) ([]booking.HubDay, error) {
	var days []booking.HubDay
	err := c.inside(ctx, starting, func(ctx context.Context) (err error) {
		days, err = c.store.Availability(ctx)
		return err
	})
	return days, err
}
