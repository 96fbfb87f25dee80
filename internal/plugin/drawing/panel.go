/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"fmt"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// panel is the floor of one channel on one axis.
type panel struct {
	*strip
	frame box
	line  line
	// full is the height in the panel at which the value scale lies.
	full  deci
	scale int64
	// capAbove says that the cap is so far up that its line is not to scale.
	capAbove bool
}

func newPanel(s *strip, l line) panel {
	p := panel{strip: s, line: l, frame: box{axisLeft, s.y, axisRight - axisLeft, panelHeight(len(s.moving))}}
	most := bound(l.Cap)
	p.capAbove = most > 2*l.top
	p.scale, p.full = max(l.top, 1), p.frame.h-22*px
	switch {
	case p.capAbove:
		p.full = p.frame.h - 32*px
	case most > p.scale:
		p.scale, p.full = most, p.frame.h-14*px
	}
	return p
}

// panelHeight keeps a picture of many channels in bounds.
func panelHeight(channels int) deci {
	switch {
	case channels <= 4:
		return 124 * px
	case channels <= 8:
		return 96 * px
	}
	return 70 * px
}

// height is where a number of replicas is drawn.
func (p *panel) height(replicas int64) deci {
	return p.frame.bottom() - deci(mulDiv(int64(p.full), replicas, p.scale))
}

// areas draws the grid and the stacked floors.
func (p *panel) areas() {
	for _, value := range gridValues(p.scale, p.frame.h) {
		p.across(p.height(value), p.frame.x, p.frame.right(), "mz-grid")
	}
	levels := p.line.over(p.axis)
	areas := newAreas(p)
	top, missing := strings.Builder{}, strings.Builder{}
	for i, v := range levels {
		from, to := p.x(v.from), p.x(v.to)
		if i == 0 {
			fmt.Fprintf(&top, "M%s %s", from, p.height(v.floor))
		}
		if to == from {
			continue
		}
		areas.add(v, from, to)
		fmt.Fprintf(&top, "V%sH%s", p.height(v.floor), to)
		if v.missing() > 0 {
			fmt.Fprintf(&missing, "M%s %sV%sH%sV%sz", from, p.height(v.floor), p.height(v.wanted), to, p.height(v.floor))
		}
	}
	areas.draw()
	if missing.Len() > 0 {
		p.printf("<path fill=\"url(#mz-missing)\" stroke=\"#a50021\" d=\"%s\"><title>needed, but cut by the cap</title></path>\n", missing.String())
	}
	p.printf("<path class=\"mz-top\" d=\"%s\"/>\n", top.String())
	p.drawCap()
}

// areas are the filled paths of a panel, one for each layer.
type areas struct {
	*panel
	paths map[layer]*strings.Builder
	order []layer
}

func newAreas(p *panel) *areas {
	return &areas{panel: p, paths: map[layer]*strings.Builder{}}
}

// add draws one level of the floor.
func (a *areas) add(v level, from, to deci) {
	below := int64(0)
	for _, l := range a.palette.stack(v) {
		key := layer{cause: l.cause, campaign: l.campaign}
		path, ok := a.paths[key]
		if !ok {
			path = &strings.Builder{}
			a.paths[key] = path
			a.order = append(a.order, key)
		}
		y, top := a.height(below), a.height(below+l.replicas)
		below += l.replicas
		if y > top {
			fmt.Fprintf(path, "M%s %sV%sH%sV%sz", from, y, top, to, y)
		}
	}
}

func (a *areas) draw() {
	for _, l := range a.order {
		if path := a.paths[l]; path.Len() > 0 {
			a.printf("<path fill=\"%s\" shape-rendering=\"crispEdges\" d=\"%s\"><title>%s</title></path>\n",
				a.palette.of(l).fill, path.String(), escaped(l.cause))
		}
	}
}

// drawCap draws the cap: to scale, or above a break in the scale.
func (p *panel) drawCap() {
	if p.line.Cap <= 0 {
		return
	}
	y := p.capHeight()
	p.across(y, p.frame.x, p.frame.right(), "mz-cap")
	if p.capAbove {
		p.printf("<path class=\"mz-axis\" d=\"M%s %sl10 -5m0 5l-10 5\"/>\n", p.frame.x-5*px, y+12*px)
	}
}

func (p *panel) capHeight() deci {
	if p.capAbove {
		return p.frame.y + 6*px
	}
	return p.height(bound(p.line.Cap))
}

// words writes the figures of a panel over its areas.
func (p *panel) words() {
	p.across(p.frame.bottom(), p.frame.x, p.frame.right(), "mz-axis")
	name := fitting(p.line.Name, 112*px, 13*px)
	p.text(point{sheetEdge, p.frame.y + 18*px}, "mz-n", name)
	p.text(point{sheetEdge, p.frame.y + 34*px}, "mz-s mz-q", "peak "+count(p.line.peak()))
	p.text(point{sheetEdge, p.frame.y + 48*px}, "mz-s mz-q", "base "+count(bound(p.line.Base)))
	for _, value := range gridValues(p.scale, p.frame.h) {
		p.text(point{p.frame.x - 8*px, p.height(value) + 4*px}, "mz-s mz-q mz-e", count(value))
	}
	if p.line.Cap > 0 {
		at := point{p.frame.right() + 6*px, p.capHeight() + 4*px}
		limit := p.line.limit()
		if limit != plan.LimitNone {
			at.y = min(at.y, p.frame.bottom()-13*px)
		}
		p.text(at, "mz-s mz-b mz-r", "cap "+count(bound(p.line.Cap)))
		if limit != plan.LimitNone {
			p.text(point{at.x, at.y + 13*px}, "mz-s mz-r", "by "+string(limit))
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

// ramps marks where the floor begins to climb.
func (p *panel) ramps() {
	free, y := axisLeft, p.frame.y+24*px
	if c := p.capHeight(); c > y-16*px && c < y+6*px {
		y = c + 16*px // below the line, not across it
	}
	for _, at := range p.line.ramps(p.axis) {
		x, words := p.x(at), "ramp "+p.clock(at)
		p.upright(x, p.frame.y+12*px, p.frame.bottom(), "mz-ramp")
		if x-widthOf(words, 11*px) < free {
			continue
		}
		p.text(point{x - 4*px, y}, "mz-s mz-q mz-e mz-o", words)
		free = x + 4*px
	}
}

// figures writes the peak of an opening above its floor, what is missing, and
// each campaign's share inside it, all before the next opening.
func (p *panel) figures(m moment, next int64) {
	v := p.line.at(m.at)
	if v.floor <= bound(p.line.Base) && v.missing() == 0 {
		return
	}
	x := p.x(m.at) + 6*px
	words, class := []string{count(v.floor)}, "mz-b mz-o"
	if v.missing() > 0 {
		class += " mz-r"
		words = []string{
			fmt.Sprintf("%s of %s: %s missing", count(v.floor), count(v.wanted), count(v.missing())),
			count(v.missing()) + " missing", "−" + count(v.missing()),
		}
	}
	p.text(point{x, p.height(v.wanted) - 5*px}, class, longest(words, p.x(next)-x-4*px))
	below, room := int64(0), p.x(min(v.to, next))-x-4*px
	for _, l := range p.palette.stack(v) {
		bottom, top := p.height(below), p.height(below+l.replicas)
		below += l.replicas
		number := count(l.replicas)
		words := longest([]string{plain(l.cause) + "  " + number, number}, room)
		if bottom-top >= 13*px && words != "" {
			p.printf("<text x=\"%s\" y=\"%s\" class=\"mz-s\" style=\"fill:%s\">%s</text>\n",
				x, (top+bottom)/2+4*px, p.palette.of(l).ink, escaped(words))
		}
	}
}

// longest is the first of some words, from the longest to the shortest, for
// which there is room, or nothing.
func longest(words []string, room deci) string {
	for _, w := range words {
		if widthOf(w, 12*px) <= room {
			return w
		}
	}
	return ""
}

// gridValues are round numbers up to the highest, two or three of them.
func gridValues(highest int64, height deci) []int64 {
	room := int64(max(1, height/(34*px)))
	step := int64(1)
	for factor := 0; highest/step > room; factor++ {
		if factor%3 == 1 {
			step = step / 2 * 5
		} else {
			step *= 2
		}
	}
	var values []int64
	for value := step; value <= highest; value += step {
		values = append(values, value)
	}
	return values
}
