/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

var update = flag.Bool("update", false, "write the golden files anew")

// madeUp is a night that never was: with pre-scaling pods are there before, without
// they come when an autoscaler has seen the crowd.
func madeUp(prescaled bool) night.Record {
	s := night.Reference()
	r := night.Record{
		Name: "without", Title: "The same autoscaler left alone", Prescaled: prescaled,
		OpensAt: time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC), Scenario: s,
		Store: night.Store{Booked: 900, Acknowledged: 900},
	}
	if prescaled {
		r.Name, r.Title = "with", "With Mezzanotte"
	}
	peak := map[string]int32{"web": 9, "app": 4, "phone": 2}
	for at := -240.0; at <= 300; at++ {
		sample := night.Sample{At: at, Managers: 2}
		for _, c := range s.Channels {
			n, ready := c.Least, c.Least
			decided, there := 45.0, 110.0
			if prescaled {
				decided, there = -150, -140
			}
			if at > decided {
				n = peak[c.Name]
			}
			if at >= there {
				ready = n
			}
			sample.Channels = append(sample.Channels, night.Replicas{Channel: c.Name, Floor: n, Least: n, Wish: n, Desired: n, Ready: ready})
		}
		r.Samples = append(r.Samples, sample)
	}
	for _, c := range s.Channels {
		l := night.Launched{Channel: c.Name, Base: c.Least, Peak: peak[c.Name], Ready: c.Least}
		if prescaled {
			early := 139.0
			l.Ready, l.ProvedBefore = l.Peak, &early
		}
		r.Launches = append(r.Launches, l)
	}
	r.Citizens = crowd(prescaled)
	return r
}

// crowd comes by the curve of the demand.
func crowd(prescaled bool) *tally.Report {
	t := &tally.Report{}
	total := func(at int) float64 { return 400 * math.Pow(float64(max(at, 0))/60, 0.393) }
	for at := -20; at < 300; at++ {
		x := tally.Second{From: at, Arrivals: int(total(at+1)) - int(total(at)), Requests: 60, Bookings: max(0, int(total(at-30))-int(total(at-31)))}
		q := tally.Quantile{P50: 18 + float64(at%7), P99: 90 + float64(at%13)*4}
		if !prescaled && at > 0 && at < 120 {
			q = tally.Quantile{P50: 900 + float64(at)*5, P99: 9000 - float64(at)*40}
			x.Shed, x.Errors = 40-at/4, 6-at/20
		}
		if x.Bookings > 0 {
			x.Latency = &q
		}
		t.Arrivals, t.Bookings, t.Shed = t.Arrivals+x.Arrivals, t.Bookings+x.Bookings, t.Shed+max(0, x.Shed)
		t.Seconds = append(t.Seconds, x)
	}
	t.Latencies = []tally.Latency{{Step: "until booked", Count: int64(t.Bookings), Quantile: tally.Quantile{P50: 20, P99: 140}}}
	if !prescaled {
		t.Latencies[0].Quantile = tally.Quantile{P50: 1200, P99: 8600}
		t.Errors = []tally.Count{{Code: "timeout", Count: 321}}
	}
	return t
}

func fault() night.Record {
	r := madeUp(true)
	r.Name, r.Title, r.Fault = "postgres-restarted", "PostgreSQL restarted at T+20 s", true
	r.Events = []night.Event{{At: 20, Words: "PostgreSQL is told to end"}, {At: 22.4, Words: "PostgreSQL answers again"}}
	for i := range r.Citizens.Seconds {
		if x := &r.Citizens.Seconds[i]; x.From >= 20 && x.From < 23 {
			x.Errors = 12
		}
	}
	r.Citizens.Errors = []tally.Count{{Code: "try-again", Count: 36}}
	return r
}

func madeUpBook() Book {
	return Book{
		Title: "A night that was made up", Machine: "Made up on no machine", Command: "go test",
		Nights: []night.Record{madeUp(true), madeUp(false), fault()},
	}
}

func TestWrite(t *testing.T) {
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, "gone.svg"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	b := madeUpBook()
	if err := b.Write(directory); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(directory, "gone.svg")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a picture of an earlier run is still there: %v", err)
	}
	for _, name := range []string{"report.md", "comparison.svg", "with.svg", "without.svg", "postgres-restarted.svg"} {
		compareGolden(t, directory, name)
	}
	if text, err := os.ReadFile(filepath.Join(directory, "nights.json")); err != nil || !strings.Contains(string(text), `"postgres-restarted"`) {
		t.Errorf("the JSON: %v", err)
	}
	if failed := b.Failed(); len(failed) > 0 {
		t.Errorf("does not hold: %+v", failed)
	}
	again, err := Read(directory)
	if err != nil {
		t.Fatal(err)
	}
	if again.Markdown() != b.Markdown() {
		t.Error("what was read says something else")
	}
	b.Nights[2].Store.Lost = 1
	if failed := b.Failed(); len(failed) != 1 || !strings.HasPrefix(failed[0].Want, "postgres-restarted: no acknowledged booking lost") {
		t.Errorf("after a loss: %+v", failed)
	}
}

func compareGolden(t *testing.T, directory, name string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(directory, name))
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || string(got) != string(want) {
		t.Errorf("%s is not as in testdata, %v: look at it, then go test -update", name, err)
	}
	if strings.HasSuffix(name, ".svg") {
		wellFormed(t, name, string(got))
	}
}

func wellFormed(t *testing.T, name, svg string) {
	t.Helper()
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("%s has coordinates that are none", name)
	}
	for decoder := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// A run of some nights replaces those of the report, and leaves the others.
func TestPut(t *testing.T) {
	earlier, err := Read(t.TempDir())
	if err != nil || len(earlier.Nights) > 0 {
		t.Fatalf("where there is nothing: %+v, %v", earlier, err)
	}
	b := madeUpBook()
	again := fault()
	again.Title = "again"
	b.Put(again)
	b.Put(night.Record{Name: "another"})
	var names []string
	for _, r := range b.Nights {
		names = append(names, r.Name)
	}
	if got := strings.Join(names, " "); got != "with without postgres-restarted another" || b.Nights[2].Title != "again" {
		t.Errorf("nights %s, the third %q", got, b.Nights[2].Title)
	}
}

// Whatever was not recorded is not drawn, and breaks nothing.
func TestNothingRecorded(t *testing.T) {
	b := Book{Nights: []night.Record{{Name: "with", Prescaled: true, Scenario: night.Reference()}, {Name: "without", Scenario: night.Reference()}}}
	directory := t.TempDir()
	if err := b.Write(directory); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"comparison.svg", "with.svg"} {
		text, err := os.ReadFile(filepath.Join(directory, name))
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, name, string(text))
	}
	if len(b.Failed()) == 0 {
		t.Error("a night of which nothing was recorded is fine")
	}
	if err := (Book{}).Write(t.TempDir()); err != nil {
		t.Errorf("no night at all: %v", err)
	}
}
