/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// world is a database, and all that servers are given.
type world struct {
	t         *testing.T
	directory string
	uri       string
}

// newWorld makes one around an empty database, with an identifier key of its own.
func newWorld(t *testing.T, uri string) *world {
	t.Helper()
	w := &world{t: t, directory: t.TempDir(), uri: uri}
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	if err := errors.Join(
		os.WriteFile(w.path("database"), []byte(uri+"\n"), 0o600),
		os.Mkdir(w.path("keys"), 0o700),
		os.WriteFile(w.path("keys", "2026-12-01"), []byte(keyring.Generate(random)), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) path(elements ...string) string {
	return filepath.Join(append([]string{w.directory}, elements...)...)
}

// prepare makes the database as processes that ran before would have left it:
// migrated, with a catalog that binds, its slots, and counts of what is free.
func (w *world) prepare(c catalog.Catalog, days int) {
	w.t.Helper()
	keys, err := keyring.Load(w.path("keys"))
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := postgres.Open(w.t.Context(), postgres.Options{URI: w.uri, Connections: 1, Keys: func() *keyring.Keys { return keys }})
	if err != nil {
		w.t.Fatal(err)
	}
	defer s.Close()
	err = s.Migrate(w.t.Context())
	if err == nil {
		err = s.Publish(w.t.Context(), c)
	}
	if err == nil {
		_, err = s.Sync(w.t.Context(), c, days)
	}
	if err == nil {
		_, err = s.CountAvailability(w.t.Context(), 0)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// mount puts a catalog into the file of a process, all at once as a mount does.
func (p *instance) mount(c catalog.Catalog) {
	p.t.Helper()
	text, err := c.Encode()
	if err == nil {
		err = errors.Join(os.WriteFile(p.catalog+".new", text, 0o600), os.Rename(p.catalog+".new", p.catalog))
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// connect returns a connection to the database.
func (w *world) connect() *pgx.Conn {
	w.t.Helper()
	connection, err := pgx.Connect(w.t.Context(), w.uri)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = connection.Close(context.WithoutCancel(w.t.Context())) }) // it may be gone
	return connection
}

// query reads one row.
func query[T any](t *testing.T, from *pgx.Conn, sql string, arguments ...any) T {
	t.Helper()
	var value T
	if err := from.QueryRow(t.Context(), sql, arguments...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

// audit recounts everything, as an operator does.
func (w *world) audit() booking.Audit {
	w.t.Helper()
	command := exec.CommandContext(w.t.Context(), program, "audit", "--json", "--database="+w.path("database"), "--identifier-keys="+w.path("keys"))
	text, err := command.Output()
	if err != nil {
		w.t.Errorf("booking audit: %v\n%s", err, text)
	}
	var a booking.Audit
	if err := json.Unmarshal(text, &a); err != nil {
		w.t.Fatalf("booking audit: %v\n%s", err, text)
	}
	return a
}

const (
	platform = "lazio"
	zoneName = "Europe/Rome"
	band     = "born-1946-1950"
	hub      = "fiera-di-roma"
)

var zone = must(opening.Zone(zoneName))

// makeCatalog has hubs that are open day and night with an appointment every half
// hour at each of a number of stations, and a campaign of two doses, a week apart.
func makeCatalog(revision int64, opens time.Time, stations int) catalog.Catalog {
	opens = opens.UTC().Truncate(time.Second)
	c := catalog.Catalog{
		Revision: revision, Platform: platform, TimeZone: zoneName,
		Campaigns: []catalog.Campaign{{
			Name: band, Service: "Vaccination", AgeBand: &catalog.AgeBand{BornFrom: "1946-01-01", BornTo: "1950-12-31"},
			OpensAt: opens, OpensAtLocal: opening.Words(opens, zone), Doses: catalog.Doses{Count: 2, MinIntervalDays: 7, MaxIntervalDays: 10},
		}},
	}
	for _, name := range []string{hub, "termini"} {
		c.Hubs = append(c.Hubs, catalog.Hub{
			Name: name, DisplayName: "Hub " + name, Address: "Via Portuense 1645, Roma", Services: []string{"Vaccination"},
			Stations: stations, MinutesPerAppointment: 30,
			OpeningHours: []catalog.Hours{{Days: []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}, Opens: "00:00", Closes: "24:00"}},
		})
	}
	return c
}

// at returns a place at the hub, some days from now and some half hours after noon.
func at(now time.Time, day, halfHours int) booking.Place {
	noon := time.Date(now.Year(), now.Month(), now.Day()+day, 12, 0, 0, 0, zone)
	return booking.Place{Hub: hub, StartsAt: noon.Add(time.Duration(halfHours) * 30 * time.Minute).UTC()}
}

// both returns a place for each dose.
func both(now time.Time, halfHours int) []booking.Place {
	return []booking.Place{at(now, 2, halfHours), at(now, 9, halfHours)}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(fmt.Sprint("this is right as it is written: ", err))
	}
	return value
}
