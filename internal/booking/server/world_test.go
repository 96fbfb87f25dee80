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
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// People, made up: their codes are right and nobody's.
const (
	giulia = "CNTCHR83T41D969D" // born 1983-12-01
	marco  = "RCCMNL83S18D969H" // born 1983-11-18
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
var evening = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

const (
	fiera  = "fiera-di-roma"
	eur    = "eur"
	band   = "born-1980-1985"
	older  = "born-1946-1950"
	closed = "born-1936-1940"
	paused = "born-1941-1945"
)

var (
	number1     = number.New([8]byte{1, 2, 3, 4, 5, 6, 7, 8})
	wrongNumber = number.New([8]byte{8, 7, 6, 5, 4, 3, 2, 1})
)

// published is the catalog of the tests, under a revision.
func published(revision int64) catalog.Catalog {
	hub := func(name, title string) catalog.Hub {
		return catalog.Hub{
			Name: name, DisplayName: title, Address: "Via Portuense 1645, Roma", Services: []string{"Vaccination"}, Stations: 3, MinutesPerAppointment: 10,
			OpeningHours: []catalog.Hours{{Days: []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}, Opens: "08:00", Closes: "24:00"}},
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
	stopped.Paused = "too few vaccines"
	return catalog.Catalog{
		Revision: revision, Platform: "lazio", TimeZone: "Europe/Rome",
		Hubs: []catalog.Hub{hub(eur, "Hub EUR"), hub(fiera, "Hub Fiera di Roma")},
		Campaigns: []catalog.Campaign{
			campaign(band, "1980-01-01", "1985-12-31", evening), campaign(older, "1946-01-01", "1950-12-31", evening.AddDate(0, 0, 7)), ended, stopped,
		},
	}
}

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
		return []booking.HubDay{{Hub: fiera, Day: day("2026-12-02"), Places: 288, Free: 200, Desk: 220}}, nil
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
		Store: w, Binding: inForce{w}, Search: w, Channel: o.Channel, Desk: o.Desk,
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
	snapshot, err := binding.NewSnapshot(published(revision))
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

func day(text string) civil.Day {
	d, err := civil.Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// places are two that are right for the band.
func places() []booking.Place {
	first := time.Date(2026, 12, 2, 9, 0, 0, 0, time.UTC)
	return []booking.Place{{Hub: fiera, StartsAt: first}, {Hub: fiera, StartsAt: first.AddDate(0, 0, 21)}}
}

func makeBooking(state booking.State, places []booking.Place) booking.Booking {
	b := booking.Booking{Number: number1, Service: "Vaccination", Campaign: band, State: state, MadeAt: evening}
	if state == booking.Held {
		b.ExpiresAt = evening.Add(10 * time.Minute)
	}
	for i, p := range places {
		b.Appointments = append(b.Appointments, booking.Appointment{Dose: i + 1, Place: p, Day: day("2026-12-02").Add(21 * i), Minutes: 10})
	}
	return b
}

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
func (s said) is(t testing.TB, status int, code fhir.Code) {
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
