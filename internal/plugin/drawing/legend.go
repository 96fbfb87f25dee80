/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"fmt"
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// entry explains one colour: a name in bold and a note.
type entry struct {
	fill string
	// words in bold, and what follows them.
	name, note string
	bad        bool
}

// legend writes the colours of a strip, row by row.
func (s *strip) legend() {
	const row, swatch, gap = 18 * svg.Px, 12 * svg.Px, 18 * svg.Px
	x := svg.SheetEdge
	s.Y += 12 * svg.Px
	for _, e := range s.entries() {
		name := svg.Fitting(e.name, 240*svg.Px, 12*svg.Px)
		width := swatch + 6*svg.Px + svg.Width(name, 12*svg.Px) + 5*svg.Px + svg.Width(e.note, 12*svg.Px)
		if x > svg.SheetEdge && x+width > svg.SheetWidth-svg.SheetEdge {
			x = svg.SheetEdge
			s.Y += row
		}
		s.Rect(svg.Box{X: x, Y: s.Y - 10*svg.Px, W: swatch, H: swatch}, fmt.Sprintf(`rx="2" stroke="#596273" stroke-width="0.6" fill="%s"`, e.fill))
		class := ""
		if e.bad {
			class = ` class="mz-r"`
		}
		s.Printf("<text x=\"%s\" y=\"%s\"><tspan class=\"mz-b\">%s</tspan><tspan dx=\"5\"%s>%s</tspan></text>\n",
			x+swatch+6*svg.Px, s.Y, svg.Escaped(name), class, svg.Escaped(e.note))
		x += width + gap
	}
	s.Y += 8 * svg.Px
}

// entries returns the colours of a strip.
func (s *strip) entries() []entry {
	used, others, cut := s.used()
	var out []entry
	for _, name := range used {
		out = append(out, s.campaignEntry(name, hues[s.palette.hue[name]].fill))
	}
	if n := len(others); n > 0 {
		out = append(out, entry{fill: otherGrey.fill, name: fmt.Sprintf("%d other campaigns", n)})
	}
	out = append(out, s.without()...)
	extras := []struct {
		cause, words string
	}{{causeDesk, causeDesk}, {causeKept, "kept, or released gradually"}, {causeBase, causeBase}}
	for _, e := range extras {
		if s.shows(e.cause) {
			out = append(out, entry{fill: s.palette.of(layer{cause: e.cause}).fill, name: e.words})
		}
	}
	if cut {
		out = append(out, entry{fill: svg.Hatch, name: "missing", note: "needed, but cut by the cap", bad: true})
	}
	return out
}

// used returns the strip's campaigns with a colour, in the order of their openings, those
// without one, and whether a cap cuts anything.
func (s *strip) used() (coloured, others []string, cut bool) {
	for name := range largest(s.moving, s.axis) {
		if s.palette.hue[name] >= 0 {
			coloured = append(coloured, name)
		} else {
			others = append(others, name)
		}
	}
	slices.SortFunc(coloured, s.palette.compare)
	for _, l := range s.moving {
		for _, v := range l.over(s.axis) {
			cut = cut || v.missing() > 0
		}
	}
	return coloured, others, cut
}

// shows reports whether any floor of the strip has a layer of that cause.
func (s *strip) shows(cause string) bool {
	for _, l := range s.moving {
		for _, v := range l.over(s.axis) {
			if slices.ContainsFunc(s.palette.stack(v), func(l layer) bool { return !l.campaign && l.cause == cause }) {
				return true
			}
		}
	}
	return false
}

// without returns the strip's campaigns that have no part in a floor: they have no
// forecast, or a desk or the base suffices.
func (s *strip) without() []entry {
	const most = 6
	var out []entry
	parts := largest(s.moving, s.axis)
	for _, m := range s.on(s.axis) {
		for _, c := range m.opens {
			if _, ok := parts[c.Name]; !ok && len(out) < most {
				out = append(out, s.campaignEntry(c.Name, "#fff"))
			}
		}
	}
	return out
}

// campaignEntry explains a campaign: its opening and its verdict.
func (s *strip) campaignEntry(name, fill string) entry {
	e := entry{fill: fill, name: name}
	for _, m := range s.moments {
		for _, c := range m.opens {
			if c.Name == name {
				v := verdictOf(c)
				e.note, e.bad = fmt.Sprintf("%s, %s", s.when(m.at), v), v == noGo
			}
		}
	}
	return e
}
