/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

// The files of SMART Scheduling Links, below the address of the server.
const (
	ManifestPath  = "/$bulk-publish"
	LocationsPath = "/locations.ndjson"
	SchedulesPath = "/schedules.ndjson"
	SlotsPath     = "/slots.ndjson"
)

// Manifest tells where the files are.
type Manifest struct {
	TransactionTime string   `json:"transactionTime"`
	Request         string   `json:"request"`
	Output          []Output `json:"output"`
	Error           []Output `json:"error"`
}

// Output is one file.
type Output struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

// NewManifest gives the manifest of the server at an address, of what was counted at
// an instant.
func NewManifest(base string, counted time.Time) Manifest {
	return Manifest{
		TransactionTime: counted.UTC().Format(time.RFC3339),
		Request:         base + ManifestPath,
		Output: []Output{
			{Type: "Location", URL: base + LocationsPath},
			{Type: "Schedule", URL: base + SchedulesPath},
			{Type: "Slot", URL: base + SlotsPath},
		},
		Error: []Output{},
	}
}

// WriteLocations writes all hubs, one a line.
func (d *Directory) WriteLocations(w io.Writer) error {
	return lines(w, "locations", d.Locations())
}

// WriteSchedules writes the calendars of all hubs, one a line.
func (d *Directory) WriteSchedules(w io.Writer) error {
	return lines(w, "schedules", d.Schedules())
}

// WriteSlots writes how many places are free, and how many are not, at each hub on
// each day, as one slot each with that capacity. Places that are kept for people who
// call are not free to the public. Hubs that the catalog no longer has are left out.
func (d *Directory) WriteSlots(w io.Writer, days []booking.HubDay) error {
	out := json.NewEncoder(w)
	for _, day := range days {
		open, known := d.open[day.Hub]
		if !known {
			continue
		}
		at, err := d.span(open, day.Day)
		if err != nil {
			return fmt.Errorf("write the slots of %s: %w", day.Hub, err)
		}
		for status, places := range [...]int{day.Free, day.Places - day.Free} {
			if places <= 0 {
				continue
			}
			s := d.slot(day.Hub+"."+day.Day.String()+"."+coarse[status], day.Hub, places, at)
			s.Status = coarse[status]
			if err := out.Encode(s); err != nil {
				return fmt.Errorf("write the slots of %s: %w", day.Hub, err)
			}
		}
	}
	return nil
}

var coarse = [...]string{"free", "busy"}

// span is from the first opening of a hub on a day to its last closing; the whole
// day where the catalog has no hours there, because they were changed after places
// had been booked.
func (d *Directory) span(hub schedule.Hub, day civil.Day) (span, error) {
	opens, closes := "24:00", "00:00"
	weekday := day.Midnight().Weekday()
	for _, hours := range hub.Hours {
		for _, listed := range hours.Days {
			if listed == weekday {
				opens, closes = min(opens, hours.Opens), max(closes, hours.Closes)
			}
		}
	}
	if opens >= closes || hub.ClosedOn[day.String()] {
		opens, closes = "00:00", "24:00"
	}
	from, err := d.instantOf(day, opens)
	if err != nil {
		return span{}, err
	}
	to, err := d.instantOf(day, closes)
	return span{from, to}, err
}

// instantOf is the instant of a time of a day, up to 24:00.
func (d *Directory) instantOf(day civil.Day, clock string) (time.Time, error) {
	return opening.Civil{Date: day.String(), Time: clock, Zone: d.zone.String()}.Instant()
}

func lines[R any](w io.Writer, what string, list []R) error {
	out := json.NewEncoder(w)
	for _, each := range list {
		if err := out.Encode(each); err != nil {
			return fmt.Errorf("write the %s: %w", what, err)
		}
	}
	return nil
}
