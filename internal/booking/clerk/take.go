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

// Wish is what somebody wants to take, and who it is for.
type Wish struct {
	Campaign string // "": whichever of the service is theirs
	Service  string // may be "" where the campaign is named
	Person   identifier.Identifier
	Born     civil.Day       // as the person says; none where it was not said
	Places   []booking.Place // one of each dose, in order
	Contact  booking.Contact
	By       booking.By // its channel is the clerk's, whatever it says
}

// Hold keeps places for somebody, for [store.HoldTime].
func (c *Clerk) Hold(ctx context.Context, w Wish) (booking.Booking, error) {
	return c.take(ctx, w, c.store.Hold)
}

// Book books places at once.
func (c *Clerk) Book(ctx context.Context, w Wish) (booking.Booking, error) {
	return c.take(ctx, w, c.store.Book)
}

// take takes places for somebody. Whoever may not, by what is known here, is told so
// without asking the store.
func (c *Clerk) take(ctx context.Context, w Wish, do func(context.Context, booking.Request) (booking.Booking, error)) (booking.Booking, error) {
	if err := c.allow(w.Person); err != nil {
		return booking.Booking{}, err
	}
	if _, _, err := c.decide(w); err != nil {
		return booking.Booking{}, err
	}
	var b booking.Booking
	err := c.inside(ctx, starting, func(ctx context.Context) error {
		return c.bound(ctx, func() error {
			in, request, err := c.decide(w)
			if err != nil {
				return err
			}
			b, err = do(ctx, request)
			return c.explain(ctx, in, request, err)
		})
	})
	return b, err
}

// decide tells, by the catalog in force here, what to ask the store for; else why
// somebody may not take what they wish.
func (c *Clerk) decide(w Wish) (inForce, booking.Request, error) {
	in, err := c.current()
	if err != nil {
		return in, booking.Request{}, err
	}
	now := c.binding.Now()
	decision := in.Rules.Decide(eligibility.Request{Campaign: w.Campaign, Service: w.Service, Identifier: w.Person, Born: w.Born}, now)
	switch {
	case decision.Outcome == eligibility.Eligible:
		c.admitted.note(decision.Campaign, now)
	case !c.mayBeDone(w, decision, now):
		return in, booking.Request{}, Decided{decision}
	}
	campaign, known := in.Campaign(decision.Campaign)
	if !known {
		return in, booking.Request{}, unknownCampaign
	}
	if err := in.fit(campaign, w.Places, nil); err != nil {
		return in, booking.Request{}, err
	}
	born, _ := eligibility.Born(w.Person, w.Born, in.Rules.Today(now)) // settled: a decision was made by it
	return in, booking.Request{
		Person:   booking.Person{Identifier: w.Person, Born: born},
		Campaign: campaign, Revision: in.Revision(), Places: w.Places, Contact: w.Contact, By: c.here(w.By),
	}, nil
}

// mayBeDone tells whether the same request may have been carried out before, while the
// campaign was open. The store knows it by its key, and refuses all others. An opening
// that has yet to come was one before only where it was postponed since: the crowd that
// is early must not get as far as the store, whatever keys they have.
func (c *Clerk) mayBeDone(w Wish, d eligibility.Decision, now time.Time) bool {
	if w.By.Key == "" {
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

// explain adds to what the store refuses what people need to be told.
func (c *Clerk) explain(ctx context.Context, in inForce, request booking.Request, err error) error {
	var refusal *booking.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Outcome {
	case booking.NotOpen, booking.Paused, booking.Closed:
		return in.standing(request.Campaign.Name, refusal)
	case booking.NoPlace, booking.NoSlot:
		return Beside{Err: err, Next: c.next(ctx, in, request, refusal.Dose)}
	default:
		return err
	}
}
