/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package picture

import (
	"fmt"
	"math"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// AxisOf returns an axis that holds some nights, from at most six minutes before the opening.
func AxisOf(records ...night.Record) svg.Axis {
	a := svg.Axis{From: -30, To: 30, Left: 176 * svg.Px, Right: svg.SheetWidth - 40*svg.Px}
	for _, r := range records {
		if len(r.Samples) > 0 {
			a.From, a.To = min(a.From, r.Samples[0].At), max(a.To, r.Samples[len(r.Samples)-1].At)
		}
	}
	a.From = max(a.From, -360)
	return a
}

// Comparison draws a night with Mezzanotte and the same without, in the same panels.
func Comparison(with, without night.Record) string {
	title := "One opening, with Mezzanotte and with the same autoscaler alone"
	s := begin(AxisOf(with, without), title, fmt.Sprintf(
		"the same %d people at the same instants, the same pods of %d m CPU; times from the opening",
		arrivals(with), with.Scenario.Channels[0].CPU))
	both := func(words [2]string, l look, of func(night.Record) []point) []line {
		return []line{
			{words[1], orange, l, of(without)},
			{words[0], svg.Blue, l, of(with)},
		}
	}
	names := [2]string{"with Mezzanotte", "without"}
	s.draw(plot{name: "Arrivals", notes: []string{"people per second"}, height: 64 * svg.Px, unit: number, lines: []line{
		{"came", svg.Grey, filled, per(with.Citizens, func(x tally.Second) float64 { return float64(x.Arrivals) })},
	}})
	peak := float64(with.Peak())
	s.draw(plot{
		name: "Ready", notes: []string{"pods of all channels;", fmt.Sprintf("the forecast needs %g", peak)}, height: 110 * svg.Px, unit: number, limit: peak,
		lines: both(names, solid, ready),
	})
	s.draw(plot{
		name: "Booking", notes: []string{"time to a booking,", "p99; dashed: 1 s"}, height: 110 * svg.Px, unit: svg.Duration, logarithmic: true, limit: 1000,
		lines: both(names, dots, slowest),
	})
	s.draw(plot{
		name: "Bookings", notes: []string{"per second"}, height: 80 * svg.Px, unit: number,
		lines: both(names, thin, func(r night.Record) []point {
			return per(r.Citizens, func(x tally.Second) float64 { return float64(x.Bookings) })
		}),
	})
	s.draw(plot{
		name: "Shed", notes: []string{"503 answers", "per second"}, height: 64 * svg.Px, unit: number,
		lines: both(names, filled, func(r night.Record) []point {
			return per(r.Citizens, func(x tally.Second) float64 { return float64(x.Shed) })
		}),
	})
	s.draw(plot{
		name: "Errors", notes: []string{"per second"}, height: 64 * svg.Px, unit: number,
		lines: both(names, filled, func(r night.Record) []point {
			return per(r.Citizens, func(x tally.Second) float64 { return float64(x.Errors) })
		}),
	})
	return s.close(title, words(with)+" "+words(without))
}

// One draws one night, with a panel for each channel.
func One(r night.Record, a svg.Axis) string {
	s := begin(a, r.Title, fmt.Sprintf("opening at %s; pods of %d m CPU; times from the opening",
		r.OpensAt.UTC().Format("15:04:05 UTC"), r.Scenario.Channels[0].CPU))
	s.draw(plot{name: "People", notes: []string{"per second"}, height: 70 * svg.Px, unit: number, lines: []line{
		{"came", svg.Grey, filled, per(r.Citizens, func(x tally.Second) float64 { return float64(x.Arrivals) })},
		{"booked", svg.Green, thin, per(r.Citizens, func(x tally.Second) float64 { return float64(x.Bookings) })},
	}})
	for _, c := range r.Scenario.Channels {
		s.draw(plot{name: "Pods: " + c.Name, notes: []string{"the autoscaler's", "minimum is the floor"}, height: 70 * svg.Px, unit: number, lines: []line{
			{"Ready", svg.Sky, filled, replicas(r, c.Name, func(x night.Replicas) int32 { return x.Ready })},
			{"desired", svg.Blue, solid, replicas(r, c.Name, func(x night.Replicas) int32 { return x.Desired })},
			{"minimum", svg.Ink, dashed, replicas(r, c.Name, func(x night.Replicas) int32 { return x.Least })},
		}})
	}
	s.draw(plot{name: "Booking", notes: []string{"time to a booking;", "dashed: 1 s"}, height: 100 * svg.Px, unit: svg.Duration, logarithmic: true, limit: 1000, lines: []line{
		{"p99", svg.Purple, dots, slowest(r)},
		{"median", svg.Indigo, dots, latency(r, func(q tally.Quantile) float64 { return q.P50 })},
	}})
	s.draw(plot{name: "Answers", notes: []string{"per second, other", "than bookings"}, height: 80 * svg.Px, unit: number, lines: []line{
		{"too early", yellow, thin, per(r.Citizens, func(x tally.Second) float64 { return float64(x.TooEarly) })},
		{"shed (503)", svg.Purple, solid, per(r.Citizens, func(x tally.Second) float64 { return float64(x.Shed) })},
		{"error", svg.Red, filled, per(r.Citizens, func(x tally.Second) float64 { return float64(x.Errors) })},
	}})
	s.events(r)
	return s.close(r.Title, words(r))
}

// events mark what was done to a night, with a number, and list them below.
func (s *sheet) events(r night.Record) {
	if len(s.panels) == 0 || len(r.Events) == 0 {
		return
	}
	top, bottom := s.panels[0].Y, s.panels[len(s.panels)-1].Bottom()
	for i, e := range r.Events {
		if e.At < s.axis.From || e.At > s.axis.To {
			continue
		}
		x, row := s.axis.X(e.At), svg.Length(i%4)
		s.Upright(x, top, bottom, "mz-event")
		s.Text(x+3*svg.Px, top+10*svg.Px+row*12*svg.Px, "mz-s mz-r mz-o", fmt.Sprintf("%d %s", i+1, shortened(e.Words)))
	}
}

// shortened cuts words to the room beside a line.
func shortened(words string) string {
	const most = 44
	if r := []rune(words); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return words
}

func arrivals(r night.Record) int {
	if r.Citizens == nil {
		return 0
	}
	return r.Citizens.Arrivals
}

// per returns a value for each second.
func per(t *tally.Report, value func(tally.Second) float64) []point {
	if t == nil {
		return nil
	}
	var points []point
	for _, x := range t.Seconds {
		points = append(points, point{float64(x.From), value(x)})
	}
	return points
}

func latency(r night.Record, value func(tally.Quantile) float64) []point {
	return per(r.Citizens, func(x tally.Second) float64 {
		if x.Latency == nil {
			return math.NaN()
		}
		return value(*x.Latency)
	})
}

func slowest(r night.Record) []point {
	return latency(r, func(q tally.Quantile) float64 { return q.P99 })
}

func ready(r night.Record) []point {
	var points []point
	for _, x := range r.Samples {
		v := float64(x.Ready())
		if x.Silent {
			v = math.NaN()
		}
		points = append(points, point{x.At, v})
	}
	return points
}

func replicas(r night.Record, channel string, value func(night.Replicas) int32) []point {
	var points []point
	for _, x := range r.Samples {
		v := math.NaN() // nobody answered
		for _, c := range x.Channels {
			if c.Channel == channel {
				v = float64(value(c))
			}
		}
		points = append(points, point{x.At, v})
	}
	return points
}

// words describe the picture for people who cannot see it.
func words(r night.Record) string {
	text := r.Title + "."
	for _, l := range r.Launches {
		text += fmt.Sprintf(" %s: %d of %d pods Ready at the opening.", l.Channel, l.Ready, l.Peak)
	}
	if t := r.Citizens; t != nil {
		text += fmt.Sprintf(" %d came, %d booked, %d answers 503, %d errors.", t.Arrivals, t.Bookings, t.Shed, r.Asked(time.Hour).Errors)
	}
	return text
}
