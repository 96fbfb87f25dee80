/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night

import (
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

func of[T any](v T) *T { return &v }

// good is a night of which everything holds.
func good() Record {
	return Record{
		Name: "with", Prescaled: true, Scenario: Reference(),
		Launches: []Launched{{Channel: "web", Base: 2, Peak: 9, Ready: 9, ProvedBefore: of(64.0)}, {Channel: "app", Base: 1, Peak: 4, Ready: 4, ProvedBefore: of(61.0)}},
		Doors:    []Door{{Channel: "web", Pod: "web-1", Closed: of(-0.1), Open: of(0.2)}, {Channel: "app", Pod: "app-1", Closed: of(0.9), Open: of(1.2)}},
		Citizens: made(2000, 0, 1, 400),
		Agents:   made(100, 0, 0, 80),
		Store:    Store{Booked: 700, Acknowledged: 700},
	}
}

// made is a crowd with the given requests in one second and 99th percentile.
func made(requests, shed, errors int, p99 float64) *tally.Report {
	return &tally.Report{
		Latencies: []tally.Latency{{Step: "book", Quantile: tally.Quantile{P99: 1}}, {Step: tally.UntilBooked, Count: 300, Quantile: tally.Quantile{P99: p99}}},
		Seconds:   []tally.Second{{From: -1, Requests: 9, Errors: 9}, {From: 0, Requests: requests, Shed: shed, Errors: errors}, {From: 300, Errors: 9, Shed: 9}},
	}
}

func TestFindings(t *testing.T) {
	tests := map[string]struct {
		change func(*Record)
		want   string // of the only finding that does not hold; "": all hold
	}{
		"a good night":                                {func(*Record) {}, ""},
		"a channel is late":                           {func(r *Record) { r.Launches[1].ProvedBefore = of(59.0) }, "every channel Ready 60 s before"},
		"a channel is not Ready":                      {func(r *Record) { r.Launches[1].ProvedBefore = nil }, "every channel Ready"},
		"no channel was seen":                         {func(r *Record) { r.Launches = nil }, "every channel Ready"},
		"too many errors":                             {func(r *Record) { r.Citizens = made(2000, 0, 3, 400) }, "errors in the first five minutes"},
		"sent away at the forecast load":              {func(r *Record) { r.Agents = made(100, 1, 0, 80) }, "no 503"},
		"slow":                                        {func(r *Record) { r.Citizens = made(2000, 0, 0, 1000) }, "99 of 100 bookings"},
		"agents are slow":                             {func(r *Record) { r.Agents = made(2000, 0, 0, 1000) }, "99 of 100 bookings"},
		"nobody booked by phone":                      {func(r *Record) { r.Agents.Latencies = nil }, "99 of 100 bookings"},
		"oversold":                                    {func(r *Record) { r.Store.Oversold = 1 }, "no place sold twice"},
		"duplicates":                                  {func(r *Record) { r.Store.Duplicates = 1 }, "no person booked twice"},
		"lost":                                        {func(r *Record) { r.Store.Lost = 1 }, "no acknowledged booking lost"},
		"early, say the rows":                         {func(r *Record) { r.Store.Early = 1 }, "no booking or hold before"},
		"early, say the answers":                      {func(r *Record) { r.Citizens.Opening.HeldBefore = 1 }, "no booking or hold before"},
		"two answers to one key":                      {func(r *Record) { r.Agents.Twice.Different = 1 }, "no booking in pieces"},
		"a counter is astray":                         {func(r *Record) { r.Store.Astray = 1 }, "no booking in pieces"},
		"a pod opened early":                          {func(r *Record) { r.Doors[0].Open = of(-0.01) }, "every pod keeps the instant"},
		"a pod opened late":                           {func(r *Record) { r.Doors[0].Closed = of(1.01) }, "every pod keeps the instant"},
		"no pod answered":                             {func(r *Record) { r.Doors = []Door{{Pod: "web-1"}} }, "every pod keeps the instant"},
		"what the fault adds does not hold":           {func(r *Record) { r.Checks = []Finding{{Want: "x"}} }, "x"},
		"a brief night may be slow":                   {func(r *Record) { r.Brief, r.Citizens = true, made(2000, 9, 0, 9e9) }, ""},
		"and Ready at the last moment":                {func(r *Record) { r.Brief, r.Launches[1].ProvedBefore = true, of(1.0) }, ""},
		"but not later":                               {func(r *Record) { r.Brief, r.Launches[1].ProvedBefore = true, nil }, "every channel Ready before"},
		"and not in error":                            {func(r *Record) { r.Brief, r.Citizens = true, made(2000, 0, 9, 9e9) }, "errors in the first five minutes"},
		"a fault may cost time and answers":           {func(r *Record) { r.Fault, r.Citizens = true, made(10, 10, 10, 9e9) }, ""},
		"but no booking":                              {func(r *Record) { r.Fault, r.Store.Lost = true, 1 }, "no acknowledged booking lost"},
		"without Mezzanotte nothing else is promised": {func(r *Record) { r.Prescaled, r.Citizens = false, made(10, 10, 10, 9e9) }, ""},
		"nothing was acknowledged":                    {func(r *Record) { r.Store = Store{} }, "somebody books"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := good()
			test.change(&r)
			failed := Failed(r.Findings())
			switch {
			case test.want == "" && len(failed) > 0:
				t.Errorf("does not hold: %+v", failed)
			case test.want != "" && (len(failed) != 1 || !strings.HasPrefix(failed[0].Want, test.want)):
				t.Errorf("do not hold: %+v, want only %q", failed, test.want)
			}
		})
	}
}

func TestPhoneHolds(t *testing.T) {
	tests := map[string]struct {
		quiet, loaded float64
		want          bool
	}{
		"as in quiet":                   {80, 80, true},
		"half as slow again":            {400, 600, true},
		"slower than that":              {400, 601, false},
		"slower, and still fast":        {80, 250, true},
		"slower, and no longer as fast": {80, 251, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := PhoneHolds(tally.Latency{Quantile: tally.Quantile{P99: test.quiet}}, tally.Latency{Count: 1, Quantile: tally.Quantile{P99: test.loaded}})
			if got.Holds != test.want {
				t.Errorf("%+v", got)
			}
		})
	}
	if PhoneHolds(tally.Latency{}, tally.Latency{}).Holds {
		t.Error("no booking by phone at all is fine")
	}
}

func TestDegradations(t *testing.T) {
	r := good()
	r.Citizens = &tally.Report{Seconds: []tally.Second{
		{From: 19, Requests: 50}, {From: 20, Errors: 3}, {From: 21, Errors: 4}, {From: 22}, {From: 23, Errors: 1, Latency: &tally.Quantile{P99: 1500}},
	}}
	r.Agents = nil
	web := func(ready int32) []Replicas {
		return []Replicas{{Channel: "web", Ready: ready}, {Channel: "app", Ready: 4}}
	}
	r.Samples = []Sample{
		{At: -2, Channels: web(3), Managers: 2}, {At: 0, Channels: web(9), Managers: 2}, {At: 1.5, Silent: true}, {At: 4, Silent: true},
		{At: 5, Channels: web(8), Managers: 1}, {At: 7, Channels: web(9), Managers: 2},
	}
	var got []string
	for _, d := range r.Degradations() {
		got = append(got, strings.Join([]string{d.What, d.Note, time.Duration(d.From * 1e9).String(), time.Duration(d.To * 1e9).String(), time.Duration(d.Seconds * 1e9).String()}, "|"))
	}
	want := []string{
		"citizens met errors|8 requests|20s|24s|3s",
		"bookings of citizens took more than a second (p99)||23s|24s|1s",
		"the API server did not answer||1.5s|5s|3.5s",
		"fewer than two operators were Ready||5s|7s|2s",
		"web had fewer Ready pods than the forecast asks for||5s|7s|2s",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestStolen(t *testing.T) {
	r := Record{Scenario: Scenario{Crowd: Crowd{Lasts: 10 * time.Second}}}
	if _, _, known := r.Stolen(); known {
		t.Error("nobody told, and yet it is known")
	}
	for at, percent := range map[float64]float64{-1: 90, 1: 0, 2: 30, 11: 90} { // early and late do not count
		r.Samples = append(r.Samples, Sample{At: at, Stolen: &percent})
	}
	r.Samples = append(r.Samples, Sample{At: 3})
	if mean, worst, known := r.Stolen(); mean != 15 || worst != 30 || !known {
		t.Errorf("mean %g, worst %g, known %t", mean, worst, known)
	}
}

func TestScenario(t *testing.T) {
	s := Reference()
	if got, want := s.Eligible(s.Citizens()), int64(48_000*88/100); got != want {
		t.Errorf("by web and app may come %d, want %d", got, want)
	}
	s.Crowd.WebTimes = 4
	if got, want := s.Eligible(s.Citizens()), int64(48_000*(4*62+26)/100); got != want {
		t.Errorf("with four times as many on the web %d, want %d", got, want)
	}
	if from, to := s.Born(); from != "1946-01-01" || to != "1955-12-31" {
		t.Errorf("born %s to %s", from, to)
	}
	if desk, ok := s.Desk(); !ok || desk.Name != "phone" {
		t.Errorf("the desk is %+v", desk)
	}
	s = Reference()
	crowded := s.Crowded(2)
	if got, want := crowded.Eligible(crowded.Channels), 2*s.Eligible(s.Channels); got != want || crowded.Channels[0].Requests != 2*s.Channels[0].Requests {
		t.Errorf("crowded: %d people, want %d, on pods declared with %d requests/s", got, want, crowded.Channels[0].Requests)
	}
	if s.Bands[0].People != Reference().Bands[0].People || s.Channels[0].Requests != Reference().Channels[0].Requests {
		t.Errorf("crowding changes the night itself: %+v", s)
	}
	short := s.Shortened(30 * time.Second)
	if short.Crowd.Lasts != 30*time.Second || short.Crowd.Calls != 27 {
		t.Errorf("shortened: %+v", short.Crowd)
	}
}
