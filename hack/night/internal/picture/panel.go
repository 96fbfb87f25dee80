/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package picture

import (
	"fmt"
	"math"

	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// point is a value from a moment on, or at it. NaN means no value.
type point struct{ at, value float64 }

// line is one series of a panel.
type line struct {
	words  string
	colour string
	look   look
	points []point
}

// look is the style of a line.
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
	height      svg.Length
	lines       []line
	logarithmic bool
	limit       float64 // a value that is marked, where it is not 0
	unit        func(float64) string
}

// draw draws a panel below the last one.
func (s *sheet) draw(p plot) {
	top := s.Y + 22*svg.Px
	f := svg.Panel{
		Canvas: &s.Canvas, Scale: scaleOf(p),
		Box: svg.Box{X: s.axis.Left, Y: top, W: s.axis.Right - s.axis.Left, H: p.height},
	}
	s.panels = append(s.panels, f.Box)
	s.Y = f.Bottom() + 12*svg.Px
	s.Text(svg.SheetEdge, top+12*svg.Px, "mz-n", p.name)
	for i, note := range p.notes {
		s.Text(svg.SheetEdge, top+28*svg.Px+svg.Length(i)*14*svg.Px, "mz-s mz-q", note)
	}
	f.Grid(f.Scale.Grid(4.5), p.unit)
	if p.limit > 0 && p.limit < f.Scale.Most {
		s.Across(f.Height(p.limit), f.X, f.Right(), "mz-want")
	}
	var entries []svg.Entry
	for _, l := range p.lines {
		s.Path(s.trace(f, l), attributes(l), l.words)
		e := svg.Entry{Line: attributes(l), Words: l.words}
		if l.look == filled {
			e.Fill = l.colour
		}
		entries = append(entries, e)
	}
	s.Across(f.Bottom(), f.X, f.Right(), "mz-axis")
	f.Legend(f.Right()-9*svg.Px, top-8*svg.Px, entries...)
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

// trace returns the path of a line. Each value holds until the next.
func (s *sheet) trace(f svg.Panel, l line) string {
	var out svg.Trace
	for i, p := range l.points {
		if math.IsNaN(p.value) || p.at > s.axis.To || p.at < s.axis.From-1 {
			out.Break()
			continue
		}
		until := p.at + 1
		if i+1 < len(l.points) && l.look != dots {
			until = l.points[i+1].at
		}
		from, to, y := s.axis.X(p.at), s.axis.X(until), f.Height(p.value)
		switch {
		case l.look == dots:
			fmt.Fprintf(&out, "M%s %sh0.1", from, y)
		case l.look != filled:
			out.Step(from, to, y)
		case p.value > 0:
			out.Block(from, to, f.Bottom(), y)
		}
	}
	return out.String()
}

// scaleOf returns the scale for all values of a plot.
func scaleOf(p plot) svg.Scale {
	least, most := math.Inf(1), 0.0
	for _, l := range p.lines {
		for _, v := range l.points {
			if !math.IsNaN(v.value) && v.value > 0 {
				least, most = min(least, v.value), max(most, v.value)
			}
		}
	}
	if !p.logarithmic {
		return svg.Scale{Most: max(1, most*1.06)}
	}
	if most == 0 {
		least, most = 1, 1000
	}
	return svg.LogScale(least, max(most, p.limit)*1.2)
}

func number(v float64) string { return figure.Grouped(int64(math.Round(v))) }
