/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/hours"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

// Directory writes the hubs of a catalog, and bookings at them, as resources. It is
// immutable; any number of goroutines may use one.
type Directory struct {
	zone  *time.Location
	hubs  []catalog.Hub
	named map[string]int // place in hubs
	open  map[string]schedule.Hub
}

// NewDirectory returns the Directory of a catalog.
func NewDirectory(c catalog.Catalog) (*Directory, error) {
	zone, err := opening.Zone(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("read the hubs: timeZone: %w", err)
	}
	d := &Directory{zone: zone, hubs: c.Hubs, named: map[string]int{}, open: map[string]schedule.Hub{}}
	for i, hub := range c.Hubs {
		d.named[hub.Name] = i
		if d.open[hub.Name], err = hours.ForHub(hub); err != nil {
			return nil, fmt.Errorf("read the hubs: %w", err)
		}
	}
	return d, nil
}

// Zone returns the time zone of the hubs.
func (d *Directory) Zone() *time.Location { return d.zone }

// Location returns the hub of a name.
func (d *Directory) Location(hub string) (Location, bool) {
	i, ok := d.named[hub]
	if !ok {
		return Location{}, false
	}
	return locationOf(d.hubs[i]), true
}

// Locations returns all hubs.
func (d *Directory) Locations() []Location {
	list := make([]Location, 0, len(d.hubs))
	for _, hub := range d.hubs {
		list = append(list, locationOf(hub))
	}
	return list
}

func locationOf(hub catalog.Hub) Location {
	l := Location{
		ResourceType: "Location", ID: hub.Name, Status: "active", Name: hub.DisplayName, Mode: "instance",
		Position: positionOf(hub.Coordinates),
	}
	if l.Name == "" {
		l.Name = hub.Name
	}
	if hub.Address != "" {
		l.Address = &Address{Text: hub.Address, Line: []string{hub.Address}}
	}
	if hub.HealthAuthority != "" {
		l.ManagingOrganization = &Reference{Display: hub.HealthAuthority}
	}
	for _, listed := range hub.OpeningHours {
		l.HoursOfOperation = append(l.HoursOfOperation, hoursOf(listed))
	}
	if len(hub.ClosedOn) > 0 {
		l.AvailabilityExceptions = "Closed on " + strings.Join(hub.ClosedOn, ", ")
	}
	return l
}

// positionOf returns a position with the catalog's digits, since FHIR's decimals express
// precision; nil if they are not a JSON number.
func positionOf(c *catalog.Coordinates) *Position {
	if c == nil || !isDecimal(c.Latitude) || !isDecimal(c.Longitude) {
		return nil
	}
	return &Position{Latitude: json.Number(c.Latitude), Longitude: json.Number(c.Longitude)}
}

func isDecimal(text string) bool { return decimalForm.MatchString(text) && json.Valid([]byte(text)) }

// hoursOf returns opening hours in FHIR's form. FHIR has no 24:00: the last second of the
// day stands for it.
func hoursOf(h catalog.Hours) HoursOfOperation {
	out := HoursOfOperation{}
	for _, day := range h.Days {
		out.DaysOfWeek = append(out.DaysOfWeek, strings.ToLower(day)[:min(3, len(day))])
	}
	if h.Opens == "00:00" && h.Closes == "24:00" {
		out.AllDay = pointer(true)
		return out
	}
	out.OpeningTime, out.ClosingTime = h.Opens+":00", h.Closes+":00"
	if h.Closes == "24:00" {
		out.ClosingTime = "23:59:59"
	}
	return out
}

// Schedule returns the calendar of a hub.
func (d *Directory) Schedule(hub string) (Schedule, bool) {
	i, ok := d.named[hub]
	if !ok {
		return Schedule{}, false
	}
	return scheduleOf(d.hubs[i]), true
}

// Schedules returns the calendars of all hubs.
func (d *Directory) Schedules() []Schedule {
	list := make([]Schedule, 0, len(d.hubs))
	for _, hub := range d.hubs {
		list = append(list, scheduleOf(hub))
	}
	return list
}

// scheduleOf returns one calendar for all services of a hub, which share its places: two
// calendars would count them twice.
func scheduleOf(hub catalog.Hub) Schedule {
	s := Schedule{ResourceType: "Schedule", ID: hub.Name, Active: true, Actor: []Reference{{Reference: "Location/" + hub.Name, Display: hub.DisplayName}}}
	for _, service := range hub.Services {
		s.ServiceType = append(s.ServiceType, serviceOf(service))
	}
	return s
}

// serviceOf returns a service as a concept; for vaccinations HL7 has a code.
func serviceOf(service string) CodeableConcept {
	concept := CodeableConcept{Coding: []Coding{{System: ServiceSystem, Code: service}}}
	if service == "Vaccination" {
		concept.Coding = append(concept.Coding, Coding{System: serviceTypes, Code: "57", Display: "Immunization"})
	}
	return concept
}

// Slot returns a slot with its free places.
func (d *Directory) Slot(s booking.Slot) Slot {
	return d.slot(SlotID(s.Place), s.Hub, s.Free, span{s.StartsAt, s.StartsAt.Add(time.Duration(s.Minutes) * time.Minute)})
}

type span struct{ from, to time.Time }

func (d *Directory) slot(id, hub string, free int, at span) Slot {
	s := Slot{
		ResourceType: "Slot", ID: id, Schedule: Reference{Reference: "Schedule/" + hub}, Status: "busy",
		Start: d.instant(at.from), End: d.instant(at.to),
	}
	if free > 0 {
		s.Status = "free"
		s.Extension = []Extension{{URL: capacityExtension, ValueInteger: &free}}
	}
	return s
}

// instant writes an instant in the zone of the hubs, with its offset.
func (d *Directory) instant(t time.Time) string { return t.In(d.zone).Format(time.RFC3339) }

// Next returns a reference to a slot, with words for people.
func (d *Directory) Next(p booking.Place) Reference {
	return Reference{
		Reference: "Slot/" + SlotID(p),
		Display:   d.display(p.Hub) + ", " + civil.On(p.StartsAt, d.zone).String() + " " + p.StartsAt.In(d.zone).Format("15:04"),
	}
}

// display returns a hub's name for people.
func (d *Directory) display(hub string) string {
	if i, ok := d.named[hub]; ok && d.hubs[i].DisplayName != "" {
		return d.hubs[i].DisplayName
	}
	return hub
}

func pointer[T any](v T) *T { return &v }
