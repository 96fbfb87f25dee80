/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzRequest: whatever is asked, nothing panics and nothing is our mistake.
func FuzzRequest(f *testing.F) {
	for _, operation := range operations {
		h := hostile{t: f}
		f.Add("POST", "/fhir/Appointment/"+operation, kindFHIR, someKey, h.text(operation))
	}
	f.Add("POST", "/fhir/Appointment/_search", kindForm, "", []byte("identifier=7K3M-Q9TX-4B2Z&patient.identifier=CNTCHR83T41D969D"))
	f.Add("GET", "/fhir/Slot?schedule=eur&start=ge2026-12-02T08:00:00+01:00&start=lt2026-12-03", "", "", []byte(nil))
	f.Add("GET", "/fhir/Location/eur", "", "", []byte(nil))
	f.Add("GET", "/bulk/slots.ndjson", "", "", []byte(nil))
	w := newWorld(f, func(o *settings) { o.Log = slog.New(slog.DiscardHandler) })
	f.Fuzz(func(t *testing.T, method, target, kind, key string, body []byte) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
		url, err := r.URL.Parse(target)
		if err != nil || strings.ContainsAny(method, " \r\n") {
			return // net/http does not let these through
		}
		r.Method, r.URL = method, url
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", key)
		r.Header.Set("Accept-Encoding", key)
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, r)
		if recorder.Code >= 500 || recorder.Code < 200 {
			t.Errorf("answered %d: %s", recorder.Code, recorder.Body)
		}
	})
}

// FuzzSlotStart: a start that is read is a time after which, or before which, slots
// are looked for; never a window that begins before now.
func FuzzSlotStart(f *testing.F) {
	for _, text := range []string{"2026-12-02", "ge2026-12-02T08:00:00+01:00", "lt9999-12-31", "eq0000-01-01", "gt2026-03-29", "le2026-10-25"} {
		f.Add(text)
	}
	w := newWorld(f)
	in, err := w.current()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := get("/fhir/Slot")
		query := r.URL.Query()
		query.Set("schedule", eur)
		query.Set("start", text)
		r.URL.RawQuery = query.Encode()
		window, err := w.window(in, r)
		if err == nil && (window.From.Before(evening) || window.To.IsZero()) {
			t.Errorf("%q is a window from %v to %v", text, window.From, window.To)
		}
	})
}

// BenchmarkAnswer is what one core answers without the store: the crowd that is too
// early, and whoever reads what anybody may know.
func BenchmarkAnswer(b *testing.B) {
	w := newWorld(b, func(o *settings) { o.Log = slog.New(slog.DiscardHandler) })
	text := string(hostile{t: b}.text("$hold"))
	for name, c := range map[string]struct {
		before time.Duration
		method string
		target string
	}{
		"too early":    {before: time.Minute, method: "POST", target: "/fhir/Appointment/$hold"},
		"held":         {method: "POST", target: "/fhir/Appointment/$hold"},
		"availability": {method: "GET", target: "/bulk/slots.ndjson"},
		"hubs":         {method: "GET", target: "/fhir/Location"},
	} {
		b.Run(name, func(b *testing.B) {
			w.store.Later(-c.before)
			defer w.store.Later(c.before)
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(c.method, c.target, strings.NewReader(text))
				r.Header.Set("Content-Type", kindFHIR)
				w.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}
