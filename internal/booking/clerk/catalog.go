/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// inForce is the catalog to decide by.
type inForce struct{ *binding.Snapshot }

// current returns the catalog in force.
func (c *Clerk) current() (inForce, error) {
	snapshot, err := c.binding.Current()
	if err != nil {
		return inForce{}, fmt.Errorf("%w: %w", booking.ErrNotInForce, err)
	}
	return inForce{snapshot}, nil
}

// attempts is how often a request is decided, each time by a newer catalog, before it
// fails.
const attempts = 3

// bound runs do. If the store refuses because another catalog binds, bound reads that catalog
// and runs do again.
func (c *Clerk) bound(ctx context.Context, do func() error) error {
	for range attempts {
		before := c.binding.Revision()
		err := do()
		if !stale(err) {
			return err
		}
		if c.binding.Revision() != before {
			continue // another goroutine has read it meanwhile
		}
		if err := c.binding.Refresh(ctx); err != nil {
			return fmt.Errorf("read the catalog that binds: %w", err)
		}
	}
	return errStale
}

// stale reports whether the store wants another catalog.
func stale(err error) bool {
	var refusal *booking.Refusal
	return errors.As(err, &refusal) && refusal.Outcome == booking.Stale
}

// checkPlaces returns an error unless all places of a booking exist and suit the doses of
// the campaign. Places that the booking already has stay right, even if the hub's hours
// have changed.
func (in inForce) checkPlaces(campaign catalog.Campaign, places []booking.Place, has []booking.Appointment) error {
	var doses []dose.Appointment
	for i, place := range places {
		day, exists := in.dayOf(place, has)
		_, known := in.Hub(place.Hub)
		switch {
		case !exists && known:
			return &booking.Refusal{Outcome: booking.NoSlot, Dose: i + 1}
		case !exists: // the hub is wrong
			day = in.Rules.Today(place.StartsAt)
		}
		doses = append(doses, dose.Appointment{Hub: place.Hub, Day: day})
	}
	offers := func(name string) bool {
		return slices.ContainsFunc(in.HubsOf(campaign.Name), func(h catalog.Hub) bool { return h.Name == name }) ||
			slices.ContainsFunc(has, func(a booking.Appointment) bool { return a.Hub == name })
	}
	return dose.Rule(campaign.Doses).Check(doses, offers)
}

// dayOf returns the day of a place.
func (in inForce) dayOf(place booking.Place, has []booking.Appointment) (day civil.Day, exists bool) {
	for _, a := range has {
		if a.Hub == place.Hub && a.StartsAt.Equal(place.StartsAt) {
			return a.Day, true
		}
	}
	day, _, exists = in.SlotAt(place.Hub, place.StartsAt)
	return day, exists
}

// standing turns a refusal of the store about a campaign into a decision, which has the
// catalog's words.
func (in inForce) standing(name string, refusal *booking.Refusal) error {
	c, known := in.Campaign(name)
	if !known {
		return refusal
	}
	outcome := eligibility.NotYetOpen
	switch {
	case refusal.Outcome == booking.Paused && c.Paused != "":
		outcome = eligibility.Paused
	case refusal.Outcome == booking.Closed && c.ClosesAt != nil:
		outcome = eligibility.Closed
	case refusal.Outcome != booking.NotOpen:
		return refusal
	}
	return booking.NotEligibleError{Decision: in.decision(outcome, c)}
}

// decision returns the decision about a campaign that takes no bookings.
func (in inForce) decision(outcome eligibility.Outcome, c catalog.Campaign) eligibility.Decision {
	d := eligibility.Decision{Outcome: outcome, Campaign: c.Name}
	switch outcome {
	case eligibility.Paused:
		d.Reason = c.Paused
	case eligibility.Closed:
		d.ClosedAt, d.ClosedAtLocal = *c.ClosesAt, opening.Words(*c.ClosesAt, in.Zone)
	default:
		d.OpensAt, d.OpensAtLocal = c.OpensAt, c.OpensAtLocal
	}
	return d
}

// unknownCampaign means that the service has no campaign of that name.
var unknownCampaign = booking.NotEligibleError{Decision: eligibility.Decision{Outcome: eligibility.UnknownCampaign}}

// errStale means that the catalog changed again after every attempt.
var errStale = errors.New("the catalog changed again after every attempt")
