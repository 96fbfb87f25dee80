/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package picture

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// sheet is the whole picture.
type sheet struct {
	canvas
	report  tally.Report
	buckets []bucket
	axis    axis
	frames  []box // of the panels
}

// SVG draws a report as one picture, which needs nothing but itself.
func SVG(w io.Writer, r tally.Report) error {
	s := &sheet{report: r, buckets: buckets(r)}
	s.axis = newAxis(s.buckets)
	s.y = sheetEdge
	s.head()
	s.people()
	s.arrivals()
	s.answers()
	s.inside()
	s.latencies()
	s.times()
	s.foot()
	height := s.y + sheetEdge
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="mz-title mz-desc" class="mz" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s">
<title id="mz-title">A crowd at an opening</title>
<desc id="mz-desc">%[3]s</desc>
<style>%[4]s</style>
%[5]s<rect x="0.5" y="0.5" width="%[6]s" height="%[7]s" rx="8" fill="#fff" stroke="#d5d9e0"/>
%[8]s</svg>
`, sheetWidth, height, escaped(summary(r)), style, hatch, sheetWidth-px, height-px, s.String())
	return err
}

// head says what was seen, and the figures that matter most.
func (s *sheet) head() {
	r := s.report
	s.y += 18 * px
	s.text(point{sheetEdge, s.y}, "mz-h", fmt.Sprintf("%s people came, %s booked", number(float64(r.Arrivals)), number(float64(r.Bookings))))
	when := "opened " + r.OpensAt.UTC().Format("Mon 2 Jan 2006 15:04:05 UTC")
	if r.From.After(r.OpensAt) {
		when = "from " + r.From.UTC().Format("Mon 2 Jan 2006 15:04:05 UTC") + ", with the doors open"
	}
	s.text(point{sheetWidth - sheetEdge, s.y}, "mz-q mz-e", when)
	s.y += 44 * px
	figures := s.figures()
	width := (sheetWidth - 2*sheetEdge) / deci(len(figures))
	for i, f := range figures {
		x := sheetEdge + deci(i)*width
		s.text(point{x, s.y}, "mz-f "+f.class, f.value)
		s.text(point{x, s.y + 17*px}, "mz-s mz-q", f.words)
	}
	s.y += 17*px + 58*px
}

// figure is a number that is written large.
type figure struct{ value, words, class string }

func (s *sheet) figures() []figure {
	r := s.report
	first := figure{"–", "nothing was booked", ""}
	if ms := r.Opening.FirstBookingAfterMs; ms != nil {
		first = figure{duration(*ms), "after it: the first booking", ""}
	}
	early := r.Opening.BookedBefore + r.Opening.HeldBefore
	middle, slowest := "–", "–"
	for _, l := range r.Latencies {
		if l.Step == tally.UntilBooked {
			middle, slowest = duration(l.P50), duration(l.P99)
		}
	}
	return []figure{
		first,
		{number(float64(early)), "taken before the opening", verdict(early == 0)},
		{middle, "to book, the median", ""},
		{slowest, "to book, 99 of 100", ""},
		{number(float64(r.Shed)), "sent away to come again", ""},
		{number(float64(r.Sessions.Abandoned)), "people gave up", ""},
		{number(float64(tally.Total(r.Errors))), "errors", verdict(len(r.Errors) == 0)},
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
	bottom := s.y - 34*px
	if s.axis.from <= 0 && s.axis.to > 0 && len(s.frames) > 0 {
		x, top := s.axis.x(0), s.frames[0].y
		for _, f := range s.frames {
			s.line(point{x, f.y}, point{x, f.bottom()}, "mz-open")
		}
		words := "opens"
		if s.report.From.After(s.report.OpensAt) {
			words = "the crowd comes"
		}
		s.line(point{x, top - 22*px}, point{x, top}, "mz-open")
		s.text(point{x, top - 27*px}, "mz-b mz-m mz-o", words)
	}
	for _, t := range s.axis.ticks() {
		x := s.axis.x(t)
		s.line(point{x, bottom}, point{x, bottom + 4*px}, "mz-axis")
		s.text(point{x, bottom + 18*px}, "mz-s mz-m", clock(t))
	}
	s.y = bottom + 44*px
}

// foot says how it was measured.
func (s *sheet) foot() {
	r := s.report
	g := r.Generator
	var parts []string
	for _, c := range r.Channels {
		parts = append(parts, fmt.Sprintf("%s %s booked of %s", c.Name, number(float64(c.Bookings)), number(float64(c.Arrivals))))
	}
	s.text(point{sheetEdge, s.y}, "mz-s mz-q", strings.Join(parts, " · "))
	s.y += 16 * px
	words := fmt.Sprintf("%s requests, %s a second on average; the crowd itself took %.2f cores and was %s late (p99). Seed %d.",
		number(float64(g.Requests)), number(g.RequestsPerSecond), g.CPUSeconds/max(g.Seconds, 1e-9), duration(g.Late.P99), r.Setting.Seed)
	s.text(point{sheetEdge, s.y}, "mz-s mz-q", words)
	if size := s.bucketSize(); size > 1 {
		s.text(point{sheetWidth - sheetEdge, s.y}, "mz-s mz-q mz-e", fmt.Sprintf("each step is %d s: means, and of latencies the worst second", size))
	}
	for _, broken := range r.Broken() {
		s.y += 18 * px
		s.text(point{sheetEdge, s.y}, "mz-b mz-r", "BROKEN: "+broken)
	}
}

// bucketSize is how many seconds are drawn as one; the first and the last may be fewer.
func (s *sheet) bucketSize() int {
	size := 1
	for _, b := range s.buckets {
		size = max(size, b.seconds)
	}
	return size
}

// summary is the picture in words.
func summary(r tally.Report) string {
	words := fmt.Sprintf("%s people came, %s of them before the opening; %s booked. %d were held or booked before the opening. %s answers were too early, %s refusals, %s sent away, %s errors.",
		number(float64(r.Arrivals)), number(float64(r.Early)), number(float64(r.Bookings)), r.Opening.BookedBefore+r.Opening.HeldBefore,
		number(float64(r.TooEarly)), number(float64(tally.Total(r.Refusals))), number(float64(r.Shed)), number(float64(tally.Total(r.Errors))))
	for _, l := range r.Latencies {
		if l.Step == tally.UntilBooked {
			words += fmt.Sprintf(" A booking took %s (median), %s (99 of 100).", duration(l.P50), duration(l.P99))
		}
	}
	return words
}

// number with its thousands apart, rounded to a whole one.
func number(v float64) string {
	digits := strconv.FormatInt(int64(math.Round(v)), 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// duration of so many milliseconds.
func duration(ms float64) string {
	switch {
	case ms >= 9_995:
		return fmt.Sprintf("%.0f s", ms/1000)
	case ms >= 999.5:
		return trimmed(ms/1000) + " s"
	case ms >= 9.5:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return trimmed(ms) + " ms"
}

// trimmed has one digit after the point, unless it is 0.
func trimmed(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }
