/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, get("/metrics"))
	text, err := io.ReadAll(w.Result().Body)
	if err != nil || w.Code != 200 {
		t.Fatalf("scrape: %d, %v", w.Code, err)
	}
	return string(text)
}

// counted returns the value of a counter.
func counted(t *testing.T, c prometheus.Counter) float64 {
	t.Helper()
	var out dto.Metric
	if err := c.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.GetCounter().GetValue()
}

func TestMetrics(t *testing.T) {
	w := newWorld(t)
	w.ask(post(t, "$hold", wants(t, giulia).Parameters()))
	w.ask(get("/fhir/Location/" + giulia))
	w.ask(get("/" + giulia))
	w.store.OnTake = func(booking.Request) (booking.Booking, error) {
		return booking.Booking{}, refusal(booking.AlreadyBooked)
	}
	w.ask(post(t, "$hold", wants(t, giulia).Parameters()))
	if text := scrape(t, w.Metrics); strings.Contains(text, "oversold") {
		t.Error("there is an audit before there was one")
	}
	w.Metrics.Audited(booking.Audit{})
	w.Metrics.Audited(booking.Audit{At: evening, Duplicates: 2, Sold: 7})
	text := scrape(t, w.Metrics)
	for _, want := range []string{
		`mezzanotte_booking_requests_total{outcome="done",route="/fhir/Appointment/$hold"} 1`,
		`mezzanotte_booking_requests_total{outcome="refused",route="/fhir/Appointment/$hold"} 1`,
		`mezzanotte_booking_requests_total{outcome="invalid",route="/fhir/Location/{id}"} 1`,
		`mezzanotte_booking_requests_total{outcome="invalid",route="other"} 1`,
		`mezzanotte_booking_refusals_total{code="already-booked"} 1`,
		`mezzanotte_booking_request_duration_seconds_count{route="/fhir/Appointment/$hold"} 2`,
		`mezzanotte_booking_shed_total{reason="full"} 0`,
		`mezzanotte_booking_gate_queue_length{urgency="finishing"} 0`,
		`mezzanotte_booking_gate_inside 0`,
		`mezzanotte_booking_store_connections_used 1`,
		`mezzanotte_booking_store_connections_limit 4`,
		`mezzanotte_booking_store_clock_offset_seconds 1`,
		`mezzanotte_booking_catalog_revision 1`,
		`mezzanotte_booking_ready 1`,
		`mezzanotte_booking_requests_in_flight 0`,
		`mezzanotte_booking_panics_total 0`,
		`mezzanotte_booking_oversold_places 0`,
		`mezzanotte_booking_duplicate_bookings 2`,
		`mezzanotte_booking_sold_places 7`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	for _, never := range []string{giulia, marco, number1.String(), number1.Symbols()} {
		if strings.Contains(text, never) {
			t.Errorf("the metrics hold %q", never)
		}
	}
	families, err := w.Metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, prefix) {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// TestNothingPersonalIsLogged goes through a journey with everything that can go
// wrong, at every level of logs, and looks for the person.
func TestNothingPersonalIsLogged(t *testing.T) {
	w := newWorld(t, func(o *settings) { o.PerPerson = clerk.Rate{Burst: 30, PerSecond: 1} })
	held := wants(t, giulia)
	held.Patient.Contact = booking.Contact{Email: "giulia@example.org", Phone: "+39 06 12345678"}
	held.Patient.Born = day("1983-12-01")
	journey := func() {
		for _, operation := range []string{"$hold", "$book", "$move", "$extend", "$cancel", "_search", "$find", "$nothing"} {
			for _, asked := range []any{
				held.Parameters(), mine(t, giulia).Parameters(), map[string]string{"resourceType": giulia},
				fhir.Find{Campaign: band, Patient: held.Patient, Near: &fhir.Near{Latitude: 41.8076, Longitude: 12.3270}}.Parameters(),
			} {
				r := post(t, operation, asked)
				r.Header.Set("Idempotency-Key", "key-of-"+giulia)
				r.Header.Set("X-Forwarded-For", "203.0.113.77")
				r.RemoteAddr = "10.1.1.1:99"
				w.ask(r)
				w.store.Later(time.Second)
			}
			w.ask(get("/fhir/Appointment/" + operation + "?identifier=" + giulia))
			w.ask(get("/fhir/Slot?schedule=" + giulia))
			w.ask(get("/" + giulia))
		}
		w.ask(form(t))
	}
	journey()
	w.store.OnTake = func(booking.Request) (booking.Booking, error) { return booking.Booking{}, errAway }
	w.store.OnChange = func(booking.Reference, booking.Change) (booking.Booking, error) {
		return booking.Booking{}, refusal(booking.NotFound)
	}
	journey()
	w.store.OnTake = func(r booking.Request) (booking.Booking, error) {
		panic(r.Person.Identifier.Reveal() + r.Contact.Email)
	}
	w.store.OnChange = func(ref booking.Reference, _ booking.Change) (booking.Booking, error) { panic(ref) }
	w.store.Later(time.Minute)
	journey()
	log := w.logged()
	if !strings.Contains(log, "level=DEBUG") || !strings.Contains(log, "level=ERROR") || strings.Count(log, "\n") < 100 {
		t.Fatalf("too little was logged to look at:\n%s", log)
	}
	for _, never := range []string{
		giulia, strings.ToLower(giulia), "giulia@", "12345678", number1.String(), number1.Symbols(), "1983", "41.8076", "12.327", "203.0.113.77", "10.1.1.1", "key-of",
	} {
		if at := strings.Index(log, never); at >= 0 {
			t.Errorf("the log holds %q: %s", never, log[max(0, at-200):min(len(log), at+50)])
		}
	}
}
