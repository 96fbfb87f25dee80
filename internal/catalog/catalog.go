/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package catalog is the document that tells booking pods which hubs and
// openings exist. The operator writes it, the booking server reads it; it
// needs nothing but the standard library, so that the doors open even where
// no cluster answers.
//
// Invariants:
//
//   - The same hubs and campaigns give the same bytes, in whatever order they
//     come: every list whose order says nothing is sorted.
//   - The digest is that of the bytes without the revision. The revision
//     grows by one when the digest changes, and only then; it never falls.
//     The highest revision binds every booking, so a smaller one after a
//     greater would be a postponement that nobody heeds. That is also why a
//     platform's first is the second in which it was created, in Unix time:
//     one created anew over an old store begins above all that the store has
//     seen. It fits 53 bits, as every reader of JSON needs it to.
//   - What was encoded decodes to the same catalog. What does not decode is
//     refused as a whole, and the reader keeps the catalog that it has.
//   - Booking pods outlive upgrades of the operator, so a reader meets
//     documents newer than itself. Fields that it does not know it passes
//     over; a change that an old reader must not pass over takes a new
//     format, which it refuses by name.
package catalog

import (
	"fmt"
	"time"
)

// The limits of one catalog. A ConfigMap holds at most 1 MiB.
const (
	MaxBytes     = 900 << 10
	MaxHubs      = 1000
	MaxCampaigns = 200
)

// Catalog is the hubs and campaigns of one platform.
type Catalog struct {
	Revision int64  `json:"revision,omitempty"` // at least 1
	Platform string `json:"platform"`
	TimeZone string `json:"timeZone"` // IANA name, of the hubs' hours
	// CallCentrePlaces are kept for people who call; nil: none are.
	CallCentrePlaces *CallCentrePlaces `json:"callCentrePlaces,omitempty"`
	Hubs             []Hub             `json:"hubs,omitempty"`
	Campaigns        []Campaign        `json:"campaigns,omitempty"`
}

// Hub is a place where people are vaccinated or tested.
type Hub struct {
	Name                  string            `json:"name"`
	DisplayName           string            `json:"displayName"`
	HealthAuthority       string            `json:"healthAuthority,omitempty"`
	Address               string            `json:"address"`
	Coordinates           *Coordinates      `json:"coordinates,omitempty"`
	Services              []string          `json:"services"` // Vaccination, Test
	Stations              int               `json:"stations"`
	MinutesPerAppointment int               `json:"minutesPerAppointment"`
	OpeningHours          []Hours           `json:"openingHours"`
	ClosedOn              []string          `json:"closedOn,omitempty"` // YYYY-MM-DD
	Labels                map[string]string `json:"labels,omitempty"`
}

// Coordinates are degrees in decimal notation, WGS 84.
type Coordinates struct {
	Latitude  string `json:"latitude"`
	Longitude string `json:"longitude"`
}

// Hours are the same hours on some days of the week.
type Hours struct {
	Days   []string `json:"days"`   // Monday to Sunday
	Opens  string   `json:"opens"`  // HH:MM
	Closes string   `json:"closes"` // HH:MM, up to 24:00
}

// Campaign is one group of people and the instant from which they may book.
type Campaign struct {
	Name         string     `json:"name"`
	Service      string     `json:"service"`
	AgeBand      *AgeBand   `json:"ageBand,omitempty"`    // nil: everyone
	OpensAt      time.Time  `json:"opensAt"`              // UTC, whole seconds
	OpensAtLocal string     `json:"opensAtLocal"`         // the same in words
	ClosesAt     *time.Time `json:"closesAt,omitempty"`   // nil: stays open
	Doses        Doses      `json:"doses"`                // what one booking reserves
	HubSelector  Selector   `json:"hubSelector,omitzero"` // zero: every hub with the service
	// Paused is the reason, as people read it, for which the campaign takes no
	// bookings; "" when it is not paused.
	Paused string `json:"paused,omitempty"`
}

// AgeBand is a range of birth dates, both inclusive.
type AgeBand struct {
	BornFrom string `json:"bornFrom"` // YYYY-MM-DD
	BornTo   string `json:"bornTo"`
}

// Doses is the number of appointments of one booking, and the interval between them.
type Doses struct {
	Count           int `json:"count"`
	MinIntervalDays int `json:"minIntervalDays,omitempty"`
	MaxIntervalDays int `json:"maxIntervalDays,omitempty"`
}

// Offers reports whether people of c can be booked into h.
func (c Campaign) Offers(h Hub) bool {
	for _, service := range h.Services {
		if service == c.Service {
			return c.HubSelector.Matches(h.Labels)
		}
	}
	return false
}

// Published identifies a published catalog.
type Published struct {
	Revision int64
	Digest   string
}

// Published identifies c.
func (c Catalog) Published() Published {
	return Published{Revision: c.Revision, Digest: c.Digest()}
}

// Next sets the revision under which to publish wanted, from everything known to have
// been published: the ConfigMap's contents and, in case somebody has deleted it, the
// platform's status.
//
// It is the greatest known revision, if that has the wanted contents, else one more. Two
// publications under the greatest revision with different contents also need one more,
// since pods may hold either. If none is known, it is 1: whoever publishes over an old
// store passes the revision to start above.
func Next(wanted Catalog, known ...Published) Catalog {
	var last Published
	same := false
	digest := wanted.Digest()
	for _, p := range known {
		switch {
		case p.Revision > last.Revision:
			last, same = p, p.Digest == digest
		case p.Revision == last.Revision:
			same = same && p.Digest == digest
		}
	}
	wanted.Revision = last.Revision
	if !same {
		wanted.Revision++
	}
	return wanted
}

// Wider than the API's limits, so that the API may allow more one day without older
// readers refusing the catalog.
const (
	maxCallCentrePercent  = 100
	maxReleaseBeforeHours = 366 * 24
)

// CallCentrePlaces configures the places of each slot that only the call centre may
// take, until they are released to everybody.
type CallCentrePlaces struct {
	Percent            int `json:"percent"`            // of a slot's places: see [Catalog.PlacesKept]
	ReleaseBeforeHours int `json:"releaseBeforeHours"` // before the slot starts; 0: never released
}

// PlacesKept returns how many places of a slot with that many stations are kept for
// the call centre: the percentage of them, rounded up. At least one place is left
// to everybody, so a hub with one station keeps none.
func (c Catalog) PlacesKept(stations int) int {
	if c.CallCentrePlaces == nil || stations < 2 {
		return 0
	}
	percent := c.CallCentrePlaces.Percent
	// By whole hundreds first: a document may name more stations than can be
	// multiplied.
	kept := stations/100*percent + (stations%100*percent+99)/100
	return min(kept, stations-1)
}

func (p *CallCentrePlaces) check() error {
	switch {
	case p == nil:
		return nil
	case p.Percent < 1 || p.Percent > maxCallCentrePercent:
		return fmt.Errorf("callCentrePlaces: percent is %d: write 1 to %d, or leave callCentrePlaces out", p.Percent, maxCallCentrePercent)
	case p.ReleaseBeforeHours < 0 || p.ReleaseBeforeHours > maxReleaseBeforeHours:
		return fmt.Errorf("callCentrePlaces: releaseBeforeHours is %d: write 0 to %d", p.ReleaseBeforeHours, maxReleaseBeforeHours)
	}
	return nil
}
