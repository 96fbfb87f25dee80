/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// The names of parameters. Those with a star are IHE's.
const (
	startParameter       = "start"                 // * the first day of the first dose
	endParameter         = "end"                   // * the last one
	serviceParameter     = "visit-type"            // *
	campaignParameter    = "campaign"              //
	locationParameter    = "location-reference"    // *
	nearParameter        = "near"                  // as FHIR searches for Location
	patientParameter     = "patient-resource"      // *
	countParameter       = "_count"                // *
	appointmentParameter = "appointment-reference" // *
	slotParameter        = "slot"                  //
)

// The most that one request may ask for.
const (
	MaxHubs   = 50 // in one search
	MaxDoses  = 10
	MaxOffers = 100
)

// What is asked is either a campaign, or whichever campaign of a service.
type subject struct{ service, campaign string }

// Find asks for places that are free, in $find.
type Find struct {
	Service  string // "" where the campaign was named
	Campaign string // "" where the service was named
	Patient  Patient
	From, To civil.Day // of the first dose; none where it is left open
	Hubs     []string  // in order of preference; none: all
	Near     *Near     // nil: wherever
	Offers   int       // how many sets of appointments; 0 where it is left open
	// Moves is what is booked and is to be moved there; none where nothing is.
	Moves number.Number
}

// Take asks for places, to hold them in $hold or book them at once in $book.
type Take struct {
	Service  string
	Campaign string
	Patient  Patient         // with an identifier
	Places   []booking.Place // in order of doses
}

// Change is what is done with a booking that there is: $book of what is held,
// $extend, $cancel, $move, or only to look at it.
type Change struct {
	booking.Reference
	Contact booking.Contact // of a $book
	Places  []booking.Place // of a $move, in order of doses
}

// Book is either a Take or, of what is held, a Change; the other is nil.
type Book struct {
	Take    *Take
	Confirm *Change
}

// ParseFind reads the parameters of $find. Days are those of a zone.
func ParseFind(body []byte, zone *time.Location) (Find, error) {
	p, err := parseParameters(body)
	if err != nil {
		return Find{}, err
	}
	asked := p.subject()
	f := Find{Service: asked.service, Campaign: asked.campaign, Patient: p.patient()}
	f.From, f.To = p.day(startParameter, zone), p.day(endParameter, zone)
	if end, ok := p.one(endParameter); ok && !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		end.wrong("", WrongValue, "is before the start", "write start and end in order")
	}
	for _, location := range p.many(locationParameter, MaxHubs) {
		f.Hubs = append(f.Hubs, location.hub())
	}
	if near, ok := p.one(nearParameter); ok {
		f.Near = near.near()
	}
	_, f.Moves = p.targets()
	if count, ok := p.one(countParameter); ok {
		name := count.value("write how many", "valueInteger", "valuePositiveInt", "valueUnsignedInt")
		f.Offers = count.whole(name, 1, MaxOffers)
	}
	if err := p.err(); err != nil {
		return Find{}, err
	}
	return f, nil
}

// subject reads what is asked for.
func (p parameters) subject() subject {
	var s subject
	campaign, named := p.one(campaignParameter)
	if named {
		s.campaign = campaign.code(CampaignSystem, "write the name of a campaign, such as born-1946-1950")
	}
	service, said := p.one(serviceParameter)
	if said {
		s.service = service.code(ServiceSystem, "write a service, such as Vaccination")
	}
	if !named && !said {
		p.missing(serviceParameter, "write it or "+campaignParameter)
	}
	return s
}

func (p parameters) day(name string, zone *time.Location) civil.Day {
	parameter, ok := p.one(name)
	if !ok {
		return civil.Day{}
	}
	return parameter.day(parameter.value("write a day, such as 2026-12-02", "valueDate", "valueDateTime"), zone)
}

// ParseHold reads the parameters of $hold.
func ParseHold(body []byte) (Take, error) {
	p, err := parseParameters(body)
	if err != nil {
		return Take{}, err
	}
	places, booked := p.targets()
	if !booked.IsZero() {
		p.first(appointmentParameter).wrong("", WrongValue, "is held or booked already", "write those that were proposed")
	}
	return p.take(places)
}

// ParseBook reads the parameters of $book: slots of their own, or the number of what
// is held.
func ParseBook(body []byte) (Book, error) {
	p, err := parseParameters(body)
	if err != nil {
		return Book{}, err
	}
	places, held := p.targets()
	if held.IsZero() {
		take, err := p.take(places)
		if err != nil {
			return Book{}, err
		}
		return Book{Take: &take}, nil
	}
	if len(places) > 0 {
		p.first(slotParameter).wrong("", WrongValue, "is there besides what is held", "book what is held, or slots, not both")
	}
	change, err := p.change(held)
	if err != nil {
		return Book{}, err
	}
	return Book{Confirm: &change}, nil
}

// ParseChange reads the parameters of $extend and $cancel, and of a search that is
// sent as Parameters: the number and whose it is.
func ParseChange(body []byte) (Change, error) {
	p, err := parseParameters(body)
	if err != nil {
		return Change{}, err
	}
	_, booked := p.targets()
	return p.change(booked)
}

// ParseMove reads the parameters of $move: which booking, and the slots that it is
// to have, of all of its doses in order.
func ParseMove(body []byte) (Change, error) {
	p, err := parseParameters(body)
	if err != nil {
		return Change{}, err
	}
	places, booked := p.targets()
	if len(places) == 0 {
		p.missing(slotParameter, "write a slot for each dose, in order; also those that stay")
	}
	change, err := p.change(booked)
	if err != nil {
		return Change{}, err
	}
	change.Places = places
	return change, nil
}

// targets reads the slots and the booking that are named. Appointments that were
// proposed stand for their slots; those of one booking may all be named.
func (p parameters) targets() (places []booking.Place, booked number.Number) {
	for i, appointment := range p.many(appointmentParameter, MaxDoses) {
		t := appointment.appointment()
		if i == 0 {
			booked = t.number
		}
		if t.number != booked {
			appointment.wrong("", WrongValue, "is not of the same booking as the first", "name what was proposed, or one booking")
		}
		if t.number.IsZero() {
			places = append(places, t.place)
		}
	}
	slots := p.many(slotParameter, MaxDoses)
	if len(slots) > 0 && len(places) > 0 {
		slots[0].wrong("", WrongValue, "is there besides appointments that were proposed", "name one or the other")
	}
	for _, slot := range slots {
		places = append(places, slot.place())
	}
	return places, booked
}

func (p parameters) take(places []booking.Place) (Take, error) {
	if len(places) == 0 {
		p.missing(slotParameter, "write a slot for each dose, in order")
	}
	asked := p.subject()
	t := Take{Service: asked.service, Campaign: asked.campaign, Patient: p.identified(), Places: places}
	if err := p.err(); err != nil {
		return Take{}, err
	}
	return t, nil
}

func (p parameters) change(booked number.Number) (Change, error) {
	if booked.IsZero() {
		p.missing(appointmentParameter, rightNumber)
	}
	patient := p.identified()
	if err := p.err(); err != nil {
		return Change{}, err
	}
	return Change{Reference: booking.Reference{Number: booked, Identifier: patient.Identifier}, Contact: patient.Contact}, nil
}
