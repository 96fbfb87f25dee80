/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package app

import (
	"bytes"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// evening is the opening of the campaign: midnight in Rome.
var evening = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

const (
	fiera  = "fiera-di-roma"
	rieti  = "rieti"
	band   = "born-1980-1985"
	older  = "born-1946-1950"
	closed = "born-1936-1940"
	paused = "born-1941-1945"
)

// published is the catalog of the tests.
func published() catalog.Catalog {
	hub := func(name, title, address string, at catalog.Coordinates) catalog.Hub {
		return catalog.Hub{
			Name: name, DisplayName: title, HealthAuthority: "ASL Roma 3", Address: address, Coordinates: &at,
			Services: []string{"Vaccination"}, Stations: 3, MinutesPerAppointment: 10, Labels: map[string]string{"hub": name},
			OpeningHours: []catalog.Hours{{Days: []string{"Monday", "Friday"}, Opens: "08:00", Closes: "24:00"}},
		}
	}
	campaign := func(name, from, to string, opens time.Time) catalog.Campaign {
		return catalog.Campaign{
			Name: name, Service: "Vaccination", AgeBand: &catalog.AgeBand{BornFrom: from, BornTo: to},
			OpensAt: opens, OpensAtLocal: "at " + opens.Format(time.DateOnly),
			Doses: catalog.Doses{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42},
		}
	}
	ended := campaign(closed, "1936-01-01", "1940-12-31", evening.AddDate(0, -2, 0))
	end := evening.AddDate(0, -1, 0)
	ended.ClosesAt = &end
	stopped := campaign(paused, "1941-01-01", "1945-12-31", evening.AddDate(0, -2, 0))
	stopped.Paused = "troppo pochi vaccini <b>oggi</b>"
	later := campaign(older, "1946-01-01", "1950-12-31", evening.AddDate(0, 0, 7))
	later.HubSelector = catalog.Selector{MatchLabels: map[string]string{"hub": rieti}}
	return catalog.Catalog{
		Revision: 1, Platform: "lazio", TimeZone: "Europe/Rome",
		Hubs: []catalog.Hub{
			hub(fiera, "Hub Fiera di Roma", "Via Portuense 1645, Roma", catalog.Coordinates{Latitude: "41.8076", Longitude: "12.3270"}),
			hub(rieti, "Hub Città di Rieti", "Via Flavio Sabino 27, Rieti", catalog.Coordinates{Latitude: "42.4045", Longitude: "12.8567"}),
		},
		Campaigns: []catalog.Campaign{campaign(band, "1980-01-01", "1985-12-31", evening), later, ended, stopped},
	}
}

// world is an app with everything that it rests on in the hands of a test.
type world struct {
	*App
	t        testing.TB
	at       time.Time
	snapshot *binding.Snapshot
	log      bytes.Buffer
}

// newWorld has no theme.
func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldWith(t, fstest.MapFS{})
}

func newWorldWith(t testing.TB, theme fs.FS) *world {
	t.Helper()
	snapshot, err := binding.NewSnapshot(published())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, at: evening.Add(time.Minute), snapshot: snapshot}
	w.App, err = New(Options{Catalog: w, Log: slog.New(slog.NewTextHandler(&w.log, nil)), Theme: theme})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Now is the time that the test says it is.
func (w *world) Now() time.Time { return w.at }

// Current is the catalog in force, if there is one.
func (w *world) Current() (*binding.Snapshot, error) {
	if w.snapshot == nil {
		return nil, binding.ErrNone
	}
	return w.snapshot, nil
}

func (w *world) get(path string) *httptest.ResponseRecorder {
	return w.ask(httptest.NewRequest(http.MethodGet, path, nil))
}

func (w *world) ask(r *http.Request) *httptest.ResponseRecorder {
	got := httptest.NewRecorder()
	w.ServeHTTP(got, r)
	return got
}
