/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package picture draws what happened to a crowd: who came and who booked, all answers, the
// people inside and how long a booking took, on one axis of time. The opening is marked.
package picture

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// style holds the rules that only this picture needs.
const style = `.mz-curve{fill:none;stroke:#1d2330;stroke-width:1.5;stroke-dasharray:1.5 3;stroke-linecap:round}
`

// sheet is the whole picture.
type sheet struct {
	svg.Canvas
	report  tally.Report
	buckets []bucket
	axis    svg.Axis
	frames  []svg.Box // of the panels
}

// SVG draws a report as one picture, which needs no other file.
func SVG(w io.Writer, r tally.Report) error {
	s := &sheet{report: r, buckets: buckets(r)}
	s.axis = axisOf(s.buckets)
	s.Y = svg.SheetEdge
	s.head()
	s.people()
	s.arrivals()
	s.answers()
	s.inside()
	s.latencies()
	s.times()
	s.foot()
	s.Y += svg.SheetEdge
	return s.Write(w, svg.Sheet{Title: "A crowd at an opening", Summary: summary(r), Style: style, Distance: 5 * svg.Px, Stripe: 3 * svg.Px})
}

// head writes the title and the main figures.
func (s *sheet) head() {
	r := s.report
	s.Y += 18 * svg.Px
	s.Text(svg.SheetEdge, s.Y, "mz-h", fmt.Sprintf("%s people came, %s booked", figure.Grouped(r.Arrivals), figure.Grouped(r.Bookings)))
	when := "opened " + r.OpensAt.UTC().Format("Mon 2 Jan 2006 15:04:05 UTC")
	if r.From.After(r.OpensAt) {
		when = "from " + r.From.UTC().Format("Mon 2 Jan 2006 15:04:05 UTC") + ", already open"
	}
	s.Text(svg.SheetWidth-svg.SheetEdge, s.Y, "mz-q mz-e", when)
	s.Y += 44 * svg.Px
	all := s.figures()
	width := (svg.SheetWidth - 2*svg.SheetEdge) / svg.Length(len(all))
	for i, f := range all {
		x := svg.SheetEdge + svg.Length(i)*width
		s.Text(x, s.Y, "mz-f "+f.class, f.value)
		s.Text(x, s.Y+17*svg.Px, "mz-s mz-q", f.words)
	}
	s.Y += 17*svg.Px + 58*svg.Px
}

// headline is a number in large type.
type headline struct{ value, words, class string }

func (s *sheet) figures() []headline {
	r := s.report
	first := headline{"–", "nothing was booked", ""}
	if ms := r.Opening.FirstBookingAfterMs; ms != nil {
		first = headline{svg.Duration(*ms), "to the first booking", ""}
	}
	early := r.Opening.BookedBefore + r.Opening.HeldBefore
	middle, slowest := "–", "–"
	if l, any := r.BookingLatency(); any {
		middle, slowest = svg.Duration(l.P50), svg.Duration(l.P99)
	}
	return []headline{
		first,
		{figure.Grouped(early), "held or booked too early", verdict(early == 0)},
		{middle, "to book (median)", ""},
		{slowest, "to book (p99)", ""},
		{figure.Grouped(r.Shed), "shed answers (503)", ""},
		{figure.Grouped(r.Sessions.Abandoned), "people gave up", ""},
		{figure.Grouped(tally.Total(r.Errors)), "errors", verdict(len(r.Errors) == 0)},
	}
}

func verdict(fine bool) string {
	if fine {
		return "mz-g"
	}
	return "mz-r"
}

// times draws the opening through all panels, and the axis of time.
func (s *sheet) times() {
	bottom := s.Y - 34*svg.Px
	if s.axis.From <= 0 && s.axis.To > 0 && len(s.frames) > 0 {
		x, top := s.axis.X(0), s.frames[0].Y
		for _, f := range s.frames {
			s.Upright(x, f.Y, f.Bottom(), "mz-open")
		}
		words := "opens"
		if s.report.From.After(s.report.OpensAt) {
			words = "the crowd arrives"
		}
		s.Upright(x, top-22*svg.Px, top, "mz-open")
		s.Text(x, top-27*svg.Px, "mz-b mz-m mz-o", words)
	}
	s.axis.Times(&s.Canvas, bottom, "mz-s mz-m")
	s.Y = bottom + 44*svg.Px
}

// foot writes how the run was measured.
func (s *sheet) foot() {
	r := s.report
	g := r.Generator
	var parts []string
	for _, c := range r.Channels {
		parts = append(parts, fmt.Sprintf("%s %s booked of %s", c.Name, figure.Grouped(c.Bookings), figure.Grouped(c.Arrivals)))
	}
	s.Text(svg.SheetEdge, s.Y, "mz-s mz-q", strings.Join(parts, " · "))
	s.Y += 16 * svg.Px
	words := fmt.Sprintf("%s requests, %s a second on average; the crowd used %.2f cores and was %s late (p99). Seed %d.",
		figure.Grouped(g.Requests), number(g.RequestsPerSecond), g.CPUSeconds/max(g.Seconds, 1e-9), svg.Duration(g.Late.P99), r.Setting.Seed)
	s.Text(svg.SheetEdge, s.Y, "mz-s mz-q", words)
	if size := s.bucketSize(); size > 1 {
		s.Text(svg.SheetWidth-svg.SheetEdge, s.Y, "mz-s mz-q mz-e", fmt.Sprintf("each column is %d s: means; for latencies the worst second", size))
	}
	for _, broken := range r.Broken() {
		s.Y += 18 * svg.Px
		s.Text(svg.SheetEdge, s.Y, "mz-b mz-r", "BROKEN: "+broken)
	}
}

// bucketSize returns the seconds of a full bucket.
func (s *sheet) bucketSize() int {
	size := 1
	for _, b := range s.buckets {
		size = max(size, b.seconds)
	}
	return size
}

// summary is the picture in words.
func summary(r tally.Report) string {
	words := fmt.Sprintf("%s people came, %s of them before the opening; %s booked. %d appointments were held or booked before the opening. Answers: %s too early, %s refused, %s shed, %s errors.",
		figure.Grouped(r.Arrivals), figure.Grouped(r.Early), figure.Grouped(r.Bookings), r.Opening.BookedBefore+r.Opening.HeldBefore,
		figure.Grouped(r.TooEarly), figure.Grouped(tally.Total(r.Refusals)), figure.Grouped(r.Shed), figure.Grouped(tally.Total(r.Errors)))
	if l, any := r.BookingLatency(); any {
		words += fmt.Sprintf(" A booking took %s (median), %s (p99).", svg.Duration(l.P50), svg.Duration(l.P99))
	}
	return words
}

// number is rounded to a whole one.
func number(v float64) string { return figure.Grouped(int64(math.Round(v))) }
