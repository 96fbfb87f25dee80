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

// strip is one axis with the panels of all channels above it.
type strip struct {
	*sheet
	axis axis
	// first: the strip begins now; last: the plan ends in it.
	first, last bool
	panels      []panel
}

func newStrip(s *sheet, a axis, i int) *strip {
	return &strip{sheet: s, axis: a, first: i == 0, last: i == len(s.strips)-1 && s.left == 0}
}

// x returns the position of a time on the sheet.
func (s *strip) x(t int64) svg.Length { return axisLeft + svg.Length(s.axis.at(t)) }

func (s *strip) draw() {
	s.Printf("<g class=\"mz-strip\">\n")
	defer s.Printf("</g>\n")
	s.Y += 10 * svg.Px
	s.legend()
	s.labels()
	top := s.Y
	for _, l := range s.moving {
		p := newPanel(s, l)
		s.panels = append(s.panels, p)
		s.Y = p.frame.Bottom() + 8*svg.Px
	}
	bottom := s.Y - 8*svg.Px
	s.shade(top, bottom)
	for i := range s.panels {
		s.panels[i].areas()
	}
	s.squeeze(top, bottom)
	s.marks(top, bottom)
	for i := range s.panels {
		s.panels[i].words()
	}
	s.timeAxis(bottom)
}

// shade lies under a squeezed stretch, squeeze above its floors.
func (s *strip) shade(top, bottom svg.Length) {
	s.overSqueezed(top, bottom, `fill="#e3e7ed"`)
}

func (s *strip) squeeze(top, bottom svg.Length) {
	s.overSqueezed(top, bottom, `fill="#fff" fill-opacity="0.55"`)
}

func (s *strip) overSqueezed(top, bottom svg.Length, attributes string) {
	for _, t := range s.axis {
		if t.squeezed {
			s.Rect(svg.Box{X: axisLeft + svg.Length(t.x), Y: top, W: svg.Length(t.width), H: bottom - top}, attributes)
		}
	}
}

// marks draws the lines of openings and of their Ready deadlines.
func (s *strip) marks(top, bottom svg.Length) {
	for _, m := range s.on(s.axis) {
		class := "mz-open"
		if len(m.opens) == 0 {
			class = "mz-moved"
		}
		if s.axis.holds(m.readyBy) && m.readyBy < m.at {
			s.Upright(s.x(m.readyBy), top-8*svg.Px, bottom, "mz-ready")
		}
		s.Upright(s.x(m.at), top-20*svg.Px, bottom, class)
	}
}

// labels writes the openings and their Ready deadlines. Labels that would overlap are
// stacked.
func (s *strip) labels() {
	const size, row = 12 * svg.Px, 17 * svg.Px
	on := s.on(s.axis)
	lanes, places := s.lanes(on)
	s.Y += svg.Length(lanes)*row + 20*svg.Px
	for i, m := range on {
		words, worst := s.opens(m)
		class := "mz-b mz-o"
		switch {
		case worst == noGo:
			class += " mz-r"
		case len(m.opens) == 0:
			class = "mz-q mz-o"
		}
		if places[i].lane >= 0 {
			y := s.Y - 22*svg.Px - svg.Length(places[i].lane)*row
			s.Upright(s.x(m.at), y-10*svg.Px, s.Y-20*svg.Px, "mz-grid")
			s.Text(places[i].x, y, class, words)
		}
	}
	right := svg.Length(0)
	for _, m := range on {
		words := "Ready by " + s.clock(m.readyBy)
		x, width := s.x(m.readyBy)-4*svg.Px, svg.Width(words, 11*svg.Px)
		if m.readyBy < m.at && s.axis.holds(m.readyBy) && x-width > right {
			s.Text(x, s.Y-4*svg.Px, "mz-s mz-q mz-e mz-o", words)
			right = x
		}
	}
}

// place is the position of a label; lane is −1 if there is no room.
type place struct {
	x    svg.Length
	lane int
}

// lanes places every opening's label, from the last to the first: a label reaches to the
// right, so it stands above the lines of later openings.
func (s *strip) lanes(on []moment) (lanes int, places []place) {
	const most = 6
	var left [most]svg.Length
	for lane := range left {
		left[lane] = svg.SheetWidth
	}
	lanes, places = 1, make([]place, len(on))
	for i, m := range slices.Backward(on) {
		words, _ := s.opens(m)
		width := svg.Width(words, 12*svg.Px)
		places[i] = place{x: min(s.x(m.at)-svg.Px, svg.SheetWidth-svg.SheetEdge-width), lane: -1}
		for lane := range left {
			if places[i].x+width+10*svg.Px <= left[lane] {
				places[i].lane, left[lane] = lane, places[i].x
				lanes = max(lanes, lane+1)
				break
			}
		}
	}
	return lanes, places
}

// timeAxis writes the times below the panels.
func (s *strip) timeAxis(y svg.Length) {
	s.Across(y, axisLeft, axisRight, "mz-axis")
	for i, t := range s.axis {
		x := axisLeft + svg.Length(t.x)
		if t.squeezed {
			middle := x + svg.Length(t.width)/2
			s.Printf("<path class=\"mz-axis\" style=\"fill:#fff;stroke:none\" d=\"M%s %sl6 -12h6l-6 12z\"/>\n", middle-6*svg.Px, y+6*svg.Px)
			s.Printf("<path class=\"mz-axis\" d=\"M%s %sl6 -12m6 0l-6 12\"/>\n", middle-6*svg.Px, y+6*svg.Px)
			s.Text(middle, y+18*svg.Px, "mz-s mz-q mz-m", s.lengthOf(t))
			continue
		}
		// The words of a squeezed stretch may be wider than the stretch.
		from, to := x, x+svg.Length(t.width)
		if i > 0 {
			from += 24 * svg.Px
		}
		if i < len(s.axis)-1 {
			to -= 24 * svg.Px
		}
		for _, at := range t.ticks(s.calendar, int64(46*svg.Px)) {
			s.Upright(s.x(at), y, y+4*svg.Px, "mz-axis")
			if from <= s.x(at) && s.x(at) <= to {
				s.Text(s.x(at), y+18*svg.Px, "mz-s mz-m", s.clock(at))
			}
		}
	}
	s.days(y + 34*svg.Px)
	s.Y = y + 40*svg.Px
}

// days writes the day where it is not clear from the text before, and marks changes of
// clocks.
func (s *strip) days(y svg.Length) {
	free := axisLeft
	write := func(at int64, class, words string) {
		if x := max(axisLeft, s.x(at)); x >= free && words != "" {
			s.Text(x, y, class, words)
			free = x + svg.Width(words, 11*svg.Px) + 8*svg.Px
		}
	}
	if s.first && s.axis[0].squeezed {
		write(s.now, "mz-s mz-b", "now")
	}
	for _, t := range s.axis {
		if t.squeezed {
			continue
		}
		changes := s.changes(t.span)
		for _, at := range changes {
			s.Upright(s.x(at), y-34*svg.Px, y+2*svg.Px, "mz-ramp")
		}
		for _, at := range s.told(t, changes) {
			words := s.day(at)
			if len(changes) > 0 {
				words += " " + s.zoneWord(at)
			}
			write(at, "mz-s mz-b", words)
		}
	}
	if s.last && s.axis[len(s.axis)-1].squeezed {
		words := fmt.Sprintf("back at the base %s", s.when(s.ends))
		if x := axisRight - svg.Width(words, 11*svg.Px); x >= free {
			s.Text(axisRight, y, "mz-s mz-q mz-e", words)
		}
	}
}

// told returns the times at which the day is written: midnights, changes of clocks, and the
// begin of the stretch if there is room before the first of them.
func (s *strip) told(t stretch, changes []int64) []int64 {
	const room = 86 * svg.Px
	at := append(s.midnights(t.span), changes...)
	slices.Sort(at)
	for _, next := range at {
		if s.x(next)-s.x(t.from) < room {
			return at
		}
	}
	return append([]int64{t.from}, at...)
}
