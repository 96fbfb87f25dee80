/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
)

// TestFront: every request passes all gates of its route, whether a program or a person
// sends it, and whether anything is at its address. A gate that refuses is counted and its
// answer has the headers of all others.
func TestFront(t *testing.T) {
	const from = "203.0.113.9:4711"
	for name, c := range map[string]struct {
		path         string
		route        string
		first, limit int // the status of an allowed request, and of one too many
		secure       bool
	}{
		"a list":                   {path: "/fhir/Location", route: "/fhir/Location", first: 200, limit: 429, secure: true},
		"a file for anybody":       {path: "/bulk/slots.ndjson", route: "/bulk/slots.ndjson", first: 200, limit: 429, secure: true},
		"a method that is not":     {path: "/fhir/Appointment/$hold", route: "/fhir/Appointment/$hold", first: 405, limit: 429, secure: true},
		"nothing, for programs":    {path: "/fhir/nothing", route: "other", first: 404, limit: 429, secure: true},
		"an address written twice": {path: "/fhir//Location", route: "other", first: 404, limit: 429, secure: true},
		"a page":                   {path: "/it/", route: "pages", first: 200, limit: 429},
		"a page that panics":       {path: "/panics", route: "pages", first: 500, limit: 429},
		"a file of pages":          {path: "/static/style.css", route: "pages", first: 200, limit: 200},
		"the probe of life":        {path: "/livez", route: "/livez", first: 200, limit: 200, secure: true},
		"the probe of readiness":   {path: "/readyz", route: "/readyz", first: 200, limit: 200, secure: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, withPages, func(o *settings) { o.PerAddress = clerk.Rate{Burst: 1, PerSecond: 0.001} })
			for _, want := range []int{c.first, c.limit} {
				r := httptest.NewRequest(http.MethodGet, c.path, nil)
				r.RemoteAddr = from
				got := w.ask(r)
				if got.StatusCode != want {
					t.Errorf("answered %d, want %d: %s", got.StatusCode, want, got.text)
				}
				if secure := got.Header.Get("X-Content-Type-Options") == "nosniff"; secure != c.secure {
					t.Errorf("%d has security headers of answers to programs: %t", got.StatusCode, secure)
				}
				if limited := want == http.StatusTooManyRequests; limited != (got.Header.Get("Retry-After") != "") {
					t.Errorf("%d says to retry after %q", got.StatusCode, got.Header.Get("Retry-After"))
				}
			}
			limited := 0.0
			if c.limit == http.StatusTooManyRequests {
				limited = 1
			}
			if n := counted(t, w.Metrics.requests.WithLabelValues(c.route, string(booking.ClassLimited))); n != limited {
				t.Errorf("%v requests count as limited at %s, want %v", n, c.route, limited)
			}
			all := 0
			for line := range strings.Lines(scrape(t, w.Metrics)) {
				if strings.HasPrefix(line, prefix+"requests_total{") && strings.HasSuffix(line, "} 1\n") {
					all++
				} else if strings.HasPrefix(line, prefix+"requests_total{") && strings.HasSuffix(line, "} 2\n") {
					all += 2
				}
			}
			if all != 2 {
				t.Errorf("%d requests were counted, want 2", all)
			}
		})
	}
}
