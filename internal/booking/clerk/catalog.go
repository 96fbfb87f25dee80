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

// inForce is the catalog that something is decided by.
type inForce struct{ *binding.Snapshot }

// current gives the catalog in force.
func (c *Clerk) current() (inForce, error) {
	snapshot, err := c.binding.Current()
	if err != nil {
		return inForce{}, fmt.Errorf("%w: %w", ErrNotInForce, err)
	}
	return inForce{snapshot}, nil
}

// attempts is how often something is decided, each time by a newer catalog, before
// somebody is asked to come again.
const attempts = 3

// bound does something by the catalog that binds: where the store says that it is
// another, that one is read, and it is done again.
func (c *Clerk) bound(ctx context.Context, do func() error) error {
	for range attempts {
		before := c.binding.Revision()
		err := do()
		if !stale(err) {
			return err
		}
		if c.binding.Revision() != before {
			continue // somebody else has read it meanwhile
		}
		if err := c.binding.Refresh(ctx); err != nil {
			return fmt.Errorf("read the catalog that binds: %w", err)
		}
	}
	return errStale
}

// stale tells whether the store wants it decided by another catalog.
func stale(err error) bool {
	var refusal *booking.Refusal
	return errors.As(err, &refusal) && refusal.Outcome == booking.Stale
}

// fit tells what is wrong with the places of a booking, if anything is: each must be
// there, and all right for the doses of the campaign. Those that the booking has
// stay right, whatever their hub's hours are now.
func (in inForce) fit(campaign catalog.Campaign, places []booking.Place, has []booking.Appointment) error {
	var doses []dose.Appointment
	for i, place := range places {
		day, exists := in.dayOf(place, has)
		_, known := in.Hub(place.Hub)
		switch {
		case !exists && known:
			return &booking.Refusal{Outcome: booking.NoSlot, Dose: i + 1}
		case !exists: // what is wrong is the hub
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

// dayOf gives the day of a place.
func (in inForce) dayOf(place booking.Place, has []booking.Appointment) (day civil.Day, exists bool) {
	for _, a := range has {
		if a.Hub == place.Hub && a.StartsAt.Equal(place.StartsAt) {
			return a.Day, true
		}
	}
	day, _, exists = in.SlotAt(place.Hub, place.StartsAt)
	return day, exists
}

// standing says how a campaign stands, as the store has found, in the catalog's words.
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
	return Decided{in.decision(outcome, c)}
}

// decision is what people are told of a campaign.
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

// unknownCampaign is that there is none of the name that was said, for the service.
var unknownCampaign = Decided{eligibility.Decision{Outcome: eligibility.UnknownCampaign}}
