/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
	"github.com/mezzanotte/mezzanotte/test/golden"
)

// evening is a made-up report of some seconds after the opening.
func evening(seconds int, of func(t int) tally.Second) tally.Report {
	opens := time.Date(2026, time.December, 1, 23, 0, 0, 0, time.UTC)
	r := tally.Report{OpensAt: opens, From: opens, Channels: []tally.ChannelCounts{{Name: "web <&>"}}}
	for t := -5; t < seconds; t++ {
		s := of(t)
		s.From = t
		r.Seconds = append(r.Seconds, s)
		r.Arrivals += s.Arrivals
		r.Bookings += s.Bookings
		r.Shed += s.Shed
		r.TooEarly += s.TooEarly
		r.Setting.Curve = append(r.Setting.Curve, float64(20*(min(t, 0)+6))+900*math.Pow(float64(max(t+1, 0)), 0.4))
	}
	r.Channels[0].Arrivals, r.Channels[0].Bookings = r.Arrivals, r.Bookings
	after := 31.5
	r.Opening.FirstBookingAfterMs = &after
	r.Latencies = []tally.Latency{{Step: tally.UntilBooked, Count: int64(r.Bookings), Quantile: tally.Quantile{P50: 90, P99: 2400}}}
	return r
}

func usual(t int) tally.Second {
	if t < 0 {
		return tally.Second{Arrivals: 20, TooEarly: 30, Inside: 20 * (t + 6)}
	}
	s := tally.Second{
		Arrivals: int(900 * (math.Pow(float64(t+1), 0.4) - math.Pow(float64(t), 0.4))),
		Inside:   120 + int(1000*math.Exp(-float64(t)/12)), Bookings: min(30*t, 20+int(400/math.Sqrt(float64(t+1)))), Refused: 9, Shed: max(0, 200-20*t),
	}
	if t > 0 {
		slow := 1 + 30*math.Exp(-float64(t)/5)
		s.Latency = &tally.Quantile{P50: 20 * slow, P90: 40 * slow, P99: 110 * slow}
	}
	return s
}

// slowly is how few come over a longer time.
func slowly(t int) tally.Second {
	s := usual(t)
	s.Bookings, s.Refused = s.Arrivals*9/10, s.Arrivals/10
	return s
}

func scenes() map[string]tally.Report {
	broken := evening(20, usual)
	broken.Opening.BookedBefore = 2
	broken.Errors = []tally.Count{{Code: "timeout", Count: 40}}
	broken.Seconds[9].Errors = 40
	late := evening(20, usual)
	late.From = late.From.Add(time.Hour)
	return map[string]tally.Report{
		"an-opening":           evening(30, usual),
		"broken":               broken,
		"doors-open-already":   late,
		"a-quarter-of-an-hour": evening(900, slowly),
		"nobody-booked":        evening(10, func(int) tally.Second { return tally.Second{Arrivals: 3, Inside: 9, Errors: 3} }),
		"nothing":              {},
		"one-moment":           evening(-4, usual),
	}
}

// The same report gives the same picture, on every machine.
func TestPictures(t *testing.T) {
	for name, r := range scenes() {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := SVG(&got, r); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, name+".svg", got.String())
			wellFormed(t, got.String())
			if got.Len() > 120_000 {
				t.Errorf("the picture has %d bytes", got.Len())
			}
		})
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, wrong := range []string{"NaN", "Inf", "%!"} {
		if strings.Contains(svg, wrong) {
			t.Errorf("the picture says %s", wrong)
		}
	}
}

// Whoever cannot see the picture reads what it shows.
func TestWords(t *testing.T) {
	var out bytes.Buffer
	if err := SVG(&out, scenes()["broken"]); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 appointments were held or booked before the opening", "40 errors", "BROKEN: 2 booked before the opening", "web &lt;&amp;&gt;", "A booking took 90 ms (median), 2.4 s (p99)."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("does not say %q", want)
		}
	}
}

// Buckets keep the sums of the seconds that they stand for.
func TestBuckets(t *testing.T) {
	for _, seconds := range []int{1, 100, 420, 421, 3600} {
		r := evening(seconds, usual)
		var came, booked, shed float64
		all := buckets(r)
		for _, b := range all {
			if b.from < 0 && b.from+b.seconds > 0 {
				t.Errorf("%d seconds: the opening is within %+v", seconds, b)
			}
			came += b.came * float64(b.seconds)
			booked += b.booked * float64(b.seconds)
			shed += b.shed * float64(b.seconds)
		}
		if len(all) > mostBuckets+1 || math.Round(came) != float64(r.Arrivals) || math.Round(booked) != float64(r.Bookings) || math.Round(shed) != float64(r.Shed) {
			t.Errorf("%d seconds: %f of %d came", seconds, came, r.Arrivals)
		}
		if last := all[len(all)-1]; last.cameAll != float64(r.Arrivals) || last.from+last.seconds != max(seconds, -4) {
			t.Errorf("%d seconds end with %+v", seconds, last)
		}
	}
}
