/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package catalog defines the document that tells booking pods which hubs and
// openings exist. The operator writes it, and the booking server reads it. It
// needs only the standard library: openings do not depend on a cluster.
//
// Invariants:
//
//   - The same hubs and campaigns give the same bytes, in whatever order they
//     come: every list whose order does not matter is sorted.
//   - The digest covers the bytes without the revision. The revision
//     grows by one when the digest changes, and only then; it never falls.
//     The highest revision binds every booking, so everybody would ignore a
//     postponement with a smaller one. Therefore a platform's first revision
//     is the second in which it was created, in Unix time: a platform that is
//     created again over an old store begins above every revision that the
//     store has seen. It fits 53 bits, which every reader of JSON supports.
//   - Encoding and decoding give the same catalog. A reader refuses an invalid
//     document as a whole, and keeps the catalog that it has.
//   - Booking pods outlive upgrades of the operator, so a reader meets
//     documents newer than itself. It ignores unknown fields; a change that an
//     old reader must not ignore gets a new format, which it refuses by name.
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

// PlacesKept returns the number of places of a slot that are kept for the call centre:
// the percentage of the stations, rounded up. At least one place is left to everybody,
// so a hub with one station keeps none.
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
