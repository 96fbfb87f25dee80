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
	"github.com/mezzanotte/mezzanotte/test/lazio"
)

const (
	fiera  = lazio.Fiera
	rieti  = lazio.Rieti
	band   = lazio.Band
	older  = lazio.Older
	closed = lazio.Closed
	paused = lazio.Paused
)

// evening is the opening of the campaign: midnight in Rome.
var evening = lazio.Evening

// published is the catalog of the tests: hubs open on two days, and the older ones go to
// one of them.
func published() catalog.Catalog {
	c := lazio.Catalog(1, fiera, rieti)
	for i, h := range c.Hubs {
		c.Hubs[i].OpeningHours[0].Days = []string{"Monday", "Friday"}
		c.Hubs[i].Labels = map[string]string{"hub": h.Name}
	}
	c.Campaigns[1].HubSelector = catalog.Selector{MatchLabels: map[string]string{"hub": rieti}}
	return c
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
