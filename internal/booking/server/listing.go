/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"slices"
	"sync/atomic"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/store"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// listing is a catalog, with what this server writes of it.
type listing struct {
	*binding.Snapshot
	directory            *fhir.Directory
	locations, schedules []byte
}

// listings keep the listing of the newest catalog.
type listings struct{ newest atomic.Pointer[listing] }

// of gives the listing of a catalog.
func (l *listings) of(snapshot *binding.Snapshot) (*listing, error) {
	if newest := l.newest.Load(); newest != nil && newest.Snapshot == snapshot {
		return newest, nil
	}
	directory, err := fhir.NewDirectory(snapshot.Catalog)
	if err != nil {
		return nil, err
	}
	made := &listing{Snapshot: snapshot, directory: directory}
	if made.locations, err = written(fhir.Searchset(directory.Locations())); err != nil {
		return nil, err
	}
	if made.schedules, err = written(fhir.Searchset(directory.Schedules())); err != nil {
		return nil, err
	}
	l.newest.Store(made)
	return made, nil
}

// current gives the catalog in force.
func (s *Server) current() (*listing, error) {
	snapshot, err := s.Binding.Current()
	if err != nil {
		return nil, err
	}
	return s.listings.of(snapshot)
}

// latest gives the catalog in force or, where it may not be used to decide any more,
// the last one: what is booked is told all the same.
func (s *Server) latest() (*listing, error) {
	in, err := s.current()
	if newest := s.listings.newest.Load(); err != nil && newest != nil {
		return newest, nil
	}
	return in, err
}

// fit tells what is wrong with the places of a booking, if anything is: each must be
// there, and all right for the doses of the campaign. Those that the booking has
// stay right, whatever their hub's hours are now.
func (l *listing) fit(campaign catalog.Campaign, places []store.Place, has []store.Appointment) error {
	var doses []dose.Appointment
	for i, place := range places {
		day, exists := l.dayOf(place, has)
		_, known := l.Hub(place.Hub)
		switch {
		case !exists && known:
			return &store.Refusal{Outcome: store.NoSlot, Dose: i + 1}
		case !exists: // what is wrong is the hub
			day = l.Rules.Today(place.StartsAt)
		}
		doses = append(doses, dose.Appointment{Hub: place.Hub, Day: day})
	}
	offers := func(name string) bool {
		return slices.ContainsFunc(l.HubsOf(campaign.Name), func(h catalog.Hub) bool { return h.Name == name }) ||
			slices.ContainsFunc(has, func(a store.Appointment) bool { return a.Hub == name })
	}
	return dose.Rule(campaign.Doses).Check(doses, offers)
}

// dayOf gives the day of a place.
func (l *listing) dayOf(place store.Place, has []store.Appointment) (day civil.Day, exists bool) {
	for _, a := range has {
		if a.Hub == place.Hub && a.StartsAt.Equal(place.StartsAt) {
			return a.Day, true
		}
	}
	day, _, exists = l.SlotAt(place.Hub, place.StartsAt)
	return day, exists
}

// standing says how a campaign stands, as the store has found, in the catalog's words.
func (l *listing) standing(name string, refusal *store.Refusal) error {
	c, known := l.Campaign(name)
	if !known {
		return refusal
	}
	outcome := eligibility.NotYetOpen
	switch {
	case refusal.Outcome == store.Paused && c.Paused != "":
		outcome = eligibility.Paused
	case refusal.Outcome == store.Closed && c.ClosesAt != nil:
		outcome = eligibility.Closed
	case refusal.Outcome != store.NotOpen:
		return refusal
	}
	return fhir.Decided{Decision: l.decision(outcome, c)}
}

// decision is what people are told of a campaign.
func (l *listing) decision(outcome eligibility.Outcome, c catalog.Campaign) eligibility.Decision {
	d := eligibility.Decision{Outcome: outcome, Campaign: c.Name}
	switch outcome {
	case eligibility.Paused:
		d.Reason = c.Paused
	case eligibility.Closed:
		d.ClosedAt, d.ClosedAtLocal = *c.ClosesAt, opening.Words(*c.ClosesAt, l.Zone)
	default:
		d.OpensAt, d.OpensAtLocal = c.OpensAt, c.OpensAtLocal
	}
	return d
}
