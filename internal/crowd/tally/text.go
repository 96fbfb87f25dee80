/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package tally

import (
	"fmt"
	"io"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/figure"
)

// Heading of the lines that a running crowd prints.
const Heading = "   TIME  ARRIVALS/S  INSIDE  BOOKINGS/S  TOO EARLY  REFUSED    SHED  ERRORS       P50       P99"

// Line formats a second under Heading.
func (s Second) Line() string {
	p50, p99 := "–", "–"
	if s.Latency != nil {
		p50, p99 = duration(s.Latency.P50), duration(s.Latency.P99)
	}
	return fmt.Sprintf("%7s %11s %7s %11s %10s %8s %7s %7s %9s %9s", Countdown(s.From), figure.Grouped(s.Arrivals), figure.Grouped(s.Inside),
		figure.Grouped(s.Bookings), some(s.TooEarly), some(s.Refused), some(s.Shed), some(s.Errors), p50, p99)
}

// Countdown writes seconds from the opening: -00:05, +01:30.
func Countdown(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("%c%02d:%02d", sign, seconds/60, seconds%60)
}

// some shows 0 as a dot.
func some(n int) string {
	if n == 0 {
		return "·"
	}
	return figure.Grouped(n)
}

// duration writes milliseconds to three digits.
func duration(ms float64) string {
	switch {
	case ms >= 99_950:
		return fmt.Sprintf("%.0f s", ms/1000)
	case ms >= 9_995:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 999.5:
		return fmt.Sprintf("%.2f s", ms/1000)
	case ms >= 99.95:
		return fmt.Sprintf("%.0f ms", ms)
	case ms >= 9.995:
		return fmt.Sprintf("%.1f ms", ms)
	}
	return fmt.Sprintf("%.2f ms", ms)
}

// WriteText writes the report as text.
func (r Report) WriteText(w io.Writer) error {
	t := text{}
	t.line("arrivals", "%s, of them %s before the opening", figure.Grouped(r.Arrivals), figure.Grouped(r.Early))
	t.line("bookings", "%s; %s cancelled and %s moved afterwards", figure.Grouped(r.Bookings), figure.Grouped(r.Cancelled), figure.Grouped(r.Moved))
	t.line("sessions", "%s booked, %s refused, %s abandoned, %s cut off by the end",
		figure.Grouped(r.Sessions.Booked), figure.Grouped(r.Sessions.Refused), figure.Grouped(r.Sessions.Abandoned), figure.Grouped(r.Sessions.CutOff))
	t.line("opening", "%s", r.Opening.words())
	t.line("too early", "%s answers", figure.Grouped(r.TooEarly))
	t.line("refusals", "%s", list(r.Refusals))
	t.line("shed", "%s answers", figure.Grouped(r.Shed))
	t.line("errors", "%s", list(r.Errors))
	t.line("double clicks", "%s answered twice, %s of them differently", figure.Grouped(r.Twice.Answered), figure.Grouped(r.Twice.Different))
	t.channels(r.Channels)
	t.latencies(r.Latencies)
	g := r.Generator
	t.line("generator", "%s requests in %.0f s, %s/s; %.1f s of CPU, %.2f cores; late by %s (p99)", figure.Grouped(g.Requests), g.Seconds,
		figure.Grouped(int(g.RequestsPerSecond)), g.CPUSeconds, g.CPUSeconds/max(g.Seconds, 1e-9), duration(g.Late.P99))
	if g.TurnedAway > 0 {
		t.line("", "%s people could not start, because the generator was full; they are not counted above", figure.Grouped(g.TurnedAway))
	}
	for _, words := range r.Broken() {
		t.line("BROKEN", "%s", words)
	}
	_, err := io.WriteString(w, t.String())
	return err
}

func (o Opening) words() string {
	first := "nothing was booked"
	if o.FirstBookingAfterMs != nil {
		first = fmt.Sprintf("first booking %s after it", duration(*o.FirstBookingAfterMs))
	}
	return fmt.Sprintf("%s; before it %s held, %s booked", first, figure.Grouped(o.HeldBefore), figure.Grouped(o.BookedBefore))
}

// text grows line by line.
type text struct{ strings.Builder }

func (t *text) line(name, format string, args ...any) {
	fmt.Fprintf(t, "%-14s %s\n", name, fmt.Sprintf(format, args...))
}

func list(counts []Count) string {
	if len(counts) == 0 {
		return "none"
	}
	words := make([]string, 0, len(counts))
	for _, c := range counts {
		words = append(words, figure.Grouped(c.Count)+" "+c.Code)
	}
	return strings.Join(words, ", ")
}

func (t *text) channels(channels []ChannelCounts) {
	fmt.Fprintf(t, "\n%-20s %9s %9s %9s %9s\n", "CHANNEL", "ARRIVALS", "BOOKINGS", "SHED", "ERRORS")
	for _, c := range channels {
		fmt.Fprintf(t, "%-20s %9s %9s %9s %9s\n", c.Name, figure.Grouped(c.Arrivals), figure.Grouped(c.Bookings), figure.Grouped(c.Shed), figure.Grouped(c.Errors))
	}
}

func (t *text) latencies(latencies []Latency) {
	fmt.Fprintf(t, "\n%-20s %9s %9s %9s %9s %9s %9s\n", "LATENCY, FROM DUE", "ANSWERS", "P50", "P90", "P99", "P99.9", "MAX")
	for _, l := range latencies {
		fmt.Fprintf(t, "%-20s %9s %9s %9s %9s %9s %9s\n", l.Step, figure.Grouped(l.Count),
			duration(l.P50), duration(l.P90), duration(l.P99), duration(l.P999), duration(l.Max))
	}
	t.WriteByte('\n')
}
