/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// hostile makes requests of which none is right, by chance but always the same ones.
type hostile struct {
	t      testing.TB
	random *rand.Rand
}

var operations = []string{"$find", "$hold", "$book", "$extend", "$cancel", "$move", "_search"}

// junk are values that no field of a request may have.
var junk = []any{
	nil, true, 0, -1, 1e308, "", " ", "\x00", []any{}, []any{[]any{[]any{}}}, map[string]any{}, map[string]any{"resourceType": "Patient"},
	"' OR 1=1 --", "'; DROP TABLE booking; --", "$(reboot)", "{{7*7}}", "<script>alert(1)</script>", "../../etc/passwd", "%00", "\u202e",
	strings.Repeat("A", 2000), strings.Repeat("9", 400), "RSSMRA85T10A562X", "CNTCHR83T41D969E", "ENI12345", "STP", "１２３", "Slot/", "Appointment/",
	"Slot/fiera-di-roma.20261302T090000Z", "Slot/fiera-di-roma.20261202T090000Z/extra", "Slot/nowhere.20261202T090000Z", "9999-99-99", "0000-00-00",
}

func (h hostile) pick(n int) int { return h.random.IntN(n) }

// right is a request that would be carried out.
func (h hostile) right(operation string) map[string]any {
	var parameters fhir.Parameters
	switch operation {
	case "$find":
		parameters = fhir.Find{Campaign: band, Patient: wants(h.t, giulia).Patient}.Parameters()
	case "$hold", "$book":
		parameters = wants(h.t, giulia).Parameters()
	case "$move":
		moving := mine(h.t, giulia)
		moving.Places = places()
		parameters = moving.Parameters()
	default:
		parameters = mine(h.t, giulia).Parameters()
	}
	text, err := json.Marshal(parameters)
	if err != nil {
		h.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		h.t.Fatal(err)
	}
	return out
}

// spoil puts junk somewhere into a request.
func (h hostile) spoil(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if names := slices.Sorted(maps.Keys(v)); len(names) > 0 {
			name := names[h.pick(len(names))]
			v[name] = h.spoil(v[name])
			return v
		}
	case []any:
		if len(v) > 0 {
			i := h.pick(len(v))
			v[i] = h.spoil(v[i])
			return v
		}
	}
	return h.junk()
}

func (h hostile) junk() any { return junk[h.pick(len(junk))] }

func (h hostile) one(of ...string) string { return of[h.pick(len(of))] }

// send is a request with a body, or with the right one and something else wrong.
func send(operation string, text []byte) *http.Request {
	r := httptest.NewRequest("POST", "/fhir/Appointment/"+operation, bytes.NewReader(text))
	r.Header.Set("Content-Type", kindFHIR)
	return r
}

func (h hostile) sends(operation string, change func(*http.Request)) *http.Request {
	r := send(operation, h.text(operation))
	change(r)
	return r
}

func (h hostile) text(operation string) []byte {
	text, err := json.Marshal(h.right(operation))
	if err != nil {
		h.t.Fatal(err)
	}
	return text
}

// sorts are what may be wrong with a request for an operation.
var sorts = map[string]func(hostile, string) *http.Request{
	"cut off": func(h hostile, operation string) *http.Request {
		text := h.text(operation)
		return send(operation, text[:h.pick(len(text))])
	},
	"with control characters": func(h hostile, operation string) *http.Request {
		text := h.text(operation)
		for range 1 + h.pick(8) {
			text[h.pick(len(text))] = byte(h.pick(9))
		}
		return send(operation, text)
	},
	"of bytes by chance": func(h hostile, operation string) *http.Request {
		text := make([]byte, h.pick(300))
		for i := range text {
			text[i] = byte(h.pick(256))
		}
		return send(operation, text)
	},
	"too large": func(h hostile, operation string) *http.Request {
		return send(operation, append(h.text(operation), bytes.Repeat([]byte(" "), fhir.MaxBody+h.pick(1<<18))...))
	},
	"nested": func(h hostile, operation string) *http.Request {
		return send(operation, []byte(strings.Repeat(`{"parameter":[`, 1+h.pick(5000))))
	},
	"of another format": func(h hostile, operation string) *http.Request {
		return h.sends(operation, func(r *http.Request) {
			r.Header.Set("Content-Type", h.one("", "text/plain", "application/xml", "application/fhir+xml", "application/json; charset=utf-16", "multipart/form-data", ";;"))
		})
	},
	"for another format": func(h hostile, operation string) *http.Request {
		return h.sends(operation, func(r *http.Request) {
			r.Header.Set("Accept", h.one("text/html", "application/fhir+xml", ",;,", "json"))
		})
	},
	"packed": func(h hostile, operation string) *http.Request {
		return h.sends(operation, func(r *http.Request) { r.Header.Set("Content-Encoding", h.one("gzip", "br", "x")) })
	},
	"by another method": func(h hostile, operation string) *http.Request {
		return h.sends(operation, func(r *http.Request) {
			r.Method = h.one("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW")
		})
	},
	"with a wrong key": func(h hostile, _ string) *http.Request {
		return h.sends(h.one("$hold", "$book", "$cancel"), func(r *http.Request) {
			r.Header.Set("Idempotency-Key", h.one("", "short", strings.Repeat("k", 129), "sixteen spaces \x01 x", "ключ-ключ-ключ-ключ"))
		})
	},
	"to nowhere": func(h hostile, _ string) *http.Request { return h.elsewhere() },
	"as a form": func(h hostile, _ string) *http.Request {
		r := send("_search", []byte(h.form().Encode()))
		r.Header.Set("Content-Type", kindForm)
		return r
	},
	"spoiled": func(h hostile, operation string) *http.Request {
		value := h.right(operation)
		h.spoil(value)
		text, err := json.Marshal(value)
		if err != nil {
			h.t.Fatal(err)
		}
		return send(operation, text)
	},
}

func (h hostile) elsewhere() *http.Request {
	path := []string{
		"/", "/fhir", "/fhir/", "/fhir/Patient", "/fhir/Patient/" + giulia, "/fhir/Appointment", "/fhir/Appointment/" + number1.String(), "/fhir/../metrics",
		"/metrics", "/debug/pprof/", "//fhir//Location", "/fhir/Location/../../etc/passwd", "/fhir/Location/%2e%2e%2f", "/fhir/Location/'%20OR%201=1", "/.env",
		"/fhir/Slot", "/fhir/Slot?schedule=%00", "/fhir/Slot?schedule=eur&start=';--", "/fhir/Appointment/$find/x", "/bulk/", "/bulk/../slots.ndjson", "/fhir/Location/" + strings.Repeat("a", 5000),
	}[h.pick(22)]
	return httptest.NewRequest([]string{"GET", "POST", "PUT"}[h.pick(3)], path, strings.NewReader("{}"))
}

func (h hostile) form() url.Values {
	form := url.Values(fhir.Form(number1, person(h.t, giulia)))
	for name := range form {
		switch h.pick(3) {
		case 0:
			form[name] = nil
		case 1:
			form[name] = []string{fmt.Sprint(h.junk())}
		case 2:
			form[name] = append(form[name], "twice")
		}
	}
	return form
}

// TestHostileRequests: whatever is asked, the answer is a clear 4xx. A few of those
// that were spoiled are right all the same, as what was spoiled is passed over.
func TestHostileRequests(t *testing.T) {
	const each = 1000
	w := newWorld(t)
	h := hostile{t, rand.New(rand.NewPCG(1, 2))}
	for _, sort := range slices.Sorted(maps.Keys(sorts)) {
		refused := 0
		for range each {
			r := sorts[sort](h, operations[h.pick(len(operations))])
			got := w.ask(r)
			if got.StatusCode >= 400 && got.StatusCode < 500 {
				refused++
			}
			h.check(r, sort, got)
		}
		if least := each * 9 / 10; refused < least {
			t.Errorf("of those %s %d were refused, want %d at least", sort, refused, least)
		}
	}
	if strings.Contains(w.logged(), "level=ERROR") {
		t.Errorf("somebody was told of an error:\n%s", w.logged())
	}
	if n := counted(t, w.Metrics.panics); n != 0 {
		t.Errorf("%v panics", n)
	}
}

// check looks at one answer.
func (h hostile) check(r *http.Request, sort string, got said) {
	h.t.Helper()
	harmless := sort == "spoiled" || sort == "to nowhere"
	switch {
	case got.StatusCode == 200 && harmless:
	case got.StatusCode < 400 || got.StatusCode >= 500:
		h.t.Fatalf("%s, %s: answered %d: %.300s", r.URL.Path, sort, got.StatusCode, got.text)
	case got.code() == "":
		h.t.Fatalf("%s, %s: answered %d without an outcome: %.300s", r.URL.Path, sort, got.StatusCode, got.text)
	}
	for _, written := range []string{giulia, "DROP TABLE", "<script>", "/etc/passwd"} {
		if strings.Contains(got.text, written) {
			h.t.Fatalf("%s, %s: the answer repeats what was written: %.300s", r.URL.Path, sort, got.text)
		}
	}
}

// TestReplayedKeys: a key that was used for another request is refused, however often.
func TestReplayedKeys(t *testing.T) {
	w := newWorld(t)
	used := map[string]string{}
	w.store.OnTake = func(r booking.Request) (booking.Booking, error) {
		who := r.Person.Identifier.Reveal()
		if by, known := used[r.By.Key]; known && by != who {
			return booking.Booking{}, refusal(booking.KeyUsed)
		}
		b := makeBooking(booking.Booked, r.Places)
		_, b.Replayed = used[r.By.Key]
		used[r.By.Key] = who
		return b, nil
	}
	ask := func(code string) said {
		r := post(t, "$book", wants(t, code).Parameters())
		r.Header.Set("Idempotency-Key", someKey)
		return w.ask(r)
	}
	ask(giulia).is(t, 200, "")
	ask(giulia).has(t, "carried out before", number1.String())
	for range 1000 {
		ask(marco).is(t, 422, booking.CodeKeyUsed)
	}
}
