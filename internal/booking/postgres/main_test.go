/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

// server is one PostgreSQL for all tests of the package, with durable commits as in
// life; each test has a database of its own.
var server *pgserver.Server

func TestMain(m *testing.M) {
	os.Exit(pgserver.Run(m, &server, pgserver.Options{}))
}

// world is a store with a catalog that binds and slots to book.
type world struct {
	*postgres.Store
	tb      testing.TB
	catalog catalog.Catalog
	uri     string
	now     time.Time // the store's clock, when the test began
}

// open opens a store on an empty database, and migrates it.
func open(tb testing.TB, connections int) world {
	tb.Helper()
	return openAt(tb, server.Database(tb), connections)
}

func openAt(tb testing.TB, uri string, connections int) world {
	tb.Helper()
	keys := makeKeys(tb, "2026-01")
	return openWith(tb, uri, connections, keysOf(keys))
}

func openWith(tb testing.TB, uri string, connections int, keys func() *keyring.Keys) world {
	tb.Helper()
	s, err := postgres.Open(tb.Context(), postgres.Options{URI: uri, Connections: connections, Keys: keys})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	if err := s.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	now, err := s.Clock(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return world{Store: s, tb: tb, uri: uri, now: now}
}

// makeKeys makes the same keys for the same names.
func makeKeys(tb testing.TB, names ...string) *keyring.Keys {
	tb.Helper()
	dir := tb.TempDir()
	for _, name := range names {
		var secret [32]byte
		copy(secret[:], name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(base64.StdEncoding.EncodeToString(secret[:])), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	keys, err := keyring.Load(dir)
	if err != nil {
		tb.Fatal(err)
	}
	return keys
}

// MakeCatalog has one hub, open all day every day, with the given number of stations, and one
// campaign of two doses that opened an hour ago.
func (d world) MakeCatalog(stations int) catalog.Catalog {
	return catalog.Catalog{
		Revision: 1, Platform: "lazio", TimeZone: "UTC",
		Hubs: []catalog.Hub{d.MakeHub("fiera", stations)},
		Campaigns: []catalog.Campaign{{
			Name: "over-80", Service: "Vaccination", OpensAt: d.now.Add(-time.Hour).Truncate(time.Second), OpensAtLocal: "an hour ago",
			Doses: catalog.Doses{Count: 2, MinIntervalDays: 2, MaxIntervalDays: 4},
		}},
	}
}

// MakeHub has slots of an hour, day and night.
func (d world) MakeHub(name string, stations int) catalog.Hub {
	return catalog.Hub{
		Name: name, DisplayName: "Hub " + name, Address: "Via Portuense 1645, Roma", Services: []string{"Vaccination"},
		Stations: stations, MinutesPerAppointment: 60,
		OpeningHours: []catalog.Hours{{Days: []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}, Opens: "00:00", Closes: "24:00"}},
	}
}

// with publishes a catalog, and makes its slots for ten days.
func (d world) with(c catalog.Catalog) world {
	d.tb.Helper()
	if err := d.Publish(d.tb.Context(), c); err != nil {
		d.tb.Fatal(err)
	}
	if _, err := d.Sync(d.tb.Context(), c, 10); err != nil {
		d.tb.Fatal(err)
	}
	d.catalog = c
	return d
}

// day returns the midnight that begins the nth day from today.
func (d world) day(n int) time.Time {
	return civil.On(d.now, time.UTC).Add(n).Midnight()
}

// at returns a place on a day counted from today.
func (d world) at(day, hour int) booking.Place {
	return booking.Place{Hub: d.catalog.Hubs[0].Name, StartsAt: d.day(day).Add(time.Duration(hour) * time.Hour)}
}

// wants returns a person's request for both doses.
func (d world) wants(who int, places ...booking.Place) booking.Request {
	return booking.Request{
		Person: person(d.tb, who), Campaign: d.catalog.Campaigns[0], Revision: d.catalog.Revision,
		Places: places, By: booking.By{Channel: "web"},
	}
}

// person makes up a person, with a temporary code for foreigners that nobody has.
func person(tb testing.TB, n int) booking.Person {
	tb.Helper()
	id, err := identifier.Parse(fmt.Sprintf("STP%013d", n))
	if err != nil {
		tb.Fatal(err)
	}
	return booking.Person{Identifier: id, Born: civil.Date(1940, 1, 1)}
}

func ref(d world, b booking.Booking, who int) booking.Reference {
	return booking.Reference{Number: b.Number, Identifier: person(d.tb, who).Identifier}
}

// sound fails the test where a recount finds what must never be.
func (d world) sound() booking.Audit {
	d.tb.Helper()
	a, err := d.Recount(context.WithoutCancel(d.tb.Context()))
	if err != nil {
		d.tb.Fatal(err)
	}
	if !a.Sound() {
		d.tb.Errorf("the recount finds what must never be: %+v", a)
	}
	return a
}

// must returns a booking that must have been made.
func (d world) must(b booking.Booking, err error) booking.Booking {
	d.tb.Helper()
	if err != nil {
		d.tb.Fatal(err)
	}
	return b
}

func keysOf(keys *keyring.Keys) func() *keyring.Keys { return func() *keyring.Keys { return keys } }

// comparable compares days and numbers as they are.
var comparable = cmpopts.EquateComparable(number.Number{}, civil.Day{})

func (d world) catalogDay(n int) civil.Day { return civil.On(d.now, time.UTC).Add(n) }
