/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package picture

import (
	"fmt"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// panel is one picture on the axis.
type panel struct {
	*sheet
	frame box
	scale scale
}

// entry explains one colour.
type entry struct{ fill, words string }

// panel begins one, with its name at the left and its colours above.
func (s *sheet) panel(height deci, sc scale, name string, notes ...string) *panel {
	p := &panel{sheet: s, frame: box{axisLeft, s.y, axisWidth, height}, scale: sc}
	s.y = p.frame.bottom() + 34*px
	s.frames = append(s.frames, p.frame)
	p.text(point{sheetEdge, p.frame.y + 14*px}, "mz-n", name)
	for i, note := range notes {
		p.text(point{sheetEdge, p.frame.y + 31*px + deci(i)*15*px}, "mz-s mz-q", note)
	}
	if before := p.axis.x(0) - axisLeft; before > 0 && p.axis.from < 0 {
		p.rect(box{axisLeft, p.frame.y, before, height}, `fill="#f3f4f7"`)
	}
	for _, v := range sc.grid() {
		y := p.height(v)
		p.line(point{axisLeft, y}, point{axisRight, y}, "mz-grid")
		words := number(v)
		if sc.logarithmic {
			words = duration(v)
		}
		p.text(point{axisLeft - 8*px, y + 4*px}, "mz-s mz-q mz-e", words)
	}
	return p
}

// height is where a value lies.
func (p *panel) height(v float64) deci { return p.frame.bottom() - p.frame.h.part(p.scale.part(v)) }

// legend writes what colours are, above the panel and at its right: most openings are
// at its left.
func (p *panel) legend(entries ...entry) {
	x := axisRight + 18*px
	for _, e := range entries {
		x -= e.width()
	}
	for _, e := range entries {
		if e.fill == "curve" {
			p.line(point{x, p.frame.y - 10*px}, point{x + 13*px, p.frame.y - 10*px}, "mz-curve")
		} else {
			p.rect(box{x, p.frame.y - 15*px, 11 * px, 11 * px}, fmt.Sprintf(`rx="2" fill="%s" stroke="#596273" stroke-width="0.6"`, e.fill))
		}
		p.text(point{x + 17*px, p.frame.y - 6*px}, "mz-s mz-o", e.words)
		x += e.width()
	}
}

// width of an entry, and of the gap behind it.
func (e entry) width() deci { return 17*px + widthOf(e.words, 11*px) + 18*px }

// end closes a panel below.
func (p *panel) end() {
	p.line(point{axisLeft, p.frame.bottom()}, point{axisRight, p.frame.bottom()}, "mz-axis")
}

// area fills what is below a value.
func (p *panel) area(value func(bucket) float64, attributes, words string) {
	var s steps
	for _, b := range p.buckets {
		s.to(p.axis.x(b.from), p.axis.x(b.from+b.seconds), p.height(value(b)))
	}
	if s.open {
		p.path(fmt.Sprintf("%sV%sH%sz", s.String(), p.frame.bottom(), axisLeft), attributes, words)
	}
}

// outline draws a value.
func (p *panel) outline(value func(bucket) float64, attributes, words string) {
	var s steps
	for _, b := range p.buckets {
		s.to(p.axis.x(b.from), p.axis.x(b.from+b.seconds), p.height(value(b)))
	}
	p.path(s.String(), attributes, words)
}

// slope draws a value that is reached by the end of each bucket; filled, or as a line.
func (p *panel) slope(value func(bucket) float64, fill, words string) {
	var s strings.Builder
	fmt.Fprintf(&s, "M%s %s", axisLeft, p.height(0))
	for _, b := range p.buckets {
		fmt.Fprintf(&s, "L%s %s", p.axis.x(b.from+b.seconds), p.height(value(b)))
	}
	if fill == "" {
		p.path(s.String(), `class="mz-curve"`, words)
		return
	}
	p.path(fmt.Sprintf("%sV%sz", s.String(), p.frame.bottom()), `fill="`+fill+`"`, words)
}

// people is who came and who booked, up to each moment.
func (s *sheet) people() {
	most := 1.0
	for _, b := range s.buckets {
		most = max(most, b.cameAll, b.expectedAll, b.bookedAll)
	}
	p := s.panel(128*px, scale{most: most}, "People", "in all, up to", "each second")
	p.legend(entry{sky, "came"}, entry{green, "booked"}, entry{"curve", "came, by the demand's curve"})
	p.slope(func(b bucket) float64 { return b.cameAll }, sky, "came")
	p.slope(func(b bucket) float64 { return b.bookedAll }, green, "booked")
	p.slope(func(b bucket) float64 { return b.expectedAll }, "", "came, by the demand's curve")
	if n := len(p.buckets); n > 0 {
		last := p.buckets[n-1]
		p.aside(p.height(last.cameAll), "mz-s mz-b", number(last.cameAll))
		if p.height(last.bookedAll)-p.height(last.cameAll) >= 13*px {
			p.aside(p.height(last.bookedAll), "mz-s mz-b mz-g", number(last.bookedAll))
		}
	}
	p.end()
}

// aside writes to the right of a panel.
func (p *panel) aside(y deci, class, words string) {
	p.text(point{axisRight + 8*px, y + 4*px}, class, words)
}

// arrivals is who came in each second.
func (s *sheet) arrivals() {
	most, at := 1.0, bucket{}
	for _, b := range s.buckets {
		if b.came > most {
			most, at = b.came, b
		}
	}
	p := s.panel(84*px, scale{most: most}, "Arrivals", "a second")
	p.legend(entry{blue, "came"}, entry{"curve", "by the curve"})
	p.area(func(b bucket) float64 { return b.came }, `fill="`+blue+`"`, "came")
	p.outline(func(b bucket) float64 { return min(b.expected, most) }, `class="mz-curve"`, "by the demand's curve")
	if at.seconds > 0 {
		words := fmt.Sprintf("%s a second at the peak", number(at.came))
		p.text(point{p.axis.x(at.from+at.seconds) + 6*px, p.frame.y + 10*px}, "mz-s mz-b mz-o", words)
	}
	p.end()
}

// answers is what was said in each second, one upon the other.
func (s *sheet) answers() {
	layers := []struct {
		entry
		value func(bucket) float64
	}{
		{entry{green, "booked"}, func(b bucket) float64 { return b.booked }},
		{entry{yellow, "too early"}, func(b bucket) float64 { return b.tooEarly }},
		{entry{orange, "refused"}, func(b bucket) float64 { return b.refused }},
		{entry{purple, "shed: come again"}, func(b bucket) float64 { return b.shed }},
		{entry{failed, "error"}, func(b bucket) float64 { return b.failures }},
	}
	most := 1.0
	for _, b := range s.buckets {
		most = max(most, b.answers())
	}
	p := s.panel(140*px, scale{most: most}, "Answers", "a second, without", "pages, searches", "and holds")
	var entries []entry
	below := make([]float64, len(p.buckets))
	for _, l := range layers {
		entries = append(entries, l.entry)
		var path strings.Builder
		for i, b := range p.buckets {
			v := l.value(b)
			if v <= 0 {
				continue
			}
			y, top := p.height(below[i]), p.height(below[i]+v)
			below[i] += v
			fmt.Fprintf(&path, "M%s %sV%sH%sV%sz", p.axis.x(b.from), y, top, p.axis.x(b.from+b.seconds), y)
		}
		p.path(path.String(), fmt.Sprintf(`fill="%s" shape-rendering="crispEdges"`, l.fill), l.words)
	}
	p.legend(entries...)
	p.end()
}

// inside is how many people were there.
func (s *sheet) inside() {
	most := 1.0
	for _, b := range s.buckets {
		most = max(most, b.inside)
	}
	p := s.panel(70*px, scale{most: most}, "Inside", "people at once")
	p.area(func(b bucket) float64 { return b.inside }, `fill="`+grey+`"`, "inside")
	p.end()
}

// latencies is how long it took from wanting a booking to having it.
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
	p := s.panel(128*px, logScale(least, most), "Booking", "from wanting it to", "having it, with", "all retries")
	p.legend(entry{indigo, "half of them are faster"}, entry{"#8f84c4", "9 of 10"}, entry{"#d3cdeb", "99 of 100"})
	bands := []struct {
		fill, words string
		value       func(tally.Quantile) float64
	}{
		{"#d3cdeb", "99 of 100 are faster", func(q tally.Quantile) float64 { return q.P99 }},
		{"#8f84c4", "9 of 10 are faster", func(q tally.Quantile) float64 { return q.P90 }},
		{indigo, "half of them are faster", func(q tally.Quantile) float64 { return q.P50 }},
	}
	for _, band := range bands {
		var path strings.Builder
		for _, b := range p.buckets {
			if b.latency != nil {
				fmt.Fprintf(&path, "M%s %sV%sH%sV%sz", p.axis.x(b.from), p.frame.bottom(), p.height(band.value(*b.latency)), p.axis.x(b.from+b.seconds), p.frame.bottom())
			}
		}
		p.path(path.String(), fmt.Sprintf(`fill="%s" shape-rendering="crispEdges"`, band.fill), band.words)
	}
	p.end()
}
