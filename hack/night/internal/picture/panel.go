/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package picture

import (
	"fmt"
	"math"
	"strings"
)

// point is a value from a moment on, or at it. NaN is none.
type point struct{ at, value float64 }

// line is one thing that is drawn in a panel.
type line struct {
	words  string
	colour string
	look   look
	points []point
}

// look is how a line is drawn.
type look int

const (
	solid  look = iota // steps
	thin               // steps, thinner
	dashed             // steps, dashed: what is asked for
	filled             // steps, filled down to the axis
	dots               // single values
)

// plot is one panel to be drawn.
type plot struct {
	name        string
	notes       []string
	height      float64
	lines       []line
	logarithmic bool
	limit       float64 // a value that is marked, where it is not 0
	unit        func(float64) string
}

// draw draws a panel below what there is.
func (s *sheet) draw(p plot) {
	top := s.y + 22
	f := frame{top, top + p.height}
	s.panels = append(s.panels, f)
	s.y = f.bottom + 12
	sc := scaleOf(p)
	s.text(edge, top+12, "b", p.name)
	for i, note := range p.notes {
		s.text(edge, top+28+float64(i)*14, "s q", note)
	}
	for _, v := range sc.grid() {
		s.line(spot{axisLeft, f.height(sc, v)}, spot{axisRight, f.height(sc, v)}, "grid")
		s.text(axisLeft-8, f.height(sc, v)+4, "s q e", p.unit(v))
	}
	if p.limit > 0 && p.limit < sc.most {
		s.line(spot{axisLeft, f.height(sc, p.limit)}, spot{axisRight, f.height(sc, p.limit)}, "want")
	}
	for _, l := range p.lines {
		s.path(s.trace(f, sc, l), attributes(l), l.words)
	}
	s.line(spot{axisLeft, f.bottom}, spot{axisRight, f.bottom}, "axis")
	s.legend(p.lines, top-8)
}

func attributes(l line) string {
	const stroke = `fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="round"`
	switch l.look {
	case filled:
		return fmt.Sprintf(`fill="%s" fill-opacity="0.85" shape-rendering="crispEdges"`, l.colour)
	case thin:
		return fmt.Sprintf(stroke, l.colour, "1.2")
	case dashed:
		return fmt.Sprintf(stroke+` stroke-dasharray="5 4"`, l.colour, "1.5")
	case dots:
		return fmt.Sprintf(stroke+` stroke-linecap="round"`, l.colour, "3.4")
	case solid:
	}
	return fmt.Sprintf(stroke, l.colour, "2")
}

// trace is the path of a line. Each value stands until the next.
func (s *sheet) trace(f frame, sc scale, l line) string {
	var out strings.Builder
	open := false
	for i, p := range l.points {
		if math.IsNaN(p.value) || p.at > s.to || p.at < s.from-1 {
			open = false
			continue
		}
		until := p.at + 1
		if i+1 < len(l.points) && l.look != dots {
			until = l.points[i+1].at
		}
		x0, x1, y := length(s.x(p.at)), length(s.x(until)), length(f.height(sc, p.value))
		switch {
		case l.look == dots:
			fmt.Fprintf(&out, "M%s %sh0.1", x0, y)
		case l.look == filled && p.value > 0:
			fmt.Fprintf(&out, "M%s %sV%sH%sV%sz", x0, length(f.bottom), y, x1, length(f.bottom))
		case l.look == filled:
		case open:
			fmt.Fprintf(&out, "V%sH%s", y, x1)
		default:
			fmt.Fprintf(&out, "M%s %sH%s", x0, y, x1)
			open = true
		}
	}
	return out.String()
}

// legend names the lines above a panel, at its right.
func (s *sheet) legend(lines []line, y float64) {
	x := axisRight
	for i := len(lines) - 1; i >= 0; i-- {
		l := lines[i]
		if l.words == "" {
			continue
		}
		x -= 26 + wide(l.words)
		if l.look == filled {
			s.printf("<rect x=\"%s\" y=\"%s\" width=\"12\" height=\"9\" fill=\"%s\"/>\n", length(x), length(y-8), l.colour)
		} else {
			s.printf("<path %s d=\"M%s %sh12\"/>\n", attributes(l), length(x), length(y-4))
		}
		s.text(x+17, y, "s", l.words)
	}
}

// wide is about how many pixels a small text takes.
func wide(words string) float64 { return 6.1 * float64(len([]rune(words))) }

// height is where a value is.
func (f frame) height(sc scale, v float64) float64 {
	return f.bottom - min(1, max(0, sc.part(v)))*(f.bottom-f.top)
}

// scale of values, from 0, or from least where it is logarithmic.
type scale struct {
	least, most float64
	logarithmic bool
}

func scaleOf(p plot) scale {
	least, most := math.Inf(1), 0.0
	for _, l := range p.lines {
		for _, v := range l.points {
			if !math.IsNaN(v.value) && v.value > 0 {
				least, most = min(least, v.value), max(most, v.value)
			}
		}
	}
	if !p.logarithmic {
		return scale{0, max(1, most*1.06), false}
	}
	if most == 0 {
		least, most = 1, 1000
	}
	return scale{math.Pow(10, math.Floor(math.Log10(max(least, 0.1)))), max(most*1.2, 10*least, p.limit*1.2), true}
}

func (s scale) part(v float64) float64 {
	if s.logarithmic {
		return math.Log(max(v, s.least)/s.least) / math.Log(s.most/s.least)
	}
	return v / s.most
}

// grid values are round, two to five of them.
func (s scale) grid() []float64 {
	var all []float64
	if s.logarithmic {
		for v := s.least * 10; v <= s.most; v *= 10 {
			all = append(all, v)
		}
		return all
	}
	step := math.Pow(10, math.Floor(math.Log10(s.most)))
	for _, times := range []float64{0.2, 0.5, 1, 2, 5} {
		if s.most/(step*times) <= 4.5 {
			step *= times
			break
		}
	}
	step = max(1, math.Round(step))
	for v := step; v <= s.most; v += step {
		all = append(all, v)
	}
	return all
}

func number(v float64) string { return fmt.Sprintf("%g", math.Round(v*10)/10) }

// duration writes milliseconds.
func duration(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%g s", v/1000)
	}
	return fmt.Sprintf("%g ms", v)
}
