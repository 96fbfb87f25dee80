/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package eligibility decides whether a person may book now, from the catalog, a birth date
// and the store's clock alone: no decision depends on other people, or reveals anything
// about them. It reads no clock.
//
// A campaign includes a birth date that lies in its band, both ends included; one
// without a band includes everyone. At an instant now it is
//
//	Closed        if it closes at or before now, else
//	Paused        if it has a reason not to take bookings, opened or not, else
//	NotYetOpen    if it opens after now, else
//	Eligible      for the people it includes
//
// so it is open from the instant at which it opens, until just before the instant at which
// it closes. Of a service's campaigns that include a birth date, this is the best:
//
//  1. an open one: the one that opened first;
//  2. one that will open: the one that opens soonest;
//  3. a paused one, because its end is unknown: the one that opens first;
//  4. a closed one: the one that closed last.
//
// Ties are decided by name.
//
//	asked for               answered with
//	a service               the best; YourBandOpens instead of NotYetOpen if the service
//	                        is already open to others
//	a campaign that         that campaign alone
//	includes them
//	another campaign        the best of its service; YourBandIsOpen or YourBandOpens if
//	                        that is or will be open
//
// A person is NotEligible only if no campaign of the service includes them.
//
// # Birth dates
//
// A codice fiscale contains the birth date, but may leave the century open: then the person
// gives the whole date. A date that a person gives must agree with the code. If a code
// contains no birth date, the person's own counts, and the hub checks it against the papers.
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

// Rules decide who may book when, by one revision of a catalog. They do not change; any
// number of goroutines may use them.
type Rules struct {
	zone      *time.Location
	byName    map[string]*campaign
	byService map[string][]*campaign
}

// campaign of a catalog, prepared for requests.
type campaign struct {
	catalog.Campaign
	from, to      civil.Day // zero without a band
	closesAtLocal string
}

// New reads the rules of a catalog. It ignores the hubs.
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

// includes reports whether c is for people of a birth date.
func (c *campaign) includes(born civil.Day) bool {
	return c.AgeBand == nil || !born.Before(c.from) && !born.After(c.to)
}

// standing returns the state of c for the people it includes.
func (c *campaign) standing(now time.Time) Outcome { return StateOf(c.Campaign, now) }

// StateOf returns the state of a campaign for the people it includes: Closed, Paused,
// NotYetOpen or Eligible.
func StateOf(c catalog.Campaign, now time.Time) Outcome {
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

// preference orders standings by how soon people can book; less is better.
var preference = map[Outcome]int{Eligible: 1, NotYetOpen: 2, Paused: 3, Closed: 4}

// Today returns the day in the catalog's zone.
func (r *Rules) Today(now time.Time) civil.Day { return civil.On(now, r.zone) }

// Decide decides whether a person may book now, by the store's clock.
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

// asked returns the campaign that a request names, if any, and its service.
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

// best returns the best campaign of a service for a birth date, or nil.
func (r *Rules) best(service string, born civil.Day, now time.Time) *campaign {
	var best *campaign
	for _, c := range r.byService[service] {
		if c.includes(born) && (best == nil || c.compare(best, now) < 0) {
			best = c
		}
	}
	return best
}

// compare orders campaigns, the best first.
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
