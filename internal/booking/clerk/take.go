/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"errors"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
)

// TakeRequest says which places to take, and for whom.
type TakeRequest struct {
	Campaign string // "": the one of the service that is for them
	Service  string // may be "" if the campaign is named
	Person   identifier.Identifier
	Born     civil.Day       // as the person says; may be none
	Places   []booking.Place // one of each dose, in order
	Contact  booking.Contact
	By       booking.By // its channel becomes the clerk's
}

// Hold keeps places for a person, for [booking.HoldTime].
func (c *Clerk) Hold(ctx context.Context, r TakeRequest) (booking.Booking, error) {
	return c.take(ctx, r, c.store.Hold)
}

// Book books places at once.
func (c *Clerk) Book(ctx context.Context, r TakeRequest) (booking.Booking, error) {
	return c.take(ctx, r, c.store.Book)
}

// take takes places for a person. It refuses what the catalog here refuses without asking
// the store.
func (c *Clerk) take(ctx context.Context, r TakeRequest, do func(context.Context, booking.Request) (booking.Booking, error)) (booking.Booking, error) {
	if err := c.allow(r.Person); err != nil {
		return booking.Booking{}, err
	}
	if _, _, err := c.decide(r); err != nil {
		return booking.Booking{}, err
	}
	var b booking.Booking
	err := c.inside(ctx, starting, func(ctx context.Context) error {
		return c.bound(ctx, func() error {
			in, request, err := c.decide(r)
			if err != nil {
				return err
			}
			b, err = do(ctx, request)
			return c.explain(ctx, in, request, err)
		})
	})
	return b, err
}

// decide checks a request against the current catalog and returns what to send to the
// store, or why it is refused.
func (c *Clerk) decide(r TakeRequest) (inForce, booking.Request, error) {
	in, err := c.current()
	if err != nil {
		return in, booking.Request{}, err
	}
	now := c.binding.Now()
	decision := in.Rules.Decide(eligibility.Request{Campaign: r.Campaign, Service: r.Service, Identifier: r.Person, Born: r.Born}, now)
	switch {
	case decision.Outcome == eligibility.Eligible:
		c.admitted.note(decision.Campaign, now)
	case !c.mayBeDone(r, decision, now):
		return in, booking.Request{}, booking.NotEligibleError{Decision: decision}
	}
	campaign, known := in.Campaign(decision.Campaign)
	if !known {
		return in, booking.Request{}, unknownCampaign
	}
	if err := in.checkPlaces(campaign, r.Places, nil); err != nil {
		return in, booking.Request{}, err
	}
	born, _ := eligibility.Born(r.Person, r.Born, in.Rules.Today(now)) // settled: a decision was made by it
	return in, booking.Request{
		Person:   booking.Person{Identifier: r.Person, Born: born},
		Campaign: campaign, Revision: in.Revision(), Places: r.Places, Contact: r.Contact, By: c.here(r.By),
	}, nil
}

// mayBeDone reports whether the request may be a retry of one that was carried out while
// the campaign was open. The store knows it by its key and refuses all others. A campaign
// that is not open yet was open before only if it was postponed since: an early crowd must
// not reach the store, whatever keys it sends.
func (c *Clerk) mayBeDone(r TakeRequest, d eligibility.Decision, now time.Time) bool {
	if r.By.Key == "" {
		return false
	}
	switch d.Outcome {
	case eligibility.Closed, eligibility.Paused:
		return true
	case eligibility.NotYetOpen:
		return c.admitted.lately(d.Campaign, now)
	default:
		return false
	}
}

// explain adds to a refusal of the store what people need to know.
func (c *Clerk) explain(ctx context.Context, in inForce, request booking.Request, err error) error {
	var refusal *booking.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Outcome {
	case booking.NotOpen, booking.Paused, booking.Closed:
		return in.standing(request.Campaign.Name, refusal)
	case booking.NoPlace, booking.NoSlot:
		return booking.AlternativesError{Err: err, Next: c.next(ctx, in, request, refusal.Dose)}
	default:
		return err
	}
}
