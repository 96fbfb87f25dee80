/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package lazio is the platform that tests of bookings share: its catalog, made-up people,
// and the places that they book.
package lazio

import (
	_ "embed" // the catalog
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// People, made up: their codes are valid and nobody's.
const (
	Giulia  = "CNTCHR83T41D969D" // born 1983-12-01
	Marco   = "RCCMNL83S18D969H" // born 1983-11-18
	Visitor = "STP1234567890123" // has no birth date
)

// Hubs and campaigns of the catalog.
const (
	EUR   = "eur"
	Fiera = "fiera-di-roma"
	Rieti = "rieti"

	Band   = "born-1980-1985" // opens in the Evening
	Older  = "born-1946-1950" // opens a week later
	Closed = "born-1936-1940"
	Paused = "born-1941-1945"
)

// Evening is the opening of Band: midnight in Rome.
var Evening = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

// Number is a booking's.
var Number = number.New([8]byte{1, 2, 3, 4, 5, 6, 7, 8})

//go:embed catalog.json
var document []byte

// Catalog returns the catalog with some of its hubs.
func Catalog(revision int64, hubs ...string) catalog.Catalog {
	var c catalog.Catalog
	if err := json.Unmarshal(document, &c); err != nil {
		panic(err)
	}
	c.Revision = revision
	c.Hubs = slices.DeleteFunc(c.Hubs, func(h catalog.Hub) bool { return !slices.Contains(hubs, h.Name) })
	return c
}

// Day reads a day such as 2026-12-02.
func Day(text string) civil.Day {
	d, err := civil.Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// Person returns the identifier of a code.
func Person(t testing.TB, code string) identifier.Identifier {
	t.Helper()
	id, err := identifier.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Places returns two places at Fiera that suit the doses of Band, from a day of December on.
func Places(day int) []booking.Place {
	first := time.Date(2026, 12, day, 9, 0, 0, 0, time.UTC)
	return []booking.Place{{Hub: Fiera, StartsAt: first}, {Hub: Fiera, StartsAt: first.AddDate(0, 0, 21)}}
}

// Booking returns a booking of Band at some places.
func Booking(state booking.State, places []booking.Place) booking.Booking {
	b := booking.Booking{Number: Number, Service: "Vaccination", Campaign: Band, State: state, MadeAt: Evening}
	if state == booking.Held {
		b.ExpiresAt = Evening.Add(booking.HoldTime)
	}
	for i, p := range places {
		b.Appointments = append(b.Appointments, booking.Appointment{Dose: i + 1, Place: p, Day: civil.On(p.StartsAt, time.UTC), Minutes: 10})
	}
	return b
}
