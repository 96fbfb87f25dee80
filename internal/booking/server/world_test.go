/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"bytes"
	"context"
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
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
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

// world is a server with everything that it rests on in the hands of a test.
type world struct {
	*Server
	t testing.TB

	mu        sync.Mutex
	now       time.Time
	snapshot  *binding.Snapshot
	refresh   func() error
	refreshes int
	calls     []string // of the store
	requests  []booking.Request
	changes   []booking.Change
	take      func(booking.Request) (booking.Booking, error)
	change    func(booking.Reference, booking.Change) (booking.Booking, error)
	looks     func(booking.Reference) (booking.Booking, error)
	free      func(booking.Window) ([]booking.Slot, error)
	days      func() ([]booking.HubDay, error)
	offers    func(search.Query) ([]search.Offer, error)
	log       bytes.Buffer
}

// settings are those of a server and of its clerk.
type settings struct {
	Options
	Connections int
	PerPerson   clerk.Rate
}

func newWorld(t testing.TB, adjust ...func(*settings)) *world {
	t.Helper()
	w := &world{t: t, now: evening}
	w.publish(1)
	w.take = func(r booking.Request) (booking.Booking, error) { return makeBooking(booking.Held, r.Places), nil }
	w.change = func(_ booking.Reference, c booking.Change) (booking.Booking, error) {
		return makeBooking(booking.Booked, append(c.Places, places()[len(c.Places):]...)), nil
	}
	w.looks = func(booking.Reference) (booking.Booking, error) { return makeBooking(booking.Booked, places()), nil }
	w.free = func(q booking.Window) ([]booking.Slot, error) {
		return []booking.Slot{{Place: places()[0], Day: day("2026-12-02"), Minutes: 10, Free: 2}}, nil
	}
	w.days = func() ([]booking.HubDay, error) {
		return []booking.HubDay{{Hub: fiera, Day: day("2026-12-02"), Places: 288, Free: 200, CallCentre: 220}}, nil
	}
	w.offers = func(q search.Query) ([]search.Offer, error) {
		p := places()
		return []search.Offer{{Places: p, Days: []civil.Day{day("2026-12-02"), day("2026-12-23")}, Minutes: []int{10, 10}}}, nil
	}
	o := settings{Connections: 4, Options: Options{
		Channel: "web", Store: w, Binding: inForce{w}, Readiness: ready(evening), Metrics: NewMetrics(),
		Log:   slog.New(slog.NewTextHandler(&locked{w: w}, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Clock: w.clock,
	}}
	for _, f := range adjust {
		f(&o)
	}
	var err error
	o.Clerk, err = clerk.New(clerk.Options{
		Store: w, Binding: inForce{w}, Search: w, Channel: o.Channel, CallCentre: o.CallCentre,
		Connections: o.Connections, PerPerson: o.PerPerson, Clock: w.clock,
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
type locked struct{ w *world }

func (l *locked) Write(line []byte) (int, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	return l.w.log.Write(line)
}

func (w *world) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) publish(revision int64) {
	w.t.Helper()
	snapshot, err := binding.NewSnapshot(lazio.Catalog(revision, eur, fiera))
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.snapshot = snapshot
}

// inForce is the binding of a world.
type inForce struct{ w *world }

func (b inForce) Current() (*binding.Snapshot, error) {
	b.w.mu.Lock()
	defer b.w.mu.Unlock()
	if b.w.snapshot == nil {
		return nil, binding.ErrNone
	}
	return b.w.snapshot, nil
}

func (b inForce) Revision() int64 {
	snapshot, _ := b.Current()
	return snapshot.Revision()
}

func (b inForce) Now() time.Time { return b.w.clock() }

func (b inForce) Offset() (ahead, within time.Duration) { return time.Second, time.Millisecond }

func (b inForce) Refresh(context.Context) error {
	b.w.mu.Lock()
	b.w.refreshes++
	refresh := b.w.refresh
	b.w.mu.Unlock()
	if refresh != nil {
		return refresh()
	}
	return nil
}

func (w *world) called(verb string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, verb)
}

func (w *world) taken(ctx context.Context, verb string, r booking.Request) (booking.Booking, error) {
	w.called(verb)
	w.mu.Lock()
	w.requests = append(w.requests, r)
	take := w.take
	w.mu.Unlock()
	b, err := take(r)
	if ctx.Err() != nil {
		return booking.Booking{}, ctx.Err()
	}
	return b, err
}

func (w *world) changed(verb string, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	w.called(verb)
	w.mu.Lock()
	w.changes = append(w.changes, c)
	change := w.change
	w.mu.Unlock()
	return change(ref, c)
}

func (w *world) Hold(ctx context.Context, r booking.Request) (booking.Booking, error) {
	return w.taken(ctx, "hold", r)
}
func (w *world) Book(ctx context.Context, r booking.Request) (booking.Booking, error) {
	return w.taken(ctx, "book", r)
}
func (w *world) Confirm(_ context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return w.changed("confirm", ref, c)
}
func (w *world) Extend(_ context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return w.changed("extend", ref, c)
}
func (w *world) Cancel(_ context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return w.changed("cancel", ref, c)
}
func (w *world) Move(_ context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return w.changed("move", ref, c)
}
func (w *world) Live(context.Context, identifier.Identifier) ([]booking.Booking, error) {
	w.called("live")
	return nil, nil
}

func (w *world) Look(_ context.Context, ref booking.Reference) (booking.Booking, error) {
	w.called("look")
	return w.looks(ref)
}
func (w *world) Free(_ context.Context, q booking.Window) ([]booking.Slot, error) {
	w.called("free")
	return w.free(q)
}
func (w *world) Availability(context.Context) ([]booking.HubDay, error) {
	w.called("availability")
	return w.days()
}
func (w *world) Offers(_ context.Context, _ *binding.Snapshot, q search.Query) ([]search.Offer, error) {
	w.called("offers")
	return w.offers(q)
}
func (w *world) InUse() (used, most int) { return 1, 4 }

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

// code is that of the refusal; "" where it is none.
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

// has tells what an answer is to mention.
func (s said) has(t testing.TB, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(s.text, part) {
			t.Errorf("the answer lacks %q: %s", part, s.text)
		}
	}
}

var errAway = errors.New("dial the database: connection refused")
