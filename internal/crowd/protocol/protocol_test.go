/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package protocol

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
	"github.com/mezzanotte/mezzanotte/internal/crowd/target"
)

var (
	band = Campaign{Name: "born-1946-1950", Service: "Vaccination"}
	anna = Person{Code: "AAAAAA46A41Z000B", Born: "1946-01-01"}
	pair = Offer{Slots: []string{"fiera.20261202T070000Z", "fiera.20261223T070000Z"}}
)

const patient = `{"name":"patient-resource","resource":{"resourceType":"Patient","identifier":[{"system":"http://hl7.it/sid/codiceFiscale","value":"AAAAAA46A41Z000B"}],"birthDate":"1946-01-01"}}`

func TestRequests(t *testing.T) {
	const (
		slots = `{"name":"slot","valueReference":{"reference":"Slot/fiera.20261202T070000Z"}},{"name":"slot","valueReference":{"reference":"Slot/fiera.20261223T070000Z"}}`
		about = `{"name":"appointment-reference","valueReference":{"reference":"Appointment/7K3M-Q9TX-4B2Z"}}`
		named = `{"name":"campaign","valueCode":"born-1946-1950"}`
	)
	cases := map[string]struct {
		got        Request
		verb, body string
		key        string
	}{
		"find":              {Find(band, anna, 5), "$find", named + "," + patient + `,{"name":"_count","valueInteger":5}`, ""},
		"find, any":         {Find(Campaign{Service: "Test"}, anna, 5), "$find", `{"name":"visit-type","valueCode":"Test"},` + patient + `,{"name":"_count","valueInteger":5}`, ""},
		"hold":              {Hold(band, anna, pair, "k"), "$hold", named + "," + patient + "," + slots, "k"},
		"book":              {Book(anna, "7K3M-Q9TX-4B2Z", "k"), "$book", about + "," + patient, "k"},
		"cancel":            {Cancel(anna, "7K3M-Q9TX-4B2Z", "k"), "$cancel", about + "," + patient, "k"},
		"move":              {Move(anna, "7K3M-Q9TX-4B2Z", pair, "k"), "$move", about + "," + patient + "," + slots, "k"},
		"what is not plain": {Cancel(anna, "7K3M\"},{", "k"), "$cancel", strings.Replace(about, "7K3M-Q9TX-4B2Z", "7K3M", 1) + "," + patient, "k"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			want := `{"resourceType":"Parameters","parameter":[` + c.body + `]}`
			if diff := cmp.Diff(want, string(c.got.Body)); diff != "" {
				t.Error(diff)
			}
			if !json.Valid(c.got.Body) || c.got.Method != http.MethodPost || c.got.Path != "/fhir/Appointment/"+c.verb || c.got.Key != c.key {
				t.Errorf("request %+v", c.got)
			}
		})
	}
}

func outcome(code string) string {
	return fmt.Sprintf(`{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"business-rule","details":{"coding":[{"system":"http://example.org","code":"other"},{"system":"https://mezzanotte.dev/fhir/CodeSystem/refusal","code":%q}],"text":"…"}}]}`, code)
}

func TestRead(t *testing.T) {
	const date = "Tue, 01 Dec 2026 23:00:00 GMT"
	header := func(pairs ...string) http.Header {
		h := http.Header{"Date": {date}}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	midnight := time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	dated := tally.Stamp{At: midnight}
	cases := map[string]struct {
		page   bool
		status int
		header http.Header
		body   string
		want   Answer
	}{
		"a page":                   {true, 200, header(), "whatever", Answer{Stamp: dated}},
		"a page that is known":     {true, 304, header(), "", Answer{Stamp: dated}},
		"not yet open":             {false, 403, header(), outcome("not-yet-open"), Answer{Outcome: tally.NotOpen, Code: "not-yet-open", Stamp: dated}},
		"paused":                   {false, 403, header(), outcome("paused"), Answer{Outcome: tally.NotOpen, Code: "paused", Stamp: dated}},
		"not eligible":             {false, 403, header(), outcome("not-eligible"), Answer{Outcome: tally.Refused, Code: "not-eligible", Stamp: dated}},
		"no place":                 {false, 409, header(), outcome("no-place"), Answer{Outcome: tally.Refused, Code: "no-place", Again: true, Stamp: dated}},
		"the hold expired":         {false, 410, header(), outcome("hold-expired"), Answer{Outcome: tally.Refused, Code: "hold-expired", Again: true, Stamp: dated}},
		"already booked":           {false, 409, header(), outcome("already-booked"), Answer{Outcome: tally.Refused, Code: "already-booked", Stamp: dated}},
		"overloaded":               {false, 503, header("Retry-After", "3"), outcome("overloaded"), Answer{Outcome: tally.Shed, Code: "overloaded", RetryAfter: 3 * time.Second, Stamp: dated}},
		"a proxy is":               {false, 503, header("Retry-After", "3"), "<html>", Answer{Outcome: tally.Shed, RetryAfter: 3 * time.Second, Stamp: dated}},
		"too many requests":        {false, 429, header("Retry-After", "Tue, 01 Dec 2026 23:00:09 GMT"), outcome("too-many-requests"), Answer{Outcome: tally.Shed, Code: "too-many-requests", RetryAfter: 9 * time.Second, Stamp: dated}},
		"it is not known":          {false, 503, header("Retry-After", "1"), outcome("try-again"), Answer{Outcome: tally.Failed, Code: "try-again", RetryAfter: time.Second, Stamp: dated}},
		"a panic":                  {false, 500, header(), "", Answer{Outcome: tally.Failed, Code: "HTTP 500", Stamp: dated}},
		"a redirect":               {false, 302, header("Location", "http://example.org"), "", Answer{Outcome: tally.Failed, Code: "HTTP 302", Stamp: dated}},
		"an unknown refusal":       {false, 404, header(), "404 page not found", Answer{Outcome: tally.Failed, Code: "HTTP 404", Stamp: dated}},
		"no JSON":                  {false, 200, header(), "<html>", Answer{Outcome: tally.Failed, Code: "unreadable answer", Stamp: dated}},
		"another resource":         {false, 200, header(), `{"resourceType":"Patient"}`, Answer{Outcome: tally.Failed, Code: "unreadable answer", Stamp: dated}},
		"nothing free":             {false, 200, header(), `{"resourceType":"Bundle","type":"searchset","total":0}`, Answer{Stamp: dated}},
		"waits that make no sense": {false, 503, http.Header{"Retry-After": {"99999999999"}}, "", Answer{Outcome: tally.Shed}},
		"a wait into the past":     {false, 503, header("Retry-After", "Tue, 01 Dec 2020 23:00:09 GMT"), "", Answer{Outcome: tally.Shed, Stamp: dated}},
		"offers": {false, 200, header(), `{"resourceType":"Bundle","entry":[` +
			proposed("fiera.20261202T070000Z", 1, 1) + "," + proposed("fiera.20261223T070000Z", 2, 1) + "," + proposed("eur.20261202T070000Z", 1, 2) + "," + proposed("eur.20261223T070000Z", 2, 2) + `]}`,
			Answer{
				Offers: []Offer{pair, {Slots: []string{"eur.20261202T070000Z", "eur.20261223T070000Z"}}}, Stamp: dated,
				Places: []Place{
					{"fiera", time.Date(2026, 12, 2, 7, 0, 0, 0, time.UTC)}, {"fiera", time.Date(2026, 12, 23, 7, 0, 0, 0, time.UTC)},
					{"eur", time.Date(2026, 12, 2, 7, 0, 0, 0, time.UTC)}, {"eur", time.Date(2026, 12, 23, 7, 0, 0, 0, time.UTC)},
				},
			}},
		"a booking": {false, 201, header(), `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"OperationOutcome"}},{"resource":{"resourceType":"Appointment","id":"7K3M-Q9TX-4B2Z.1","identifier":[{"system":"https://mezzanotte.dev/fhir/sid/booking-number","value":"7K3M-Q9TX-4B2Z"}],"status":"booked","created":"2026-12-02T00:00:00.000012+01:00","slot":[{"reference":"Slot/fiera.20261202T070000Z"}]}}]}`,
			Answer{
				Number: "7K3M-Q9TX-4B2Z", Places: []Place{{"fiera", time.Date(2026, 12, 2, 7, 0, 0, 0, time.UTC)}},
				Stamp: tally.Stamp{At: midnight.Add(12 * time.Microsecond), Store: true},
			}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Read(c.page, c.status, c.header, []byte(c.body))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func proposed(slot string, dose, offer int) string {
	return fmt.Sprintf(`{"resource":{"resourceType":"Appointment","status":"proposed","extension":[{"url":"https://mezzanotte.dev/fhir/StructureDefinition/dose-number","valuePositiveInt":%d},{"url":"https://mezzanotte.dev/fhir/StructureDefinition/offer","valuePositiveInt":%d}],"slot":[{"reference":"Slot/%s"}]}}`, dose, offer, slot)
}

// Whatever a server says, something is understood of it.
func FuzzRead(f *testing.F) {
	f.Add(200, "1", `{"resourceType":"Bundle","entry":[`+proposed("a.20261202T070000Z", 1, 1)+`]}`)
	f.Add(503, "Tue, 01 Dec 2026 23:00:09 GMT", outcome("try-again"))
	f.Add(200, "", `{"resourceType":"Bundle","entry":[{"resource":null},{}]}`)
	f.Fuzz(func(t *testing.T, status int, wait, body string) {
		a := Read(false, status, http.Header{"Retry-After": {wait}}, []byte(body))
		if a.RetryAfter < 0 || a.RetryAfter > longestWait || a.Outcome != tally.Done && a.Outcome != tally.Shed && a.Code == "" {
			t.Errorf("answer %+v", a)
		}
		for _, o := range a.Offers {
			if r := Hold(band, anna, o, "k"); len(o.Slots) == 0 || !json.Valid(r.Body) {
				t.Errorf("offer %q makes %s", o, r.Body)
			}
		}
	})
}

// door is a server of which it is known what it was asked last.
type door struct {
	*httptest.Server
	client    Client
	at        *url.URL
	got       *http.Request
	body      []byte
	elsewhere bool // somebody went to another server
}

func newDoor(t *testing.T) *door {
	t.Helper()
	d := &door{}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { d.elsewhere = true }))
	t.Cleanup(elsewhere.Close)
	t.Setenv("HTTP_PROXY", elsewhere.URL)
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.got = r
		d.body, _ = io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/fhir/redirect":
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
		case "/fhir/endless":
			for range 100 {
				if _, err := w.Write(make([]byte, 100_000)); err != nil {
					return
				}
			}
		case "/fhir/broken":
			panic(http.ErrAbortHandler)
		case "/fhir/slow":
			<-r.Context().Done()
		default:
			_, _ = w.Write([]byte(`{"resourceType":"Bundle"}`))
		}
	}))
	t.Cleanup(d.Close)
	var err error
	if d.at, err = url.Parse(d.URL); err != nil {
		t.Fatal(err)
	}
	transport := NewTransport(target.Loopback.Dialer())
	t.Cleanup(transport.CloseIdleConnections)
	d.client = Client{Transport: transport, Timeout: time.Second}
	return d
}

func TestWhatIsSent(t *testing.T) {
	d := newDoor(t)
	r := Book(anna, "7K3M-Q9TX-4B2Z", "key")
	r.From = "2001:db8::1"
	if a := d.client.Do(t.Context(), d.at, r); a.Outcome != tally.Done {
		t.Errorf("answer %+v", a)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/fhir+json", "Accept": "application/fhir+json", "Idempotency-Key": "key", "X-Forwarded-For": "2001:db8::1",
	} {
		if d.got.Header.Get(name) != want {
			t.Errorf("%s: %q", name, d.got.Header.Get(name))
		}
	}
	if d.got.Method != http.MethodPost || d.got.URL.Path != "/fhir/Appointment/$book" || !bytes.Equal(d.body, r.Body) {
		t.Errorf("%s %s with %s", d.got.Method, d.got.URL, d.body)
	}
	d.client.Do(t.Context(), d.at, Page("/fhir/Slot?a=b"))
	if d.got.URL.RawQuery != "a=b" || d.got.Header.Get("Accept-Encoding") != "gzip" || d.got.Header.Get("X-Forwarded-For") != "" {
		t.Errorf("got %s with %v", d.got.URL, d.got.Header)
	}
}

// A client goes to the server that it was told, and nowhere else, whatever that says.
func TestAnswersThatAreNone(t *testing.T) {
	d := newDoor(t)
	for path, want := range map[string]string{
		"/fhir/redirect": "HTTP 302", "/fhir/endless": "endless answer", "/fhir/broken": "connection closed", "/fhir/slow": "timeout",
	} {
		if a := d.client.Do(t.Context(), d.at, Page(path)); a.Outcome != tally.Failed || a.Code != want {
			t.Errorf("%s: %+v", path, a)
		}
	}
	if d.elsewhere {
		t.Error("somebody went elsewhere")
	}
	d.Close()
	if a := d.client.Do(t.Context(), d.at, Page("/")); a.Code != "connection refused" {
		t.Errorf("answer %+v", a)
	}
}

func TestKindsOfErrors(t *testing.T) {
	if got := kindOf(errors.New("http: server closed idle connection")); got != "connection closed" {
		t.Errorf("a connection that was idle: %q", got)
	}
	for want, err := range map[string]error{
		"timeout":                  fmt.Errorf("post: %w", context.DeadlineExceeded),
		"connection refused":       &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		"connection reset":         &net.OpError{Op: "read", Err: syscall.ECONNRESET},
		"connection closed":        io.ErrUnexpectedEOF,
		"too many open files here": &net.OpError{Op: "dial", Err: syscall.EMFILE},
		"no port left here":        &net.OpError{Op: "dial", Err: syscall.EADDRNOTAVAIL},
		"other":                    io.ErrNoProgress,
	} {
		if got := kindOf(err); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
}
