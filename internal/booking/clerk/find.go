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

// Search is what is looked for. Who they are people need not say, where they name the
// campaign.
type Search struct {
	Campaign string // "": whichever of the service is theirs
	Service  string // may be "" where the campaign is named
	Person   identifier.Identifier
	Born     civil.Day // as the person says; none where it was not said
	Hubs     []string  // the best first; none: all
	Near     *search.Position
	Within   int       // metres from Near; 0: however far
	Days     dose.Days // of the first dose
	Offers   int       // how many sets of places; 0: as many as are usual
	Moving   bool      // for a booking that there is, of the campaign that is named
}

// How many sets of places are offered where nobody says, and how many places are named
// beside a refusal.
const (
	usualOffers = 10
	nextOffers  = 3
)

// Find looks for places that are free, for all doses of a campaign that is open to
// whoever asks, and tells which that is. Before an opening it does not look: there
// would be a crowd. A booking may be moved also while its campaign takes no new ones.
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

// findable gives the campaign in which somebody may look for places now.
func (in inForce) findable(asked Search, now time.Time) (catalog.Campaign, error) {
	if asked.Campaign != "" && (asked.Moving || asked.Person.IsZero() && asked.Born.IsZero()) {
		return in.open(asked, now)
	}
	decision := in.Rules.Decide(eligibility.Request{Campaign: asked.Campaign, Service: asked.Service, Identifier: asked.Person, Born: asked.Born}, now)
	campaign, known := in.Campaign(decision.Campaign)
	if decision.Outcome != eligibility.Eligible || !known {
		return catalog.Campaign{}, Decided{decision}
	}
	return campaign, nil
}

// open gives a campaign that is, to whoever it is for; any that there is to whoever moves
// a booking, as the store does.
func (in inForce) open(asked Search, now time.Time) (catalog.Campaign, error) {
	c, known := in.Campaign(asked.Campaign)
	outcome := eligibility.Eligible
	switch {
	case !known || asked.Service != "" && asked.Service != c.Service:
		return c, unknownCampaign
	case asked.Moving:
	case c.ClosesAt != nil && !now.Before(*c.ClosesAt):
		outcome = eligibility.Closed
	case c.Paused != "":
		outcome = eligibility.Paused
	case now.Before(c.OpensAt):
		outcome = eligibility.NotYetOpen
	}
	if outcome != eligibility.Eligible {
		return c, Decided{in.decision(outcome, c)}
	}
	return c, nil
}

// query is what is looked for, as the search takes it.
func (c *Clerk) query(in inForce, campaign catalog.Campaign, asked Search) (search.Query, error) {
	for i, hub := range asked.Hubs {
		if _, known := in.Hub(hub); !known {
			return search.Query{}, UnknownHub{Index: i}
		}
	}
	q := search.Query{
		Campaign: campaign, Hubs: asked.Hubs, Near: asked.Near, Within: asked.Within, First: asked.Days,
		From: c.binding.Now(), Desk: c.desk, Offers: usualOffers,
	}
	if asked.Offers > 0 {
		q.Offers = min(asked.Offers, search.MaxOffers)
	}
	return q, nil
}

// next gives a few places that are still free for a dose, and go with the days that were
// chosen for the others: at the hub that was asked for, else anywhere. Where none can be
// found nothing is said.
func (c *Clerk) next(ctx context.Context, in inForce, request booking.Request, wrong int) []booking.Place {
	if wrong < 1 || wrong > len(request.Places) {
		return nil
	}
	days := make([]civil.Day, len(request.Places))
	for i, place := range request.Places {
		days[i], _ = in.dayOf(place, nil) // the others exist
	}
	room := dose.Rule(request.Campaign.Doses).Room(days, wrong-1)
	q := search.Query{Campaign: request.Campaign, First: room, From: c.binding.Now(), Desk: c.desk, Offers: nextOffers}
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

// Free gives the slots in a window that have places left for this clerk's channel.
func (c *Clerk) Free(ctx context.Context, w booking.Window) ([]booking.Slot, error) {
	w.Desk = c.desk
	var slots []booking.Slot
	err := c.inside(ctx, starting, func(ctx context.Context) (err error) {
		slots, err = c.store.Free(ctx, w)
		return err
	})
	return slots, err
}

// Availability gives the places by hub and day, as they were counted last.
func (c *Clerk) Availability(ctx context.Context) ([]booking.HubDay, error) {
	var days []booking.HubDay
	err := c.inside(ctx, starting, func(ctx context.Context) (err error) {
		days, err = c.store.Availability(ctx)
		return err
	})
	return days, err
}
