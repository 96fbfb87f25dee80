/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// observer is a server that observes errors.
type observer struct {
	*httptest.ResponseRecorder
	why error
}

func (h *observer) Observe(why error) { h.why = why }

// TestRefused: rejected people read why, on a page like all others.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		why    error
		path   string
		status int
		after  string
		says   string
	}{
		"too many from an address": {booking.RateLimitError{After: 3 * time.Second}, "/en/find", http.StatusTooManyRequests, "3", "Wait 3 seconds"},
		"a panic":                  {errors.New("panic"), "/en/hold/confirm", http.StatusInternalServerError, "", "on our side"},
		"no page of ours":          {booking.RateLimitError{After: time.Second}, "/" + giulia, http.StatusTooManyRequests, "1", "Wait 1 second"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r := httptest.NewRequest(http.MethodPost, c.path, nil)
			r.Header.Set("Accept-Language", "en")
			recorder := httptest.NewRecorder()
			w.Refuse(recorder, r, c.why)
			b := w.browser("en")
			b.address, b.text = c.path, recorder.Body.String()
			var err error
			if b.root, err = html.Parse(strings.NewReader(b.text)); err != nil {
				t.Fatal(err)
			}
			b.says(c.says).sound(t, "en")
			if recorder.Code != c.status || recorder.Header().Get("Retry-After") != c.after {
				t.Errorf("answers %d, to come again after %q", recorder.Code, recorder.Header().Get("Retry-After"))
			}
			if recorder.Header().Get("Content-Security-Policy") == "" || recorder.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("the page is less safe than others: %v", recorder.Header())
			}
			if strings.Contains(b.text+w.log.String(), giulia) {
				t.Error("what was typed is repeated")
			}
		})
	}
}

// TestServerHearsWhy: for its metrics.
func TestServerHearsWhy(t *testing.T) {
	w := newWorld(t)
	w.snapshot = nil
	h := &observer{ResponseRecorder: httptest.NewRecorder()}
	w.ServeHTTP(h, httptest.NewRequest(http.MethodGet, "/en/find", nil))
	if h.Code != http.StatusServiceUnavailable || h.why == nil {
		t.Errorf("answers %d because %v", h.Code, h.why)
	}
	w = newWorld(t)
	w.fail["find"] = booking.OverloadFull
	b := w.browser("en").open("/en/find")
	b.ask(b.filled("/find", map[string]string{"place": "rieti"}))
	h = &observer{ResponseRecorder: httptest.NewRecorder()}
	r := httptest.NewRequest(http.MethodGet, b.header.Get("Location"), nil)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w.ServeHTTP(h, r)
	if !errors.Is(h.why, booking.OverloadFull) {
		t.Errorf("who was sent away was so because %v, want %v", h.why, booking.OverloadFull)
	}
	h = &observer{ResponseRecorder: httptest.NewRecorder()}
	w.ServeHTTP(h, httptest.NewRequest(http.MethodGet, "/en/", nil))
	if h.why != nil {
		t.Errorf("the first page is as it is because %v", h.why)
	}
}
