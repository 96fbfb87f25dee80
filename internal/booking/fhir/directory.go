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

// Directory writes the hubs of a catalog, and what is booked at them, as resources.
// It does not change, and any number of requests may use it at once.
type Directory struct {
	zone  *time.Location
	hubs  []catalog.Hub
	named map[string]int // place in hubs
	open  map[string]schedule.Hub
}

// NewDirectory reads the hubs of a catalog.
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

// Zone is that of the hubs' hours.
func (d *Directory) Zone() *time.Location { return d.zone }

// Location gives the hub of a name.
func (d *Directory) Location(hub string) (Location, bool) {
	i, ok := d.named[hub]
	if !ok {
		return Location{}, false
	}
	return locationOf(d.hubs[i]), true
}

// Locations gives all hubs.
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

// positionOf gives a position with the digits that the catalog has, since FHIR's
// decimals say how exact they are; none where they are no number of JSON.
func positionOf(c *catalog.Coordinates) *Position {
	if c == nil || !isDecimal(c.Latitude) || !isDecimal(c.Longitude) {
		return nil
	}
	return &Position{Latitude: json.Number(c.Latitude), Longitude: json.Number(c.Longitude)}
}

func isDecimal(text string) bool { return decimalForm.MatchString(text) && json.Valid([]byte(text)) }

// hoursOf gives hours as FHIR has them, where no day has a time 24:00: its last
// second stands for that.
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

// Schedule gives the calendar of the hub of a name.
func (d *Directory) Schedule(hub string) (Schedule, bool) {
	i, ok := d.named[hub]
	if !ok {
		return Schedule{}, false
	}
	return scheduleOf(d.hubs[i]), true
}

// Schedules gives the calendars of all hubs.
func (d *Directory) Schedules() []Schedule {
	list := make([]Schedule, 0, len(d.hubs))
	for _, hub := range d.hubs {
		list = append(list, scheduleOf(hub))
	}
	return list
}

// scheduleOf gives one calendar for all services of a hub: they share its places,
// which would be counted twice in two.
func scheduleOf(hub catalog.Hub) Schedule {
	s := Schedule{ResourceType: "Schedule", ID: hub.Name, Active: true, Actor: []Reference{{Reference: "Location/" + hub.Name, Display: hub.DisplayName}}}
	for _, service := range hub.Services {
		s.ServiceType = append(s.ServiceType, serviceOf(service))
	}
	return s
}

// serviceOf gives a service, of which HL7 has a code for vaccinations.
func serviceOf(service string) CodeableConcept {
	concept := CodeableConcept{Coding: []Coding{{System: ServiceSystem, Code: service}}}
	if service == "Vaccination" {
		concept.Coding = append(concept.Coding, Coding{System: serviceTypes, Code: "57", Display: "Immunization"})
	}
	return concept
}

// Slot gives a slot with the places that are free in it.
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

// instant writes an instant as clocks at the hubs show it, with their offset.
func (d *Directory) instant(t time.Time) string { return t.In(d.zone).Format(time.RFC3339) }

// Next refers to a slot in words that people can read.
func (d *Directory) Next(p booking.Place) Reference {
	return Reference{
		Reference: "Slot/" + SlotID(p),
		Display:   d.display(p.Hub) + ", " + civil.On(p.StartsAt, d.zone).String() + " " + p.StartsAt.In(d.zone).Format("15:04"),
	}
}

// display is a hub's name for people.
func (d *Directory) display(hub string) string {
	if i, ok := d.named[hub]; ok && d.hubs[i].DisplayName != "" {
		return d.hubs[i].DisplayName
	}
	return hub
}

func pointer[T any](v T) *T { return &v }
