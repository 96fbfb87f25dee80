/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package picture

import (
	"fmt"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// panel is one chart on the axis.
type panel struct {
	*sheet
	frame svg.Panel
}

// panel begins one, with its name at the left.
func (s *sheet) panel(height svg.Length, scale svg.Scale, name string, notes ...string) *panel {
	p := &panel{s, svg.Panel{Canvas: &s.Canvas, Box: svg.Box{X: s.axis.Left, Y: s.Y, W: s.axis.Right - s.axis.Left, H: height}, Scale: scale}}
	s.Y = p.frame.Bottom() + 34*svg.Px
	s.frames = append(s.frames, p.frame.Box)
	p.Text(svg.SheetEdge, p.frame.Y+14*svg.Px, "mz-n", name)
	for i, note := range notes {
		p.Text(svg.SheetEdge, p.frame.Y+31*svg.Px+svg.Length(i)*15*svg.Px, "mz-s mz-q", note)
	}
	if s.axis.From < 0 { // before the opening
		before := p.frame.Box
		before.W = s.axis.X(0) - s.axis.Left
		p.Rect(before, `fill="#f3f4f7"`)
	}
	words := number
	if scale.Logarithmic {
		words = svg.Duration
	}
	p.frame.Grid(scale.Grid(mostLines), words)
	return p
}

// mostLines of a grid.
const mostLines = 4

// legend writes what colours mean, above the panel and at its right: most openings are at
// its left.
func (p *panel) legend(entries ...svg.Entry) {
	p.frame.Legend(p.frame.Right(), p.frame.Y-6*svg.Px, entries...)
}

// end closes a panel below.
func (p *panel) end() { p.Across(p.frame.Bottom(), p.frame.X, p.frame.Right(), "mz-axis") }

// steps is the line of a value over all buckets.
func (p *panel) steps(value func(bucket) float64) *svg.Trace {
	var t svg.Trace
	for _, b := range p.buckets {
		from, to := p.span(b)
		t.Step(from, to, p.frame.Height(value(b)))
	}
	return &t
}

// span returns the positions at which a bucket begins and ends.
func (s *sheet) span(b bucket) (from, to svg.Length) {
	return s.axis.X(float64(b.from)), s.axis.X(float64(b.from + b.seconds))
}

// area fills what is below a value.
func (p *panel) area(value func(bucket) float64, fill, title string) {
	t := p.steps(value)
	t.Close(p.frame.Bottom(), p.frame.X)
	p.Path(t.String(), `fill="`+fill+`"`, title)
}

// slope draws a value that is reached by the end of each bucket; filled, or as a line.
func (p *panel) slope(value func(bucket) float64, fill, title string) {
	var s strings.Builder
	fmt.Fprintf(&s, "M%s %s", p.frame.X, p.frame.Height(0))
	for _, b := range p.buckets {
		_, to := p.span(b)
		fmt.Fprintf(&s, "L%s %s", to, p.frame.Height(value(b)))
	}
	if fill == "" {
		p.Path(s.String(), curve, title)
		return
	}
	p.Path(fmt.Sprintf("%sV%sz", s.String(), p.frame.Bottom()), `fill="`+fill+`"`, title)
}

// blocks fills a rectangle for each bucket, between the heights of two values.
func (p *panel) blocks(fill, title string, values func(i int, b bucket) (from, to float64)) {
	var t svg.Trace
	for i, b := range p.buckets {
		if bottom, top := values(i, b); top > bottom {
			from, to := p.span(b)
			t.Block(from, to, p.frame.Height(bottom), p.frame.Height(top))
		}
	}
	p.Path(t.String(), fmt.Sprintf(`fill="%s" shape-rendering="crispEdges"`, fill), title)
}

// curve is the look of what the demand's curve expects.
const curve = `class="mz-curve"`

// people draws the arrivals and bookings so far.
func (s *sheet) people() {
	most := 1.0
	for _, b := range s.buckets {
		most = max(most, b.cameAll, b.expectedAll, b.bookedAll)
	}
	p := s.panel(128*svg.Px, svg.Scale{Most: most}, "People", "in total")
	p.legend(svg.Entry{Fill: svg.Sky, Words: "came"}, svg.Entry{Fill: svg.Green, Words: "booked"}, svg.Entry{Line: curve, Words: "expected"})
	p.slope(func(b bucket) float64 { return b.cameAll }, svg.Sky, "came")
	p.slope(func(b bucket) float64 { return b.bookedAll }, svg.Green, "booked")
	p.slope(func(b bucket) float64 { return b.expectedAll }, "", "expected")
	if n := len(p.buckets); n > 0 {
		last := p.buckets[n-1]
		p.aside(p.frame.Height(last.cameAll), "mz-s mz-b", number(last.cameAll))
		if p.frame.Height(last.bookedAll)-p.frame.Height(last.cameAll) >= 13*svg.Px {
			p.aside(p.frame.Height(last.bookedAll), "mz-s mz-b mz-g", number(last.bookedAll))
		}
	}
	p.end()
}

// aside writes to the right of a panel.
func (p *panel) aside(y svg.Length, class, words string) {
	p.Text(p.frame.Right()+8*svg.Px, y+4*svg.Px, class, words)
}

// arrivals draws the arrivals of each second.
func (s *sheet) arrivals() {
	most, at := 1.0, bucket{}
	for _, b := range s.buckets {
		if b.came > most {
			most, at = b.came, b
		}
	}
	p := s.panel(84*svg.Px, svg.Scale{Most: most}, "Arrivals", "per second")
	p.legend(svg.Entry{Fill: svg.Blue, Words: "came"}, svg.Entry{Line: curve, Words: "expected"})
	p.area(func(b bucket) float64 { return b.came }, svg.Blue, "came")
	p.Path(p.steps(func(b bucket) float64 { return b.expected }).String(), curve, "expected")
	if at.seconds > 0 {
		words := fmt.Sprintf("%s per second at the peak", number(at.came))
		_, x := p.span(at)
		p.Text(x+6*svg.Px, p.frame.Y+10*svg.Px, "mz-s mz-b mz-o", words)
	}
	p.end()
}

// answers draws the answers of each second, stacked.
func (s *sheet) answers() {
	layers := []struct {
		svg.Entry
		value func(bucket) float64
	}{
		{svg.Entry{Fill: svg.Green, Words: "booked"}, func(b bucket) float64 { return b.booked }},
		{svg.Entry{Fill: svg.Yellow, Words: "too early"}, func(b bucket) float64 { return b.tooEarly }},
		{svg.Entry{Fill: svg.Orange, Words: "refused"}, func(b bucket) float64 { return b.refused }},
		{svg.Entry{Fill: svg.Purple, Words: "shed (503)"}, func(b bucket) float64 { return b.shed }},
		{svg.Entry{Fill: svg.Hatch, Words: "error"}, func(b bucket) float64 { return b.failures }},
	}
	most := 1.0
	for _, b := range s.buckets {
		most = max(most, b.answers())
	}
	p := s.panel(140*svg.Px, svg.Scale{Most: most}, "Answers", "per second, not", "of pages, searches", "or holds")
	var entries []svg.Entry
	sums := make([]float64, len(p.buckets))
	for _, l := range layers {
		entries = append(entries, l.Entry)
		p.blocks(l.Fill, l.Words, func(i int, b bucket) (from, to float64) {
			from = sums[i]
			sums[i] += max(0, l.value(b))
			return from, sums[i]
		})
	}
	p.legend(entries...)
	p.end()
}

// inside draws the number of people inside.
func (s *sheet) inside() {
	most := 1.0
	for _, b := range s.buckets {
		most = max(most, b.inside)
	}
	p := s.panel(70*svg.Px, svg.Scale{Most: most}, "Inside", "people at once")
	p.area(func(b bucket) float64 { return b.inside }, svg.Grey, "inside")
	p.end()
}

// latencies draws the time from the wish for a booking to the booking.
func (s *sheet) latencies() {
	least, most := 1e9, 0.0
	for _, b := range s.buckets {
		if b.latency != nil {
			least, most = min(least, b.latency.P50), max(most, b.latency.P99)
		}
	}
	if most == 0 {
		return
	}
	p := s.panel(128*svg.Px, svg.LogScale(least, most*1.15), "Booking", "time taken,", "with retries")
	const nine, most99 = "#8f84c4", "#d3cdeb"
	p.legend(svg.Entry{Fill: svg.Indigo, Words: "median"}, svg.Entry{Fill: nine, Words: "p90"}, svg.Entry{Fill: most99, Words: "p99"})
	bands := []struct {
		fill, words string
		value       func(tally.Quantile) float64
	}{
		{most99, "p99", func(q tally.Quantile) float64 { return q.P99 }},
		{nine, "p90", func(q tally.Quantile) float64 { return q.P90 }},
		{svg.Indigo, "median", func(q tally.Quantile) float64 { return q.P50 }},
	}
	for _, band := range bands {
		p.blocks(band.fill, band.words, func(_ int, b bucket) (from, to float64) {
			if b.latency != nil {
				to = band.value(*b.latency)
			}
			return 0, to
		})
	}
	p.end()
}
