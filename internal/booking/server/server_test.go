/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/booking/search"
)

func TestReading(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string][]string{
		"/fhir/metadata":                        {`"CapabilityStatement"`, `"find"`, "lazio"},
		"/fhir/Location":                        {`"searchset"`, "Hub EUR", "Hub Fiera di Roma"},
		"/fhir/Location/" + fiera:               {`"Location"`, "Hub Fiera di Roma"},
		"/fhir/Schedule":                        {`"searchset"`, `"Schedule"`},
		"/fhir/Schedule/" + fiera:               {`"Schedule"`, "Location/fiera-di-roma"},
		"/fhir/Slot?schedule=Schedule/" + fiera: {`"Slot"`, "2026-12-02T10:00:00+01:00", `"free"`},
		"/$bulk-publish":                        {"https://book.example.org/bulk/slots.ndjson"},
		"/bulk/$bulk-publish":                   {"https://book.example.org/bulk/slots.ndjson"},
		"/bulk/locations.ndjson":                {`"Location"`, "eur"},
		"/bulk/schedules.ndjson":                {`"Schedule"`},
		"/bulk/slots.ndjson":                    {`"Slot"`, fiera},
		"/livez":                                {`"ready":true`},
		"/readyz":                               {`"ready":true`, `"catalogRevision":1`},
	} {
		w.PublicURL = "https://book.example.org"
		for range 2 {
			got := w.ask(get(path))
			got.is(t, 200, "")
			got.has(t, want...)
			open := strings.Contains(path, "bulk")
			if (got.Header.Get("Access-Control-Allow-Origin") != "") != open {
				t.Errorf("%s: Access-Control-Allow-Origin is %q", path, got.Header.Get("Access-Control-Allow-Origin"))
			}
		}
		if got := w.ask(httptest.NewRequest("HEAD", path, nil)); got.StatusCode != 200 {
			t.Errorf("HEAD %s: %d", path, got.StatusCode)
		}
	}
	if n := strings.Count(strings.Join(w.store.Calls, " "), "availability"); n != 1 {
		t.Errorf("availability was asked for %d times, want once", n)
	}
	w.ask(get("/fhir/Location/nowhere")).is(t, 404, booking.CodeUnknownPath)
	w.ask(get("/fhir/Schedule/nowhere")).is(t, 404, booking.CodeUnknownPath)
}

func TestSlotWindow(t *testing.T) {
	rome := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	for query, want := range map[string]struct {
		from, to time.Time
		code     booking.Code
	}{
		"schedule=Schedule/eur":                              {from: evening, to: evening.AddDate(0, 0, slotDays)},
		"schedule=eur":                                       {from: evening, to: evening.AddDate(0, 0, slotDays)},
		"schedule=eur&start=2026-12-03":                      {from: rome("2026-12-03T00:00:00+01:00"), to: rome("2026-12-04T00:00:00+01:00")},
		"schedule=eur&start=eq2026-12-03":                    {from: rome("2026-12-03T00:00:00+01:00"), to: rome("2026-12-04T00:00:00+01:00")},
		"schedule=eur&start=2026-12-01":                      {from: evening, to: evening},
		"schedule=eur&start=ge2026-12-03":                    {from: rome("2026-12-03T00:00:00+01:00"), to: rome("2026-12-10T00:00:00+01:00")},
		"schedule=eur&start=ge2026-12-03&start=lt2026-12-05": {from: rome("2026-12-03T00:00:00+01:00"), to: rome("2026-12-05T00:00:00+01:00")},
		"schedule=eur&start=gt2026-12-03&start=le2026-12-05": {from: rome("2026-12-04T00:00:00+01:00"), to: rome("2026-12-06T00:00:00+01:00")},
		"schedule=eur&start=ge2026-12-03T09:00:00%2B01:00":   {from: rome("2026-12-03T09:00:00+01:00"), to: rome("2026-12-10T09:00:00+01:00")},
		"schedule=eur&start=ge2026-12-03T09:00:00+01:00":     {from: rome("2026-12-03T09:00:00+01:00"), to: rome("2026-12-10T09:00:00+01:00")},
		"":                                     {code: booking.CodeMissing},
		"schedule=eur&schedule=fiera-di-roma":  {code: booking.CodeMissing},
		"schedule=Schedule/nowhere":            {code: booking.CodeWrongValue},
		"schedule=eur&start=tomorrow":          {code: booking.CodeWrongValue},
		"schedule=eur&start=ge2026-02-30":      {code: booking.CodeWrongValue},
		"schedule=eur&start=1&start=2&start=3": {code: booking.CodeWrongValue},
		"schedule=eur&start=';--":              {code: booking.CodeMalformed},
		"schedule=eur&start=%zz":               {code: booking.CodeMalformed},
	} {
		t.Run(query, func(t *testing.T) {
			w := newWorld(t)
			var got booking.Window
			w.store.OnFree = func(q booking.Window) ([]booking.Slot, error) {
				got = q
				return nil, nil
			}
			answer := w.ask(get("/fhir/Slot?" + query))
			if want.code != "" {
				answer.is(t, 400, want.code)
				return
			}
			answer.is(t, 200, "")
			if diff := cmp.Diff(booking.Window{Hub: "eur", From: want.from, To: want.to, Limit: mostSlots}, got); diff != "" {
				t.Errorf("window (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		asked  fhir.Find
		early  time.Duration
		status int
		code   booking.Code
		want   func(search.Query) bool
	}{
		"by campaign alone":          {asked: fhir.Find{Campaign: band}, status: 200, want: func(q search.Query) bool { return q.Campaign.Name == band && q.Offers == 10 && q.Hubs == nil }},
		"by service and birth date":  {asked: fhir.Find{Service: "Vaccination", Patient: fhir.Patient{Born: day("1983-12-01")}}, status: 200, want: func(q search.Query) bool { return q.Campaign.Name == band }},
		"by service alone":           {asked: fhir.Find{Service: "Vaccination"}, status: 422, code: booking.CodeBirthDateNeeded},
		"before the opening":         {asked: fhir.Find{Campaign: band}, early: time.Second, status: 403, code: booking.CodeNotYetOpen},
		"when it is closed":          {asked: fhir.Find{Campaign: closed}, status: 403, code: booking.CodeClosed},
		"when it is paused":          {asked: fhir.Find{Campaign: paused}, status: 403, code: booking.CodePaused},
		"of another service":         {asked: fhir.Find{Campaign: band, Service: "Test"}, status: 422, code: booking.CodeUnknownCampaign},
		"for others":                 {asked: fhir.Find{Campaign: older, Patient: fhir.Patient{Born: day("1983-12-01")}}, status: 403, code: booking.CodeYourBandIsOpen},
		"at a hub that there is not": {asked: fhir.Find{Campaign: band, Hubs: []string{eur, "nowhere"}}, status: 400, code: booking.CodeWrongValue},
		"near, at hubs, on days": {
			asked:  fhir.Find{Campaign: band, Hubs: []string{eur}, Near: &fhir.Near{Latitude: 41.9, Longitude: 12.5, Kilometres: 20}, From: day("2026-12-03"), To: day("2026-12-09"), Offers: 100},
			status: 200, want: func(q search.Query) bool {
				return q.Hubs[0] == eur && q.Near.Latitude == 41.9 && q.Within == 20_000 && q.First.From == day("2026-12-03") && q.First.To == day("2026-12-09") && q.Offers == search.MaxOffers
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.Later(-c.early)
			var got search.Query
			w.store.OnOffers = func(q search.Query) ([]search.Offer, error) {
				got = q
				return nil, nil
			}
			w.ask(post(t, "$find", c.asked.Parameters())).is(t, c.status, c.code)
			switch {
			case c.want == nil && len(w.store.Calls) > 0:
				t.Errorf("the store was asked: %v", w.store.Calls)
			case c.want != nil && !c.want(got):
				t.Errorf("looked for %+v", got)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	limited := func(o *settings) {
		o.PerAddress, o.PerPerson = clerk.Rate{Burst: 5, PerSecond: 1}, clerk.Rate{Burst: 2, PerSecond: 0.1}
	}
	from := func(r *http.Request, address string) *http.Request {
		r.RemoteAddr = "10.0.0.9:1"
		r.Header.Set("X-Forwarded-For", address)
		return r
	}
	t.Run("by address", func(t *testing.T) {
		w := newWorld(t, limited)
		for range 5 {
			w.ask(from(get("/fhir/Location"), "203.0.113.1")).is(t, 200, "")
		}
		got := w.ask(from(get("/fhir/Location"), "203.0.113.1"))
		got.is(t, 429, booking.CodeTooManyRequests)
		if got.Header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After is %q, want 1", got.Header.Get("Retry-After"))
		}
		w.ask(from(get("/nowhere"), "203.0.113.1")).is(t, 429, booking.CodeTooManyRequests)
		w.ask(from(get("/livez"), "203.0.113.1")).is(t, 200, "")
		w.ask(from(get("/fhir/Location"), "203.0.113.2")).is(t, 200, "")
		for range 20 {
			w.ask(from(get("/fhir/Location"), "10.0.0.1")).is(t, 200, "")
		}
		w.store.Later(time.Second)
		w.ask(from(get("/fhir/Location"), "203.0.113.1")).is(t, 200, "")
	})
	t.Run("by person", func(t *testing.T) {
		w := newWorld(t, limited, func(o *settings) { o.PerAddress = clerk.Rate{} })
		w.ask(post(t, "$hold", wants(t, giulia).Parameters())).is(t, 200, "")
		w.ask(post(t, "$book", mine(t, giulia).Parameters())).is(t, 200, "")
		moving := mine(t, giulia)
		moving.Places = places()
		for _, r := range []*http.Request{
			post(t, "$hold", wants(t, giulia).Parameters()), post(t, "$book", wants(t, giulia).Parameters()), post(t, "$cancel", mine(t, giulia).Parameters()),
			post(t, "$extend", mine(t, giulia).Parameters()), post(t, "$move", moving.Parameters()), form(t),
			post(t, "$find", fhir.Find{Campaign: band, Patient: fhir.Patient{Identifier: person(t, giulia)}}.Parameters()),
		} {
			got := w.ask(r)
			got.is(t, 429, booking.CodeTooManyRequests)
			if got.Header.Get("Retry-After") != "10" {
				t.Errorf("Retry-After is %q, want 10", got.Header.Get("Retry-After"))
			}
		}
		w.ask(post(t, "$hold", wants(t, marco).Parameters())).is(t, 200, "")
		w.store.Later(10 * time.Second)
		w.ask(post(t, "$hold", wants(t, giulia).Parameters())).is(t, 200, "")
	})
	t.Run("not by address at a desk", func(t *testing.T) {
		w := newWorld(t, limited, func(o *settings) { o.CallCentre = true })
		for range 50 {
			w.ask(from(get("/fhir/Location"), "203.0.113.1")).is(t, 200, "")
		}
	})
}

func TestDesk(t *testing.T) {
	w := newWorld(t, func(o *settings) {
		o.Channel, o.CallCentre = "phone", true
		o.Agent = func(r *http.Request) (string, bool) {
			return r.Header.Get("Test-Agent"), r.Header.Get("Test-Agent") != ""
		}
	})
	for _, r := range []*http.Request{
		post(t, "$hold", wants(t, giulia).Parameters()), post(t, "$cancel", mine(t, giulia).Parameters()), form(t),
		post(t, "$find", fhir.Find{Campaign: band}.Parameters()),
	} {
		w.ask(r).is(t, 401, booking.CodeSignInNeeded)
	}
	if len(w.store.Calls) > 0 {
		t.Errorf("the store was asked for somebody who has not signed in: %v", w.store.Calls)
	}
	r := post(t, "$hold", wants(t, giulia).Parameters())
	r.Header.Set("Test-Agent", "agent-7")
	w.ask(r).is(t, 200, "")
	if diff := cmp.Diff(booking.By{Channel: "phone", CallCentre: true, Agent: "agent-7"}, w.store.Requests[0].By); diff != "" {
		t.Errorf("by (-want +got):\n%s", diff)
	}
}

// TestOverload: once the gate is full, requests wait; once the queue is full, they are
// rejected at once. Answers from memory are served all the while.
func TestOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const wait = 8 // for each connection
		w := newWorld(t, func(o *settings) { o.Connections = 1 })
		w.ask(get("/bulk/slots.ndjson")).is(t, 200, "")
		proceed := w.occupied()
		var all sync.WaitGroup
		for range 1 + wait {
			all.Go(func() { w.ask(post(t, "$hold", wants(t, giulia).Parameters())).is(t, 200, "") })
		}
		synctest.Wait()
		if diff := cmp.Diff(clerk.Queue{Inside: 1, Starting: wait}, w.Clerk.Queue()); diff != "" {
			t.Fatalf("queue (-want +got):\n%s", diff)
		}
		seen := map[string]bool{}
		for range 200 {
			got := w.ask(post(t, "$hold", wants(t, marco).Parameters()))
			got.is(t, 503, booking.CodeOverloaded)
			after := got.Header.Get("Retry-After")
			if n, err := strconv.Atoi(after); err != nil || n < 1 || n > 10 {
				t.Fatalf("Retry-After is %q, want 1 to 10", after)
			}
			seen[after] = true
		}
		if len(seen) < 8 {
			t.Errorf("all come again at one of %d times", len(seen))
		}
		for _, path := range []string{"/livez", "/readyz", "/fhir/Location", "/fhir/metadata", "/bulk/slots.ndjson"} {
			w.ask(get(path)).is(t, 200, "")
		}
		early := wants(t, marco)
		early.Campaign = older
		w.ask(post(t, "$hold", early.Parameters())).is(t, 403, booking.CodeYourBandIsOpen)
		proceed()
		all.Wait()
		if got := counted(t, w.Metrics.shed.WithLabelValues(string(booking.OverloadFull))); got != 200 {
			t.Errorf("%v were shed, want 200", got)
		}
		if got := counted(t, w.Metrics.requests.WithLabelValues("/fhir/Appointment/$hold", string(booking.ClassUnavailable))); got != 0 {
			t.Errorf("%v of those who were sent away count as errors", got)
		}
	})
}

// occupied makes requests that take places hang in the store until proceed is called.
func (w *world) occupied() (proceed func()) {
	held := make(chan struct{})
	w.store.OnTake = func(r booking.Request) (booking.Booking, error) {
		<-held
		return makeBooking(booking.Held, r.Places), nil
	}
	return func() { close(held) }
}

// TestUrgency: requests that finish a booking go before requests that start one.
func TestUrgency(t *testing.T) {
	moving := mine(t, giulia)
	moving.Places = places()
	starting, finishing := clerk.Queue{Inside: 1, Starting: 1}, clerk.Queue{Inside: 1, Finishing: 1}
	for name, c := range map[string]struct {
		r    *http.Request
		want clerk.Queue
	}{
		"find":              {post(t, "$find", fhir.Find{Campaign: band}.Parameters()), starting},
		"hold":              {post(t, "$hold", wants(t, giulia).Parameters()), starting},
		"book places":       {post(t, "$book", wants(t, giulia).Parameters()), starting},
		"book what is held": {post(t, "$book", mine(t, giulia).Parameters()), finishing},
		"extend":            {post(t, "$extend", mine(t, giulia).Parameters()), finishing},
		"cancel":            {post(t, "$cancel", mine(t, giulia).Parameters()), finishing},
		"move":              {post(t, "$move", moving.Parameters()), starting},
		"look":              {form(t), starting},
		"slots":             {get("/fhir/Slot?schedule=" + eur), starting},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, func(o *settings) { o.Connections = 1 })
				proceed := w.occupied()
				var asked sync.WaitGroup
				asked.Go(func() { w.ask(post(t, "$hold", wants(t, marco).Parameters())).is(t, 200, "") })
				synctest.Wait()
				asked.Go(func() { w.ask(c.r).is(t, 200, "") })
				synctest.Wait()
				if diff := cmp.Diff(c.want, w.Clerk.Queue()); diff != "" {
					t.Errorf("queue (-want +got):\n%s", diff)
				}
				proceed()
				asked.Wait()
			})
		})
	}
}

// TestWhoHangsUp: a begun request is finished, and a waiting one is dropped.
func TestWhoHangsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(o *settings) { o.Connections = 1 })
		ctx, hangUp := context.WithCancel(t.Context())
		w.store.OnTake = func(r booking.Request) (booking.Booking, error) {
			hangUp()
			return makeBooking(booking.Held, r.Places), nil
		}
		w.ask(post(t, "$hold", wants(t, giulia).Parameters()).WithContext(ctx)).is(t, 200, "")
		proceed := w.occupied()
		var first sync.WaitGroup
		first.Go(func() { w.ask(post(t, "$hold", wants(t, marco).Parameters())).is(t, 200, "") })
		synctest.Wait()
		w.ask(post(t, "$hold", wants(t, giulia).Parameters()).WithContext(ctx))
		if got := counted(t, w.Metrics.requests.WithLabelValues("/fhir/Appointment/$hold", string(classAway))); got != 1 {
			t.Errorf("%v hung up, want 1", got)
		}
		if log := w.logged(); strings.Contains(log, "level=ERROR") {
			t.Errorf("that somebody hung up is an error:\n%s", log)
		}
		proceed()
		first.Wait()
	})
}

func TestDrain(t *testing.T) {
	w := newWorld(t)
	w.ask(get("/readyz")).is(t, 200, "")
	w.Drain()
	got := w.ask(get("/readyz"))
	var h process.Health
	if err := json.Unmarshal([]byte(got.text), &h); err != nil || got.StatusCode != 503 || h.Ready || h.Reasons[0].Check != "drain" {
		t.Errorf("answered %d %s, %v", got.StatusCode, got.text, err)
	}
	w.ask(get("/livez")).is(t, 200, "")
	w.ask(post(t, "$hold", wants(t, giulia).Parameters())).is(t, 200, "")
}

func TestNotReady(t *testing.T) {
	w := newWorld(t)
	w.Readiness.Set(process.CheckStore, "does not answer", evening)
	for _, c := range []struct {
		later  time.Duration
		status int
		ready  string
	}{{0, 200, `"ready":true`}, {process.Outage, 503, `"ready":false`}} {
		w.store.Later(c.later)
		got := w.ask(get("/readyz"))
		if got.StatusCode != c.status {
			t.Errorf("%v after the store is lost it is answered %d", c.later, got.StatusCode)
		}
		got.has(t, c.ready, `"check":"store"`, "does not answer", `"since":"2026-12-01T23:00:00Z"`, `"catalogRevision":1`)
	}
}
