/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package session

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"

	"github.com/mezzanotte/mezzanotte/internal/crowd/clock"
	"github.com/mezzanotte/mezzanotte/internal/crowd/ledger"
	"github.com/mezzanotte/mezzanotte/internal/crowd/people"
	"github.com/mezzanotte/mezzanotte/internal/crowd/protocol"
	"github.com/mezzanotte/mezzanotte/internal/crowd/stub"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
	"github.com/mezzanotte/mezzanotte/internal/crowd/target"
)

// scene is one person and one server, in a time of their own.
type scene struct {
	Way
	server  *stub.Server
	opens   time.Time
	entries []ledger.Entry
}

// bubble is the clock of testing/synctest.
var bubble = clock.Clock{Now: time.Now, After: time.After}

// newScene opens in a minute. Pauses are a second on average.
func newScene() *scene {
	opens := time.Now().Add(time.Minute).Truncate(time.Second)
	s := &scene{opens: opens, server: &stub.Server{Now: time.Now, OpensAt: opens}}
	client := protocol.Client{Transport: s.server, Timeout: 5 * time.Second}
	s.Way = Way{
		Clock: bubble, Send: client.Do, Record: tally.NewRecorder(opens, opens, []string{"web"}),
		Ledger: func(e ledger.Entry) { s.entries = append(s.entries, e) },
		Channels: []target.Channel{{Name: "web", Percent: 100, Servers: []*url.URL{
			{Scheme: "http", Host: "127.0.0.1:1"}, {Scheme: "http", Host: "127.0.0.1:2"},
		}}},
		OpensAt: opens, Campaign: protocol.Campaign{Name: "born-1946-1950"},
		Pages: []string{"/fhir/Location", "/fhir/Slot"}, Requests: 3, Think: time.Second, PerAddress: 2,
	}
	return s
}

func somebody() people.Person {
	return people.Person{
		Index: 5, Code: "AAAAAA46A01Z000X", Born: civil.Date(1946, time.January, 1),
		Patience: time.Minute, Random: rand.New(rand.NewPCG(3, 4)),
	}
}

// comes runs a session from a time after the opening, and returns its end.
func (s *scene) comes(ctx context.Context, p people.Person, after time.Duration) (tally.Ending, tally.Report) {
	due := s.opens.Add(after)
	_ = s.Clock.Until(ctx, due)
	s.Record.Begin(due)
	s.Record.Arrived(0, due)
	how := s.Go(ctx, p, due)
	s.Record.Left(how, time.Now())
	return how, s.Record.Report()
}

func inBubble(t *testing.T, f func(t *testing.T, s *scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newScene()) })
}

func verbs(asked []stub.Asked) []string {
	var out []string
	for _, a := range asked {
		out = append(out, a.Verb)
	}
	return out
}

func TestAWholeSession(t *testing.T) {
	inBubble(t, func(t *testing.T, s *scene) {
		s.Requests = 9
		how, report := s.comes(t.Context(), somebody(), time.Second)
		if how != tally.Booked || report.Bookings != 1 || s.server.Booked() != 1 {
			t.Fatalf("ended as %d with %d bookings", how, report.Bookings)
		}
		want := []string{"Location", "Slot", "$find", "Location", "Slot", "$hold", "Location", "Slot", "$book"}
		if diff := cmp.Diff(want, verbs(s.server.Asked(""))); diff != "" {
			t.Error(diff)
		}
		hold, book := s.server.Asked("$hold")[0], s.server.Asked("$book")[0]
		if len(hold.Slots) != 2 || hold.Key == "" || hold.Key == book.Key || hold.From != "2001:db8:0:2::1" {
			t.Errorf("asked %+v, then %+v", hold, book)
		}
		if took := book.At.Sub(s.opens); took < 5*time.Second || took > 13*time.Second {
			t.Errorf("8 pauses of a second took %s", took)
		}
		day := func(date int) ledger.Appointment {
			start, err := time.Parse("20060102T150405Z", hold.Slots[(date-2)/21][len("fiera-di-roma."):])
			if err != nil || start.Day() != date {
				t.Errorf("slots %v: %v", hold.Slots, err)
			}
			return ledger.Appointment{Hub: "fiera-di-roma", Start: start}
		}
		entry := ledger.Entry{
			Channel: "web", Number: s.server.Numbers()[0], Identifier: "AAAAAA46A01Z000X", Person: 5,
			Appointments: []ledger.Appointment{day(2), day(23)},
		}
		wantEntries := []ledger.Entry{entry, entry}
		wantEntries[0].At, wantEntries[0].Verb, wantEntries[0].Key = hold.At, "hold", hold.Key
		wantEntries[1].At, wantEntries[1].Verb, wantEntries[1].Key = book.At, "book", book.Key
		if diff := cmp.Diff(wantEntries, s.entries); diff != "" {
			t.Error(diff)
		}
	})
}

// Whoever is told how long to wait waits so long, and asks with the same key.
func TestRetryAfterIsHonoured(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		header func(now time.Time) string
	}{
		"seconds":             {http.StatusServiceUnavailable, func(time.Time) string { return "7" }},
		"a date":              {http.StatusServiceUnavailable, func(now time.Time) string { return now.Add(7 * time.Second).UTC().Format(http.TimeFormat) }},
		"too many from there": {http.StatusTooManyRequests, func(time.Time) string { return "7" }},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *scene) {
				s.server.Before = func(w http.ResponseWriter, _ *http.Request, asked stub.Asked) bool {
					if len(s.server.Asked("$hold")) > 3 || asked.Verb != "$hold" {
						return false
					}
					w.Header().Set("Retry-After", c.header(asked.At))
					stub.Refuse(w, c.status, "overloaded")
					return true
				}
				how, report := s.comes(t.Context(), somebody(), 0)
				holds := s.server.Asked("$hold")
				if how != tally.Booked || report.Shed != 3 || len(holds) != 4 {
					t.Fatalf("ended as %d after %d of %d", how, report.Shed, len(holds))
				}
				for i, again := range holds[1:] {
					if waited := again.At.Sub(holds[i].At); waited < 6*time.Second || waited > 9*time.Second {
						t.Errorf("waited %s, not 7 s", waited)
					}
					if again.Key != holds[0].Key {
						t.Error("asked with another key")
					}
				}
			})
		})
	}
}

// Where nothing is said, each wait is longer than the one before, on average; then
// patience ends.
func TestPatience(t *testing.T) {
	inBubble(t, func(t *testing.T, s *scene) {
		s.server.Before = func(w http.ResponseWriter, _ *http.Request, _ stub.Asked) bool {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}
		how, report := s.comes(t.Context(), somebody(), 0)
		if how != tally.Abandoned || report.Sessions.Abandoned != 1 {
			t.Errorf("ended as %d: %+v", how, report.Sessions)
		}
		if left := time.Since(s.opens); left != time.Minute {
			t.Errorf("left after %s, not when patience was over", left)
		}
		tries := s.server.Asked("")
		if n := len(tries); n < 6 || n > 14 {
			t.Errorf("tried %d times in a minute", n)
		}
		if first, last := tries[1].At.Sub(tries[0].At), tries[5].At.Sub(tries[4].At); first > time.Second || last < 3*time.Second {
			t.Errorf("waited %s first, %s the fifth time", first, last)
		}
		if diff := cmp.Diff([]tally.Count{{Code: "HTTP 500", Count: len(tries)}}, report.Errors); diff != "" {
			t.Error(diff)
		}
	})
}

// A server that does not answer is given up for another, and its time counts.
func TestTimeout(t *testing.T) {
	inBubble(t, func(t *testing.T, s *scene) {
		var hung sync.Map // the server that is asked first hangs
		s.server.Before = func(_ http.ResponseWriter, r *http.Request, _ stub.Asked) bool {
			host, _ := hung.LoadOrStore("", r.Host)
			if r.Host != host {
				return false
			}
			<-r.Context().Done()
			return true
		}
		how, report := s.comes(t.Context(), somebody(), 0)
		if diff := cmp.Diff([]tally.Count{{Code: "timeout", Count: 1}}, report.Errors); how != tally.Booked || diff != "" {
			t.Errorf("ended as %d: %s", how, diff)
		}
		if *report.Opening.FirstBookingAfterMs < 5000 {
			t.Errorf("booked %f ms after the opening", *report.Opening.FirstBookingAfterMs)
		}
	})
}

// The latency of a booking counts from when it was wanted, whatever was tried since.
func TestLatencyCountsFromWhenItWasDue(t *testing.T) {
	inBubble(t, func(t *testing.T, s *scene) {
		s.server.Before = func(w http.ResponseWriter, _ *http.Request, asked stub.Asked) bool {
			if asked.Verb != "$book" || len(s.server.Asked("$book")) > 2 {
				time.Sleep(300 * time.Millisecond)
				return false
			}
			w.Header().Set("Retry-After", "10")
			stub.Refuse(w, http.StatusServiceUnavailable, "overloaded")
			return true
		}
		_, report := s.comes(t.Context(), somebody(), 0)
		for _, l := range report.Latencies {
			low, high := 299., 302.
			if l.Step == "until booked" {
				low, high = 20_300, 25_400
			}
			if l.Max < low || l.Max > high {
				t.Errorf("%s took %.0f ms", l.Step, l.Max)
			}
		}
		if len(report.Latencies) != 4 {
			t.Errorf("latencies %+v", report.Latencies)
		}
	})
}

// Whoever comes too early tries again at the opening at the latest, and waits for it
// with patience.
func TestTooEarly(t *testing.T) {
	inBubble(t, func(t *testing.T, s *scene) {
		p := somebody()
		p.Patience = 20 * time.Second
		how, report := s.comes(t.Context(), p, -30*time.Second)
		if how != tally.Booked || report.Early != 1 || report.TooEarly < 4 || report.TooEarly > 16 {
			t.Errorf("ended as %d after %d answers", how, report.TooEarly)
		}
		for _, find := range s.server.Asked("$find") {
			if after := find.At.Sub(s.opens); after > reaction {
				t.Errorf("asked again %s after the opening", after)
			}
		}
		if report.Opening.BookedBefore+report.Opening.HeldBefore != 0 || len(report.Broken()) > 0 {
			t.Errorf("opening %+v", report.Opening)
		}
	})
}

// A server that opens too early is found out, by its store's clock.
func TestAServerThatOpensTooEarly(t *testing.T) {
	inBubble(t, func(t *testing.T, s *scene) {
		s.server.OpensAt = s.opens.Add(-time.Minute)
		how, report := s.comes(t.Context(), somebody(), -30*time.Second)
		if how != tally.Booked || report.Opening.BookedBefore != 1 || report.Opening.HeldBefore != 1 || len(report.Broken()) != 2 {
			t.Errorf("ended as %d: %v", how, report.Broken())
		}
	})
}

func TestNotEligible(t *testing.T) {
	inBubble(t, func(t *testing.T, s *scene) {
		s.server.BornFrom, s.server.BornTo = "1951-01-01", "1955-12-31"
		how, report := s.comes(t.Context(), somebody(), 0)
		if how != tally.TurnedOff || report.Sessions.Refused != 1 || report.Arrivals != 1 {
			t.Errorf("ended as %d", how)
		}
		if diff := cmp.Diff([]tally.Count{{Code: "not-eligible", Count: 1}}, report.Refusals); diff != "" {
			t.Error(diff)
		}
	})
}

// What was found and then taken by somebody else is looked for again.
func TestNoPlaceLeft(t *testing.T) {
	for name, verb := range map[string]string{"when it is held": "$hold", "when it is booked": "$book"} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *scene) {
				s.server.Before = func(w http.ResponseWriter, _ *http.Request, asked stub.Asked) bool {
					if asked.Verb != verb || len(s.server.Asked(verb)) > 1 {
						return false
					}
					stub.Refuse(w, http.StatusConflict, "no-place")
					return true
				}
				how, _ := s.comes(t.Context(), somebody(), 0)
				holds := s.server.Asked("$hold")
				if how != tally.Booked || len(s.server.Asked("$find")) != 2 || len(holds) != 2 || holds[0].Key == holds[1].Key {
					t.Errorf("ended as %d after %v", how, verbs(s.server.Asked("")))
				}
			})
		})
	}
}

func TestDoubleClicks(t *testing.T) {
	cases := map[string]struct {
		before        func(s *stub.Server, w http.ResponseWriter, asked stub.Asked) bool
		wantAnswered  int
		wantDifferent int
	}{
		"one booking": {wantAnswered: 2},
		"two bookings": {wantAnswered: 2, wantDifferent: 1, before: func(s *stub.Server, w http.ResponseWriter, asked stub.Asked) bool {
			if asked.Verb == "$book" && len(s.Asked("$book")) == 2 {
				_, _ = w.Write([]byte(`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Appointment","identifier":[{"system":"https://mezzanotte.dev/fhir/sid/booking-number","value":"another"}]}}]}`))
				return true
			}
			return false
		}},
		"the first is refused": {wantAnswered: 2, wantDifferent: 1, before: func(s *stub.Server, w http.ResponseWriter, asked stub.Asked) bool {
			if asked.Verb == "$book" && len(s.Asked("$book")) == 1 {
				stub.Refuse(w, http.StatusConflict, "already-booked")
				return true
			}
			return false
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *scene) {
				if c.before != nil {
					s.server.Before = func(w http.ResponseWriter, _ *http.Request, asked stub.Asked) bool {
						return c.before(s.server, w, asked)
					}
				}
				p := somebody()
				p.DoubleClicks = true
				_, report := s.comes(t.Context(), p, 0)
				if diff := cmp.Diff(tally.Twice{Answered: c.wantAnswered, Different: c.wantDifferent}, report.Twice); diff != "" {
					t.Error(diff)
				}
				for _, verb := range []string{"$hold", "$book"} {
					clicks := s.server.Asked(verb)
					if len(clicks) != 2 || clicks[0].Key != clicks[1].Key || clicks[1].At.Sub(clicks[0].At) > secondClick {
						t.Errorf("%s: %+v", verb, clicks)
					}
				}
				if len(s.entries) != 2 {
					t.Errorf("%d writes were acknowledged", len(s.entries))
				}
			})
		})
	}
}

func TestWhatBecomesOfABooking(t *testing.T) {
	for name, c := range map[string]struct {
		then                           people.Then
		last                           string
		wantCancelled, wantMoved, kept int
	}{
		"kept":      {people.Keeps, "$book", 0, 0, 1},
		"cancelled": {people.Cancels, "$cancel", 1, 0, 0},
		"moved":     {people.Moves, "$move", 0, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *scene) {
				p := somebody()
				p.Then = c.then
				how, report := s.comes(t.Context(), p, 0)
				asked := s.server.Asked("")
				if how != tally.Booked || report.Cancelled != c.wantCancelled || report.Moved != c.wantMoved || s.server.Booked() != c.kept {
					t.Errorf("ended as %d: %+v", how, report)
				}
				if last := asked[len(asked)-1]; last.Verb != c.last || last.Number != s.entries[0].Number {
					t.Errorf("asked %s of %s at last", last.Verb, last.Number)
				}
			})
		})
	}
}

// The end of the run is the end of every session, and nobody's fault.
func TestTheEndOfTheRun(t *testing.T) {
	inBubble(t, func(t *testing.T, s *scene) {
		s.server.Before = func(_ http.ResponseWriter, r *http.Request, _ stub.Asked) bool {
			<-r.Context().Done()
			return true
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Minute+time.Second)
		defer stop()
		how, report := s.comes(ctx, somebody(), 0)
		if how != tally.CutOff || report.Sessions.CutOff != 1 || len(report.Errors) != 0 {
			t.Errorf("ended as %d with %v", how, report.Errors)
		}
	})
}
