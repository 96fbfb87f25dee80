/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/words"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

func TestResources(t *testing.T) {
	d := lazio(t)
	extended := makeBooking(booking.Held)
	extended.Extended = true
	replayed := makeBooking(booking.Booked)
	replayed.Replayed = true
	slot := func(p booking.Place, minutes, free int) booking.Slot {
		return booking.Slot{Place: p, Minutes: minutes, Free: free}
	}
	fiera, _ := d.Location("fiera-di-roma")
	schedule, _ := d.Schedule("fiera-di-roma")
	for name, resource := range map[string]any{
		"location":              fiera,
		"locations":             Searchset(d.Locations()),
		"schedule":              schedule,
		"slots":                 Searchset([]Slot{d.Slot(slot(first, 8, 12)), d.Slot(slot(second, 10, 0))}),
		"nothing-found":         Searchset([]Slot(nil)),
		"offers":                d.Offers(Subject{"Vaccination", "born-1946-1950"}, [][]booking.Slot{{slot(first, 8, 12), slot(second, 10, 4)}, {slot(second, 10, 4), slot(first, 8, 1)}}),
		"appointment-held":      d.Booked(makeBooking(booking.Held), words.English),
		"appointment-extended":  d.Booked(extended, words.English),
		"appointment-booked":    d.Booked(makeBooking(booking.Booked), words.English),
		"appointment-replayed":  d.Booked(replayed, words.Italian),
		"appointment-past":      d.Booked(makeBooking(booking.Past), words.English),
		"appointment-cancelled": d.Booked(makeBooking(booking.Cancelled), words.English),
		"appointment-lapsed":    d.Booked(makeBooking(booking.Lapsed), words.English),
		"capabilities": Capabilities(Server{
			Platform: "lazio", Channel: "web", Version: "v0.1.0", Base: "https://booking.example/fhir", Date: made,
		}),
		"parameters-find": Find{
			Service: "Vaccination", Campaign: "born-1946-1950", Patient: Patient{Born: civil.Date(1946, 5, 31)},
			From: civil.Date(2026, 12, 2), To: civil.Date(2026, 12, 20), Hubs: []string{"fiera-di-roma", "rieti"},
			Near: &Near{41.89, 12.51, 20}, Offers: 5,
		}.Parameters(),
		"parameters-hold": Take{
			Campaign: "born-1946-1950", Places: []booking.Place{first, second},
			Patient: Patient{Identifier: maria, Born: civil.Date(1985, 12, 10), Contact: booking.Contact{Email: "maria@example.org", Phone: "+39 06 12345678", Language: "it"}},
		}.Parameters(),
		"parameters-move": Change{Reference: booking.Reference{Number: booked, Identifier: maria}, Places: []booking.Place{first, second}}.Parameters(),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name+".json", indented(t, resource)) })
	}
}

func TestHubsThatTheCatalogDoesNotHave(t *testing.T) {
	d := lazio(t)
	if l, ok := d.Location("latina"); ok {
		t.Errorf("location %v", l)
	}
	if s, ok := d.Schedule("latina"); ok {
		t.Errorf("schedule %v", s)
	}
	if got := d.Next(booking.Place{Hub: "latina", StartsAt: first.StartsAt}).Display; got != "latina, 2026-12-02 08:00" {
		t.Errorf("a slot there is displayed as %q", got)
	}
}

func TestCatalogsThatNoDirectoryIsMadeOf(t *testing.T) {
	for name, c := range map[string]catalog.Catalog{
		"zone":    {TimeZone: "Europe/Rom"},
		"weekday": {TimeZone: "Europe/Rome", Hubs: []catalog.Hub{{Name: "x", OpeningHours: []catalog.Hours{{Days: []string{"Sonntag"}}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewDirectory(c); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestSchedulingLinks(t *testing.T) {
	d := lazio(t)
	golden(t, "bulk-publish.json", indented(t, NewManifest("https://booking.example/fhir", made)))
	days := []booking.HubDay{
		{Hub: "fiera-di-roma", Day: civil.Date(2026, 12, 2), Places: 3375, Free: 120, CallCentre: 300},
		{Hub: "fiera-di-roma", Day: civil.Date(2026, 12, 6), Places: 5400, Free: 5400},
		{Hub: "fiera-di-roma", Day: civil.Date(2026, 12, 25), Places: 60}, // booked before it was closed on that day
		{Hub: "latina", Day: civil.Date(2026, 12, 2), Places: 10, Free: 10},
		{Hub: "rieti", Day: civil.Date(2026, 12, 4), Places: 288, Free: 288},
		{Hub: "rieti", Day: civil.Date(2026, 12, 11)},
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"locations.ndjson": func(b *bytes.Buffer) error { return d.WriteLocations(b) },
		"schedules.ndjson": func(b *bytes.Buffer) error { return d.WriteSchedules(b) },
		"slots.ndjson":     func(b *bytes.Buffer) error { return d.WriteSlots(b, days) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if !json.Valid([]byte(line)) {
					t.Errorf("no line of JSON: %s", line)
				}
			}
			golden(t, name, b.Bytes())
		})
	}
}

func TestNightsWhenClocksAreChanged(t *testing.T) {
	d := lazio(t)
	var b bytes.Buffer
	if err := d.WriteSlots(&b, []booking.HubDay{{Hub: "fiera-di-roma", Day: civil.Date(2026, 10, 25), Places: 1, Free: 1}}); err != nil {
		t.Fatal(err)
	}
	var s Slot
	if err := json.Unmarshal(b.Bytes(), &s); err != nil {
		t.Fatal(err)
	}
	if want := [2]string{"2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"}; want != [2]string{s.Start, s.End} {
		t.Errorf("the Sunday of 25 hours is from %s to %s", s.Start, s.End)
	}
}

type fails struct{}

var errFull = errors.New("disk full")

func (fails) Write([]byte) (int, error) { return 0, errFull }

func TestWritesThatFailAreToldOf(t *testing.T) {
	d := lazio(t)
	for name, err := range map[string]error{
		"locations": d.WriteLocations(fails{}),
		"schedules": d.WriteSchedules(fails{}),
		"slots":     d.WriteSlots(fails{}, []booking.HubDay{{Hub: "rieti", Day: civil.Date(2026, 12, 4), Places: 1}}),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestSlotIDs(t *testing.T) {
	long := strings.Repeat("a", 63)
	for name, tc := range map[string]struct {
		id   string
		want booking.Place
	}{
		"a hub":                  {"fiera-di-roma.20261202T070000Z", first},
		"a hub with a dot":       {"asl.roma.20261202T070000Z", booking.Place{Hub: "asl.roma", StartsAt: first.StartsAt}},
		"the longest name":       {long + ".20261202T070000Z", booking.Place{Hub: long, StartsAt: first.StartsAt}},
		"one letter too many":    {"a" + long + ".20261202T070000Z", booking.Place{}},
		"no hub":                 {".20261202T070000Z", booking.Place{}},
		"no instant":             {"fiera-di-roma", booking.Place{}},
		"no such day":            {"fiera-di-roma.20261302T070000Z", booking.Place{}},
		"no such hour":           {"fiera-di-roma.20261202T250000Z", booking.Place{}},
		"a leap second":          {"fiera-di-roma.20261202T070060Z", booking.Place{}},
		"parts of seconds":       {"fiera-di-roma.20261202T070000.5Z", booking.Place{}},
		"another zone":           {"fiera-di-roma.20261202T070000B", booking.Place{}},
		"capitals":               {"Fiera.20261202T070000Z", booking.Place{}},
		"somebody's path":        {"../../etc/passwd.20261202T070000Z", booking.Place{}},
		"SQL":                    {"a';DROP TABLE slot;--.20261202T070000Z", booking.Place{}},
		"nothing":                {"", booking.Place{}},
		"what looks like 6 July": {"a.20260706T07:0000", booking.Place{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := ParseSlotID(tc.id)
			if ok == (tc.want == booking.Place{}) {
				t.Fatalf("read: %t", ok)
			}
			if !ok {
				return
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if back := SlotID(got); back != tc.id {
				t.Errorf("written as %s", back)
			}
		})
	}
	elsewhere := booking.Place{Hub: first.Hub, StartsAt: first.StartsAt.In(time.FixedZone("", 3600))}
	if got := SlotID(elsewhere); got != SlotID(first) {
		t.Errorf("the same instant elsewhere is %s", got)
	}
}
