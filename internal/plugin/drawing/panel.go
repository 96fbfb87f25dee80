/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"fmt"

	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// panel draws the floor of one channel on one axis.
type panel struct {
	*strip
	frame svg.Box
	line  line
	// full is the height of the value scale.
	full  svg.Length
	scale int64
	// capAbove reports that the cap is too high to draw to scale.
	capAbove bool
}

func newPanel(s *strip, l line) panel {
	p := panel{strip: s, line: l, frame: svg.Box{X: axisLeft, Y: s.Y, W: axisRight - axisLeft, H: panelHeight(len(s.moving))}}
	most := bound(l.Cap)
	p.capAbove = most > 2*l.top
	p.scale, p.full = max(l.top, 1), p.frame.H-22*svg.Px
	switch {
	case p.capAbove:
		p.full = p.frame.H - 32*svg.Px
	case most > p.scale:
		p.scale, p.full = most, p.frame.H-14*svg.Px
	}
	return p
}

// panelHeight limits the size of a picture with many channels.
func panelHeight(channels int) svg.Length {
	switch {
	case channels <= 4:
		return 124 * svg.Px
	case channels <= 8:
		return 96 * svg.Px
	}
	return 70 * svg.Px
}

// height returns the vertical position of a number of replicas.
func (p *panel) height(replicas int64) svg.Length {
	return p.frame.Bottom() - svg.Length(mulDiv(int64(p.full), replicas, p.scale))
}

// grid returns round numbers of replicas, within the room for lines.
func (p *panel) grid() []int64 {
	var values []int64
	for _, v := range (svg.Scale{Most: float64(p.scale)}).Grid(float64(max(1, p.frame.H/(34*svg.Px)) + 1)) {
		values = append(values, int64(v))
	}
	return values
}

// areas draws the grid and the stacked floors.
func (p *panel) areas() {
	for _, value := range p.grid() {
		p.Across(p.height(value), p.frame.X, p.frame.Right(), "mz-grid")
	}
	areas := newAreas(p)
	var top, missing svg.Trace
	for _, v := range p.line.over(p.axis) {
		from, to := p.x(v.from), p.x(v.to)
		if to == from {
			continue
		}
		areas.add(v, from, to)
		top.Step(from, to, p.height(v.floor))
		if v.missing() > 0 {
			missing.Block(from, to, p.height(v.floor), p.height(v.wanted))
		}
	}
	areas.draw()
	p.Path(missing.String(), `fill="`+svg.Hatch+`" stroke="#a50021"`, "needed, but cut by the cap")
	p.Printf("<path class=\"mz-top\" d=\"%s\"/>\n", top.String())
	p.drawCap()
}

// areas has one filled path for each layer of a panel.
type areas struct {
	*panel
	paths map[layer]*svg.Trace
	order []layer
}

func newAreas(p *panel) *areas {
	return &areas{panel: p, paths: map[layer]*svg.Trace{}}
}

// add draws one level of the floor.
func (a *areas) add(v level, from, to svg.Length) {
	below := int64(0)
	for _, l := range a.palette.stack(v) {
		key := layer{cause: l.cause, campaign: l.campaign}
		path, ok := a.paths[key]
		if !ok {
			path = &svg.Trace{}
			a.paths[key] = path
			a.order = append(a.order, key)
		}
		y, top := a.height(below), a.height(below+l.replicas)
		below += l.replicas
		if y > top {
			path.Block(from, to, y, top)
		}
	}
}

func (a *areas) draw() {
	for _, l := range a.order {
		a.Path(a.paths[l].String(), fmt.Sprintf(`fill="%s" shape-rendering="crispEdges"`, a.palette.of(l).fill), l.cause)
	}
}

// drawCap draws the cap: to scale, or above a break in the scale.
func (p *panel) drawCap() {
	if p.line.Cap <= 0 {
		return
	}
	y := p.capHeight()
	p.Across(y, p.frame.X, p.frame.Right(), "mz-cap")
	if p.capAbove {
		p.Printf("<path class=\"mz-axis\" d=\"M%s %sl10 -5m0 5l-10 5\"/>\n", p.frame.X-5*svg.Px, y+12*svg.Px)
	}
}

func (p *panel) capHeight() svg.Length {
	if p.capAbove {
		return p.frame.Y + 6*svg.Px
	}
	return p.height(bound(p.line.Cap))
}

// words writes the texts of a panel over its areas.
func (p *panel) words() {
	p.Across(p.frame.Bottom(), p.frame.X, p.frame.Right(), "mz-axis")
	name := svg.Fitting(p.line.Name, 112*svg.Px, 13*svg.Px)
	p.Text(svg.SheetEdge, p.frame.Y+18*svg.Px, "mz-n", name)
	p.Text(svg.SheetEdge, p.frame.Y+34*svg.Px, "mz-s mz-q", "peak "+figure.Grouped(p.line.peak()))
	p.Text(svg.SheetEdge, p.frame.Y+48*svg.Px, "mz-s mz-q", "base "+figure.Grouped(bound(p.line.Base)))
	for _, value := range p.grid() {
		p.Text(p.frame.X-8*svg.Px, p.height(value)+4*svg.Px, "mz-s mz-q mz-e", figure.Grouped(value))
	}
	if p.line.Cap > 0 {
		x, y := p.frame.Right()+6*svg.Px, p.capHeight()+4*svg.Px
		limit := p.line.limit()
		if limit != plan.LimitNone {
			y = min(y, p.frame.Bottom()-13*svg.Px)
		}
		p.Text(x, y, "mz-s mz-b mz-r", "cap "+figure.Grouped(bound(p.line.Cap)))
		if limit != plan.LimitNone {
			p.Text(x, y+13*svg.Px, "mz-s mz-r", "by "+string(limit))
		}
	}
	on := p.on(p.axis)
	for i, m := range on {
		next := p.axis.ends()
		if i+1 < len(on) {
			next = on[i+1].at
		}
		p.figures(m, next)
	}
	p.ramps()
}

// ramps marks the starts of ramps.
func (p *panel) ramps() {
	free, y := axisLeft, p.frame.Y+24*svg.Px
	if c := p.capHeight(); c > y-16*svg.Px && c < y+6*svg.Px {
		y = c + 16*svg.Px // below the line, not across it
	}
	for _, at := range p.line.ramps(p.axis) {
		x, words := p.x(at), "ramp "+p.clock(at)
		p.Upright(x, p.frame.Y+12*svg.Px, p.frame.Bottom(), "mz-ramp")
		if x-svg.Width(words, 11*svg.Px) < free {
			continue
		}
		p.Text(x-4*svg.Px, y, "mz-s mz-q mz-e mz-o", words)
		free = x + 4*svg.Px
	}
}

// figures writes the peak of an opening above its floor, the missing replicas, and each
// campaign's share inside it, all left of the next opening.
func (p *panel) figures(m moment, next int64) {
	v := p.line.at(m.at)
	if v.floor <= bound(p.line.Base) && v.missing() == 0 {
		return
	}
	x := p.x(m.at) + 6*svg.Px
	words, class := []string{figure.Grouped(v.floor)}, "mz-b mz-o"
	if v.missing() > 0 {
		class += " mz-r"
		words = []string{
			fmt.Sprintf("%s of %s: %s missing", figure.Grouped(v.floor), figure.Grouped(v.wanted), figure.Grouped(v.missing())),
			figure.Grouped(v.missing()) + " missing", "−" + figure.Grouped(v.missing()),
		}
	}
	p.Text(x, p.height(v.wanted)-5*svg.Px, class, longest(words, p.x(next)-x-4*svg.Px))
	below, room := int64(0), p.x(min(v.to, next))-x-4*svg.Px
	for _, l := range p.palette.stack(v) {
		bottom, top := p.height(below), p.height(below+l.replicas)
		below += l.replicas
		number := figure.Grouped(l.replicas)
		words := longest([]string{svg.Plain(l.cause) + "  " + number, number}, room)
		if bottom-top >= 13*svg.Px && words != "" {
			p.Printf("<text x=\"%s\" y=\"%s\" class=\"mz-s\" style=\"fill:%s\">%s</text>\n",
				x, (top+bottom)/2+4*svg.Px, p.palette.of(l).ink, svg.Escaped(words))
		}
	}
}

// longest returns the first of the words that fits, from the longest to the shortest, or
// "".
func longest(words []string, room svg.Length) string {
	for _, w := range words {
		if svg.Width(w, 12*svg.Px) <= room {
			return w
		}
	}
	return ""
}
