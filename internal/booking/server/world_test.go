/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/test/lazio"
)

const (
	giulia = lazio.Giulia
	marco  = lazio.Marco
	fiera  = lazio.Fiera
	eur    = lazio.EUR
	band   = lazio.Band
	older  = lazio.Older
	closed = lazio.Closed
	paused = lazio.Paused
)

// ready returns the readiness of a process that can book.
func ready(now time.Time) *process.Readiness {
	r := process.NewReadiness(now)
	for _, c := range []process.Check{process.CheckStore, process.CheckSchema, process.CheckKeys, process.CheckCatalog} {
		r.Set(c, "", now)
	}
	return r
}

// evening is the opening of the campaign: midnight in Rome.
var evening = lazio.Evening

var (
	number1     = lazio.Number
	wrongNumber = number.New([8]byte{8, 7, 6, 5, 4, 3, 2, 1})
)

// world is a server whose store and catalog are in the hands of a test.
type world struct {
	*Server
	t     testing.TB
	store *lazio.Store
	log   locked
}

// settings are those of a server and of its clerk.
type settings struct {
	Options
	Connections int
	PerPerson   clerk.Rate
}

func newWorld(t testing.TB, adjust ...func(*settings)) *world {
	t.Helper()
	w := &world{t: t, store: lazio.NewStore(lazio.Catalog(1, eur, fiera))}
	o := settings{Connections: 4, Options: Options{
		Channel: "web", Store: w.store, Binding: w.store, Readiness: ready(evening), Metrics: NewMetrics(),
		Log: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Clock: w.store.Now,
	}}
	for _, f := range adjust {
		f(&o)
	}
	var err error
	o.Clerk, err = clerk.New(clerk.Options{
		Store: w.store, Binding: w.store, Search: w.store, Channel: o.Channel, CallCentre: o.CallCentre,
		Connections: o.Connections, PerPerson: o.PerPerson, Clock: w.store.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(o.Options)
	if err != nil {
		t.Fatal(err)
	}
	w.Server = s
	return w
}

// locked lets any number of goroutines log.
type locked struct {
	sync.Mutex
	text bytes.Buffer
}

func (l *locked) Write(line []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.text.Write(line)
}

func (w *world) logged() string {
	w.log.Lock()
	defer w.log.Unlock()
	return w.log.text.String()
}

var day, person, makeBooking = lazio.Day, lazio.Person, lazio.Booking

func places() []booking.Place { return lazio.Places(2) }

func refusal(o booking.Outcome) error { return &booking.Refusal{Outcome: o, At: evening} }

// asks are requests as a client writes them.
func wants(t testing.TB, code string) fhir.Take {
	return fhir.Take{Campaign: band, Patient: fhir.Patient{Identifier: person(t, code)}, Places: places()}
}

func mine(t testing.TB, code string) fhir.Change {
	return fhir.Change{Reference: booking.Reference{Number: number1, Identifier: person(t, code)}}
}

// post makes a request with parameters.
func post(t testing.TB, operation string, parameters any) *http.Request {
	t.Helper()
	text, err := json.Marshal(parameters)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/fhir/Appointment/"+operation, bytes.NewReader(text))
	r.Header.Set("Content-Type", "application/fhir+json; charset=utf-8")
	return r
}

func get(path string) *http.Request { return httptest.NewRequest("GET", path, nil) }

// said is an answer as tests look at it.
type said struct {
	*http.Response
	text string
}

func (w *world) ask(r *http.Request) said {
	w.t.Helper()
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	return read(w.t, recorder.Result())
}

func read(t testing.TB, r *http.Response) said {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return said{r, string(text)}
}

// code returns the code of a refusal; "" for another answer.
func (s said) code() string {
	var outcome fhir.OperationOutcome
	if json.Unmarshal([]byte(s.text), &outcome) != nil || outcome.ResourceType != "OperationOutcome" || len(outcome.Issue) == 0 {
		return ""
	}
	return outcome.Issue[0].Details.Coding[0].Code
}

// is compares status and code.
func (s said) is(t testing.TB, status int, code booking.Code) {
	t.Helper()
	if s.StatusCode != status || s.code() != string(code) {
		t.Errorf("answered %d %q, want %d %q: %s", s.StatusCode, s.code(), status, string(code), s.text)
	}
}

// has checks that an answer mentions a text.
func (s said) has(t testing.TB, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(s.text, part) {
			t.Errorf("the answer lacks %q: %s", part, s.text)
		}
	}
}

var errAway = errors.New("dial the database: connection refused")
