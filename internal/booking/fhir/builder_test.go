/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

var update = flag.Bool("update", false, "renew the golden files")

// golden compares with a file that a client may have been written against.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("not as in %s (renew with -update) (-want +got):\n%s", path, diff)
	}
}

func indented(t testing.TB, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetIndent("", "  ")
	if err := out.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// lazio has one hub of every sort.
func lazio(t testing.TB) *Directory {
	t.Helper()
	d, err := NewDirectory(catalog.Catalog{
		Platform: "lazio", TimeZone: "Europe/Rome",
		Hubs: []catalog.Hub{
			{
				Name: "fiera-di-roma", DisplayName: "Hub Fiera di Roma", HealthAuthority: "ASL Roma 3",
				Address:     "Via Portuense 1645, Roma",
				Coordinates: &catalog.Coordinates{Latitude: "41.80760", Longitude: "12.3270"},
				Services:    []string{"Test", "Vaccination"}, Stations: 30, MinutesPerAppointment: 8,
				OpeningHours: []catalog.Hours{
					{Days: []string{"Monday", "Tuesday", "Wednesday"}, Opens: "08:00", Closes: "13:00"},
					{Days: []string{"Monday", "Tuesday", "Wednesday"}, Opens: "14:00", Closes: "24:00"},
					{Days: []string{"Sunday"}, Opens: "00:00", Closes: "24:00"},
				},
				ClosedOn: []string{"2026-12-25", "2026-12-26"},
			},
			{
				Name: "rieti", DisplayName: "Hub «Rieti» <centro>",
				Coordinates: &catalog.Coordinates{Latitude: "+42.4", Longitude: "12.8"}, // no number of JSON
				Services:    []string{"Vaccination"}, Stations: 4, MinutesPerAppointment: 10,
				OpeningHours: []catalog.Hours{{Days: []string{"Friday"}, Opens: "08:00", Closes: "20:00"}},
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var (
	booked   = number.New([8]byte{1, 2, 3, 4, 5, 6, 7, 8})
	first    = booking.Place{Hub: "fiera-di-roma", StartsAt: time.Date(2026, 12, 2, 7, 0, 0, 0, time.UTC)}
	second   = booking.Place{Hub: "rieti", StartsAt: time.Date(2026, 12, 25, 8, 10, 0, 0, time.UTC)}
	made     = time.Date(2026, 12, 1, 23, 0, 7, 0, time.UTC)
	maria, _ = identifier.Parse(mariasCode)
)

const mariasCode = "RSSMRA85T10A562S"

func makeBooking(state booking.State) booking.Booking {
	b := booking.Booking{
		Number: booked, Service: "Vaccination", Campaign: "born-1946-1950", State: state, MadeAt: made,
		Appointments: []booking.Appointment{
			{Dose: 1, Place: first, Day: civil.Date(2026, 12, 2), Minutes: 8},
			{Dose: 2, Place: second, Day: civil.Date(2026, 12, 25), Minutes: 10},
		},
	}
	switch state {
	case booking.Held:
		b.ExpiresAt = made.Add(10 * time.Minute)
	case booking.Cancelled, booking.Lapsed:
		b.Appointments = nil
	case booking.Booked, booking.Past:
	}
	return b
}
