/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package eligibility decides whether somebody may book now, from the catalog, a
// birth date and the store's clock, and nothing else: no decision depends on, or
// tells anything of, anybody else. It reads no clock.
//
// A campaign includes a birth date that lies in its band, both ends included; one
// without a band includes everyone. At an instant now it is
//
//	Closed        where it closes at or before now, else
//	Paused        where it has a reason not to take bookings, opened or not, else
//	NotYetOpen    where it opens after now, else
//	Eligible      open to whom it includes
//
// so that it opens with its very instant, and is closed with the instant at which it
// closes. Of the campaigns of a service that include a birth date the best is chosen:
//
//  1. one that is open, that which opened first;
//  2. one that opens, that which opens soonest;
//  3. one that is paused, for nobody knows until when: that which opens first;
//  4. one that has closed, the latest.
//
// Ties are decided by name.
//
//	asked for               answered with
//	a service               the best; YourBandOpens instead of NotYetOpen where the
//	                        service has opened already, but to others
//	a campaign, included    that campaign alone
//	a campaign, not so      the best of its service, as YourBandIsOpen or YourBandOpens
//	                        where it is or will be open
//
// Nobody is NotEligible whom some campaign of the service includes.
//
// # Birth dates
//
// A codice fiscale says the birth date, but may leave the century open: then the
// person says which. Whatever the person says must agree with the code. Codes that
// say no birth date leave it to the person, and to whoever looks at the papers at
// the hub.
package eligibility

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// Rules are what one revision of a catalog says of who may book when. They do not
// change, and any number of requests may ask them at once.
type Rules struct {
	zone      *time.Location
	byName    map[string]*campaign
	byService map[string][]*campaign
}

// campaign is one of a catalog, with what requests need of it at hand.
type campaign struct {
	catalog.Campaign
	from, to      civil.Day // none where there is no band
	closesAtLocal string
}

// New reads the rules of a catalog. Its hubs are not looked at.
func New(c catalog.Catalog) (*Rules, error) {
	zone, err := opening.Zone(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("read who may book: timeZone: %w", err)
	}
	r := &Rules{zone: zone, byName: map[string]*campaign{}, byService: map[string][]*campaign{}}
	for _, listed := range c.Campaigns {
		campaign, err := r.read(listed)
		if err != nil {
			return nil, fmt.Errorf("read who may book: campaign %s: %w", listed.Name, err)
		}
		r.byName[campaign.Name] = campaign
		r.byService[campaign.Service] = append(r.byService[campaign.Service], campaign)
	}
	return r, nil
}

func (r *Rules) read(listed catalog.Campaign) (*campaign, error) {
	c := &campaign{Campaign: listed}
	if listed.ClosesAt != nil {
		c.closesAtLocal = opening.Words(*listed.ClosesAt, r.zone)
	}
	if listed.AgeBand == nil {
		return c, nil
	}
	var err error
	if c.from, err = civil.Parse(listed.AgeBand.BornFrom); err != nil {
		return nil, fmt.Errorf("ageBand.bornFrom %w", err)
	}
	if c.to, err = civil.Parse(listed.AgeBand.BornTo); err != nil {
		return nil, fmt.Errorf("ageBand.bornTo %w", err)
	}
	return c, nil
}

// includes reports whether somebody of a birth date belongs to c.
func (c *campaign) includes(born civil.Day) bool {
	return c.AgeBand == nil || !born.Before(c.from) && !born.After(c.to)
}

// standing is how c stands to those whom it includes.
func (c *campaign) standing(now time.Time) Outcome {
	switch {
	case c.ClosesAt != nil && !now.Before(*c.ClosesAt):
		return Closed
	case c.Paused != "":
		return Paused
	case now.Before(c.OpensAt):
		return NotYetOpen
	}
	return Eligible
}

// preference is how soon a standing lets people book; less is better.
var preference = map[Outcome]int{Eligible: 1, NotYetOpen: 2, Paused: 3, Closed: 4}

// Today is the day in the catalog's zone.
func (r *Rules) Today(now time.Time) civil.Day { return civil.On(now, r.zone) }

// Decide says whether somebody may book now, by the store's clock, and if not, why.
func (r *Rules) Decide(q Request, now time.Time) Decision {
	asked, service, unknown := r.asked(q)
	if unknown != "" {
		return Decision{Outcome: unknown}
	}
	born, unusable := Born(q.Identifier, q.Born, r.Today(now))
	if unusable != "" {
		return Decision{Outcome: unusable}
	}
	if asked != nil && asked.includes(born) {
		return asked.decision(asked.standing(now))
	}
	best := r.best(service, born, now)
	if best == nil {
		return Decision{Outcome: NotEligible}
	}
	standing := best.standing(now)
	switch {
	case asked != nil && standing == Eligible:
		standing = YourBandIsOpen
	case standing == NotYetOpen && (asked != nil || r.open(service, now)):
		standing = YourBandOpens
	}
	return best.decision(standing)
}

// asked returns the campaign that a request names, if any, and the service.
func (r *Rules) asked(q Request) (asked *campaign, service string, unknown Outcome) {
	if q.Campaign == "" {
		if len(r.byService[q.Service]) == 0 {
			return nil, "", UnknownService
		}
		return nil, q.Service, ""
	}
	asked = r.byName[q.Campaign]
	if asked == nil || q.Service != "" && q.Service != asked.Service {
		return nil, "", UnknownCampaign
	}
	return asked, asked.Service, ""
}

// best returns the campaign of a service that lets somebody book soonest, or none.
func (r *Rules) best(service string, born civil.Day, now time.Time) *campaign {
	var best *campaign
	for _, c := range r.byService[service] {
		if c.includes(born) && (best == nil || c.compare(best, now) < 0) {
			best = c
		}
	}
	return best
}

// compare orders campaigns as people would choose them, the best first.
func (c *campaign) compare(other *campaign, now time.Time) int {
	standing := c.standing(now)
	if by := cmp.Compare(preference[standing], preference[other.standing(now)]); by != 0 {
		return by
	}
	if standing == Closed {
		return cmp.Or(other.ClosesAt.Compare(*c.ClosesAt), cmp.Compare(c.Name, other.Name))
	}
	return cmp.Or(c.OpensAt.Compare(other.OpensAt), cmp.Compare(c.Name, other.Name))
}

// open reports whether a service is open to anybody.
func (r *Rules) open(service string, now time.Time) bool {
	return slices.ContainsFunc(r.byService[service], func(c *campaign) bool { return c.standing(now) == Eligible })
}
