/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
)

// wall is what a test shows: at each address something else.
type wall struct{}

func (wall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	because := func(err error) {
		if observer, ok := w.(ErrorObserver); ok {
			observer.Observe(err)
		}
	}
	switch r.URL.Path {
	case "/taken":
		because(refusal(booking.NoPlace))
		w.WriteHeader(http.StatusConflict)
	case "/full":
		because(booking.OverloadFull)
		w.WriteHeader(http.StatusServiceUnavailable)
	case "/away":
		because(errAway)
		w.WriteHeader(http.StatusServiceUnavailable)
	case "/wrong":
		because(errAway)
		w.WriteHeader(http.StatusInternalServerError)
	case "/unread":
		w.WriteHeader(http.StatusUnprocessableEntity)
	case "/panics":
		panic(errors.New("about " + giulia))
	}
	_, _ = fmt.Fprint(w, "a page at ", r.URL.Path)
}

func (wall) Refuse(w http.ResponseWriter, _ *http.Request, why error) {
	status := http.StatusInternalServerError
	if often := (booking.RateLimitError{}); errors.As(why, &often) {
		w.Header().Set("Retry-After", often.After.String())
		status = http.StatusTooManyRequests
	}
	w.WriteHeader(status)
	_, _ = fmt.Fprint(w, "a page says why")
}

func withPages(o *settings) { o.Pages = wall{} }

func TestWhoseAddress(t *testing.T) {
	w := newWorld(t, withPages)
	for path, want := range map[string]string{
		"/": "a page at /", "/it/": "a page at /it/", "/it/find": "a page at /it/find", "//it/": "a page at //it/", "/fhirst": "a page at /fhirst",
		"/livez": `"ready":true`, "/readyz": `"ready":true`, "/fhir/metadata": "CapabilityStatement", "/bulk/slots.ndjson": "Slot", "/$bulk-publish": "slots.ndjson",
	} {
		got := w.ask(get(path))
		got.is(t, 200, "")
		got.has(t, want)
	}
	for _, path := range []string{"/fhir", "/fhir/", "/fhir/nothing", "/fhir/Location/", "/fhir/../it/", "/bulk", "/bulk/nothing"} {
		w.ask(get(path)).is(t, 404, booking.CodeUnknownPath)
	}
	w.ask(httptest.NewRequest(http.MethodConnect, "/it/", nil)).is(t, 404, booking.CodeUnknownPath)
	if got := w.ask(get("/")); got.Header.Get("Content-Security-Policy") != "" {
		t.Errorf("pages are said to be %q", got.Header.Get("Content-Security-Policy"))
	}
}

// TestPagesAreCounted: once each, by outcome, and never by a typed address.
func TestPagesAreCounted(t *testing.T) {
	w := newWorld(t, withPages)
	for _, path := range []string{"/", "/" + giulia, "/taken", "/full", "/away", "/wrong", "/unread", "/panics"} {
		w.ask(get(path))
	}
	text := scrape(t, w.Metrics)
	for _, want := range []string{
		`requests_total{outcome="done",route="pages"} 2`,
		`requests_total{outcome="refused",route="pages"} 1`,
		`requests_total{outcome="shed",route="pages"} 1`,
		`requests_total{outcome="unavailable",route="pages"} 1`,
		`requests_total{outcome="failed",route="pages"} 2`,
		`requests_total{outcome="invalid",route="pages"} 1`,
		`refusals_total{code="no-place"} 1`, `shed_total{reason="full"} 1`, `panics_total 1`, `requests_in_flight 0`,
	} {
		if !strings.Contains(text, prefix+want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	log := w.logged()
	if strings.Contains(text+log, giulia) {
		t.Error("somebody's code is in metrics or logs")
	}
	if n := strings.Count(log, "level=ERROR"); n != 1 || !strings.Contains(log, "panic with a value of type *errors.errorString") {
		t.Errorf("%d errors are logged, want only the panic, of which pages know nothing:\n%s", n, log)
	}
}

func TestPanicOfPagesIsAnswered(t *testing.T) {
	got := newWorld(t, withPages).ask(get("/panics"))
	got.is(t, 500, "")
	got.has(t, "a page says why")
}

// TestPagesAreLimited: with the same allowance as what programs ask for, but for files.
func TestPagesAreLimited(t *testing.T) {
	w := newWorld(t, withPages, func(o *settings) { o.PerAddress = clerk.Rate{Burst: 4, PerSecond: 1} })
	ask := func(path string) said {
		r := get(path)
		r.RemoteAddr = "203.0.113.1:9"
		return w.ask(r)
	}
	for range 2 {
		ask("/it/").is(t, 200, "")
		ask("/fhir/Location").is(t, 200, "")
	}
	got := ask("/it/")
	got.is(t, 429, "")
	got.has(t, "a page says why")
	if after := got.Header.Get("Retry-After"); after != "1s" {
		t.Errorf("come again after %q, want 1s", after)
	}
	ask("/fhir/Location").is(t, 429, booking.CodeTooManyRequests)
	for range 50 {
		ask("/static/style.css").is(t, 200, "")
	}
	if n := counted(t, w.Metrics.requests.WithLabelValues("pages", string(booking.ClassLimited))); n != 1 {
		t.Errorf("%v pages count as limited, want 1", n)
	}
	w.store.Later(time.Second)
	ask("/it/").is(t, 200, "")
}
