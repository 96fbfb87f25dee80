/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
	"github.com/mezzanotte/mezzanotte/internal/booking/server"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/test/lazio"
	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

// database is one PostgreSQL for all tests; each has a database of its own.
var database *pgserver.Server

func TestMain(m *testing.M) { os.Exit(pgserver.Run(m, &database, pgserver.Options{})) }

const (
	giulia  = lazio.Giulia
	visitor = lazio.Visitor
)

// Agents and their passwords.
var passwords = map[string]string{"anna": "cavallo graffetta 7", "bruno": "lampada ortica 21"}

var agentLines = sync.OnceValue(func() string {
	var out bytes.Buffer
	for _, name := range []string{"anna", "bruno"} {
		line, err := signin.NewLine(name, passwords[name])
		if err != nil {
			panic(err)
		}
		out.WriteString(line + "\n")
	}
	return out.String()
})

// world is a desk as cmd/booking puts it together, on a real store.
type world struct {
	http.Handler
	desk    *Desk
	door    *signin.Authenticator
	store   *postgres.Store
	binding *binding.Binding
	search  *search.Search
	t       testing.TB
	uri     string
	file    string // the catalog's

	mu   sync.Mutex
	time time.Time
	log  bytes.Buffer
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.time
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.time = w.time.Add(d)
}

// Write keeps what is logged.
func (w *world) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(line)
}

func (w *world) said() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// published has two hubs that keep half of their places for the phone, and campaigns
// in every state.
func published(now time.Time) catalog.Catalog {
	week := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	hub := func(name, title, address string) catalog.Hub {
		return catalog.Hub{
			Name: name, DisplayName: title, Address: address, HealthAuthority: "ASL " + name, Services: []string{"Vaccination", "Test"},
			Stations: 2, MinutesPerAppointment: 60, OpeningHours: []catalog.Hours{{Days: week, Opens: "00:00", Closes: "24:00"}},
		}
	}
	campaign := func(name, service, from, to string, opens time.Time) catalog.Campaign {
		c := catalog.Campaign{
			Name: name, Service: service, OpensAt: opens.UTC().Truncate(time.Second), OpensAtLocal: "at " + opens.Format(time.DateOnly),
			Doses: catalog.Doses{Count: 2, MinIntervalDays: 7, MaxIntervalDays: 10}, AgeBand: &catalog.AgeBand{BornFrom: from, BornTo: to},
		}
		return c
	}
	before := now.Add(-time.Hour)
	stopped := campaign("stopped", "Vaccination", "1946-01-01", "1950-12-31", before)
	stopped.Paused = "troppo pochi vaccini <b>oggi</b>"
	return catalog.Catalog{
		Revision: 1, Platform: "lazio", TimeZone: "Europe/Rome", CallCentrePlaces: &catalog.CallCentrePlaces{Percent: 50, ReleaseBeforeHours: 0},
		Hubs: []catalog.Hub{hub("fiera", "Hub Fiera di Roma", "Via Portuense 1645, Roma"), hub("rieti", "Hub Città di Rieti", "Via Flavio Sabino 27, Rieti")},
		Campaigns: []catalog.Campaign{
			campaign("born-1980-1985", "Vaccination", "1980-01-01", "1985-12-31", before),
			campaign("tests", "Test", "1980-01-01", "1989-12-31", before),
			campaign("born-1986-1990", "Vaccination", "1986-01-01", "1990-12-31", now.Add(48*time.Hour)), stopped,
		},
	}
}

// newWorld is ready when it is returned. It has the campaigns that a test leaves in.
func newWorld(t testing.TB, change ...func(*catalog.Catalog)) *world {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	loaded := must(keyring.Load(filepath.Dir(write("keys/2026-01-01", keyring.Generate([32]byte{1})))))(t)
	keys := func() *keyring.Keys { return loaded }
	w := &world{t: t, uri: database.Database(t)}
	w.store = must(postgres.Open(t.Context(), postgres.Options{URI: w.uri, Connections: 4, Keys: keys}))(t)
	t.Cleanup(w.store.Close)
	if err := w.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.time = must(w.store.Clock(t.Context()))(t)
	c := published(w.time)
	for _, f := range change {
		f(&c)
	}
	w.file = write("catalog/catalog.json", "")
	w.binding = binding.New(binding.Options{File: w.file, Store: w.store, Clock: w.now})
	w.search = search.New(search.Options{Store: w.store, Clock: w.binding.Now, Random: rand.NewPCG(1, 2)})
	w.publish(c)
	log := slog.New(slog.NewTextHandler(w, nil))
	agent := w.clerk("desk", true)
	w.door = must(signin.New(signin.Options{Directory: filepath.Dir(write("sign-in/agents", agentLines())), Keys: keys, Clock: w.now, Log: log}))(t)
	w.desk = must(New(Options{Catalog: w.binding, Clerk: agent, Authenticator: w.door, Keys: keys, Log: log}))(t)
	w.Handler = must(server.New(server.Options{
		Channel: "desk", CallCentre: true, Agent: w.door.Agent, Pages: w.desk, Clerk: agent, Store: w.store, Binding: w.binding,
		Readiness: process.NewReadiness(w.time), Metrics: server.NewMetrics(), Log: log, Clock: w.now,
	}))(t)
	return w
}

// publish puts a catalog in force.
func (w *world) publish(c catalog.Catalog) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := os.WriteFile(w.file, must(c.Encode())(w.t), 0o600); err != nil {
		w.t.Fatal(err)
	}
	for _, chore := range []func() error{
		func() error { return w.binding.Read(ctx) },
		func() error { return w.binding.Refresh(ctx) },
		func() error { _, err := w.store.Sync(ctx, c, 30); return err },
		func() error { _, err := w.store.CountAvailability(ctx, 0); return err },
		func() error { return w.search.Refresh(ctx) },
	} {
		if err := chore(); err != nil {
			w.t.Fatal(err)
		}
	}
}

// clerk is one of a channel.
func (w *world) clerk(channel string, ofDesk bool) *clerk.Clerk {
	w.t.Helper()
	return must(clerk.New(clerk.Options{
		Store: w.store, Binding: w.binding, Search: w.search, Channel: channel, CallCentre: ofDesk, Connections: 3, Clock: w.now,
	}))(w.t)
}

// events are who did what, in the order in which it was done.
func (w *world) events() (out []string) {
	w.t.Helper()
	c := must(pgx.Connect(w.t.Context(), w.uri))(w.t)
	defer func() { _ = c.Close(w.t.Context()) }()
	rows := must(c.Query(w.t.Context(), "SELECT channel || ' ' || coalesce(actor, 'nobody') || ' ' || verb FROM event ORDER BY id"))(w.t)
	return must(pgx.CollectRows(rows, pgx.RowTo[string]))(w.t)
}
