/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package tally

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mezzanotte/mezzanotte/internal/crowd/arrival"
	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/test/golden"
)

var midnight = time.Date(2026, time.December, 1, 23, 0, 0, 0, time.UTC)

// evening is a small one, of which everything is known.
func evening() Report {
	r := NewRecorder(midnight, midnight, []string{"web", "app"})
	at := func(ms int) time.Time { return midnight.Add(time.Duration(ms) * time.Millisecond) }
	answered := func(step Step, outcome Outcome, code string, due, done int) {
		r.Answered(Answer{Channel: 0, Step: step, Outcome: outcome, Code: code, Due: at(due), Sent: at(due + 1), At: at(done)})
	}
	r.Begin(at(-2500))
	r.Arrived(0, at(-1500))
	answered(Find, NotOpen, "not-yet-open", -1500, -1490)
	r.Arrived(1, at(10))
	answered(Find, Done, "", 10, 30)
	answered(Hold, Shed, "overloaded", 500, 505)
	answered(Hold, Done, "", 1500, 1540)
	r.Stamped(Hold, Stamp{At: at(1520), Store: true})
	answered(Book, Done, "", 2000, 2080)
	r.Booked(Booking{Channel: 1, Wanted: at(2000), At: at(2080)})
	r.Twice(true)
	r.Left(Booked, at(2100))
	answered(Find, Refused, "not-eligible", 2200, 2210)
	answered(Page, Failed, "timeout", 2300, 3300)
	r.Left(TurnedOff, at(3400))
	r.Arrived(0, at(3500))
	r.TurnedAway(at(3600))
	r.Left(CutOff, at(6000))
	report := r.Report()
	report.Spent(8500*time.Millisecond, 250*time.Millisecond)
	report.Asked(1, arrival.Curve{
		Forecast: demand.Forecast{People: 100, SharePercent: 100, FirstHourPercent: 10, FirstMinutePercent: 20},
		Duration: 4 * time.Second, People: 4, EarlyPercent: 25, EarlyBy: 2 * time.Second,
	})
	return report
}

func TestReportAsJSON(t *testing.T) {
	text, err := json.MarshalIndent(evening(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "report.json", string(text)+"\n")
	var back Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(evening(), back, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	if l, any := back.BookingLatency(); !any || l.P99 != 80 || l.Count != 1 {
		t.Errorf("a booking took %+v, want 80 ms", l)
	}
	if _, any := (Report{}).BookingLatency(); any {
		t.Error("nobody booked, and yet it took a time")
	}
}

func TestReportAsText(t *testing.T) {
	var out bytes.Buffer
	r := evening()
	out.WriteString(Heading + "\n")
	for _, s := range r.Seconds {
		out.WriteString(s.Line() + "\n")
	}
	if err := r.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "report.txt", out.String())
}

// The seconds add up to the whole.
func TestSecondsAddUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	r := NewRecorder(midnight, midnight, []string{"web"})
	r.Begin(midnight.Add(-3 * time.Second))
	const n = 20_000
	for i := range n {
		at := midnight.Add(-3*time.Second + time.Duration(i)*time.Millisecond)
		r.Arrived(0, at)
		r.Answered(Answer{Step: Step(random.IntN(int(steps))), Outcome: Outcome(random.IntN(int(outcomes))), Code: "x", Due: at, Sent: at, At: at})
		if random.IntN(2) == 0 {
			r.Left(Ending(random.IntN(int(endings))), at)
		}
	}
	report := r.Report()
	var sum Second
	for i, s := range report.Seconds {
		if s.From != i-3 {
			t.Fatalf("second %d is the %dth", s.From, i)
		}
		sum.Arrivals += s.Arrivals
		sum.Requests += s.Requests
		sum.TooEarly += s.TooEarly
		sum.Refused += s.Refused
		sum.Shed += s.Shed
		sum.Errors += s.Errors
		sum.Abandoned += s.Abandoned
	}
	want := Second{
		Arrivals: n, Requests: n, TooEarly: report.TooEarly, Refused: Total(report.Refusals), Shed: report.Shed,
		Errors: Total(report.Errors), Abandoned: report.Sessions.Abandoned,
	}
	if diff := cmp.Diff(want, sum); diff != "" {
		t.Error(diff)
	}
	left := report.Sessions.Booked + report.Sessions.Refused + report.Sessions.Abandoned + report.Sessions.CutOff
	if last := report.Seconds[len(report.Seconds)-1]; last.Inside != n-left {
		t.Errorf("%d are inside at the end, want %d", last.Inside, n-left)
	}
}

// Percentiles are those of the numbers, within what the histogram keeps.
func TestLatencies(t *testing.T) {
	r := NewRecorder(midnight, midnight, []string{"web"})
	random := rand.New(rand.NewPCG(2, 1))
	var all []float64
	for range 10_000 {
		ms := random.ExpFloat64() * 80
		all = append(all, ms)
		due := midnight.Add(time.Second)
		r.Answered(Answer{Step: Book, Outcome: Done, Due: due, Sent: due, At: due.Add(time.Duration(ms * float64(time.Millisecond)))})
	}
	slices.Sort(all)
	got := r.Report().Latencies[0]
	for name, c := range map[string]struct{ got, part float64 }{
		"p50": {got.P50, 0.5}, "p90": {got.P90, 0.9}, "p99": {got.P99, 0.99}, "p99.9": {got.P999, 0.999}, "max": {got.Max, 0.99999},
	} {
		want := all[int(c.part*float64(len(all)))]
		if c.got < want*0.99 || c.got > want*1.01 {
			t.Errorf("%s is %.3f ms, want %.3f", name, c.got, want)
		}
	}
}

// What comes late, or from before the run, is counted all the same; latencies that
// make no sense break nothing.
func TestOddTimes(t *testing.T) {
	r := NewRecorder(midnight, midnight, []string{"web"})
	r.Begin(midnight)
	for _, at := range []time.Time{midnight.Add(-time.Hour), midnight.Add(20 * time.Second), midnight.Add(time.Second), midnight} {
		r.Booked(Booking{Wanted: at.Add(time.Hour), At: at})
		r.Booked(Booking{Wanted: at.Add(-24 * time.Hour), At: at})
	}
	report := r.Report()
	sum := 0
	for _, s := range report.Seconds {
		sum += s.Bookings
	}
	if sum != 8 || report.Bookings != 8 || len(report.Seconds) != 21 {
		t.Errorf("%d bookings in %d seconds", sum, len(report.Seconds))
	}
}

func TestBroken(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(r *Recorder)
		want    string
	}{
		"nothing":                   {func(r *Recorder) { r.Stamped(Book, Stamp{At: midnight}) }, ""},
		"booked at an unknown time": {func(r *Recorder) { r.Stamped(Book, Stamp{}) }, ""},
		"booked before the opening": {func(r *Recorder) { r.Stamped(Book, Stamp{At: midnight.Add(-time.Microsecond)}) }, "1 booked before the opening"},
		"held before the opening":   {func(r *Recorder) { r.Stamped(Hold, Stamp{At: midnight.Add(-time.Second)}) }, "1 held before the opening"},
		"one key, two answers":      {func(r *Recorder) { r.Twice(false) }, "1 requests made twice with the same key got two answers"},
	} {
		t.Run(name, func(t *testing.T) {
			// The crowd may come long after the opening.
			r := NewRecorder(midnight, midnight.Add(time.Hour), []string{"web"})
			c.happens(r)
			if got := strings.Join(r.Report().Broken(), "\n"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	r := NewRecorder(midnight, midnight, []string{"web"})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 1000 {
				at := midnight.Add(time.Duration(i) * 10 * time.Millisecond)
				r.Arrived(0, at)
				r.Answered(Answer{Step: Find, Due: at, Sent: at, At: at})
				r.Booked(Booking{Wanted: at, At: at})
				r.Second(i / 100)
				r.Left(Booked, at)
			}
		})
	}
	all.Wait()
	if got := r.Report(); got.Arrivals != 8000 || got.Bookings != 8000 || got.Sessions.Booked != 8000 {
		t.Errorf("%d arrivals, %d bookings", got.Arrivals, got.Bookings)
	}
}

// Buckets are narrow, and no duration is outside them.
func TestHistogram(t *testing.T) {
	for micro := int64(1); micro < 2*longest.Microseconds(); micro += 1 + micro/997 {
		var h histogram
		h.add(time.Duration(micro) * time.Microsecond)
		h.add(longest) // so that the value of the bucket is not cut to the highest
		want := min(micro, longest.Microseconds())
		if got := h.upTo(1); got < want || got > want+want/1023 {
			t.Fatalf("%d µs is in a bucket up to %d µs", want, got)
		}
	}
	var h histogram
	h.add(-time.Second)
	if q := h.quantiles(); *q != (Quantile{}) {
		t.Errorf("a time before it was due gives %+v", q)
	}
}
