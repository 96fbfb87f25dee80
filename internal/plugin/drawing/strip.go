/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"fmt"
	"slices"
)

// strip is one axis with the panels of all channels above it.
type strip struct {
	*sheet
	axis axis
	// first says that the strip begins now, last that the plan ends in it.
	first, last bool
	panels      []panel
}

func newStrip(s *sheet, a axis, i int) *strip {
	return &strip{sheet: s, axis: a, first: i == 0, last: i == len(s.strips)-1 && s.left == 0}
}

// x is where an instant lies on the sheet.
func (s *strip) x(t int64) deci { return axisLeft + deci(s.axis.at(t)) }

func (s *strip) draw() {
	s.printf("<g class=\"mz-strip\">\n")
	defer s.printf("</g>\n")
	s.y += 10 * px
	s.legend()
	s.labels()
	top := s.y
	for _, l := range s.moving {
		p := newPanel(s, l)
		s.panels = append(s.panels, p)
		s.y = p.frame.bottom() + 8*px
	}
	bottom := s.y - 8*px
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
func (s *strip) shade(top, bottom deci) {
	s.overSqueezed(top, bottom, `fill="#e3e7ed"`)
}

func (s *strip) squeeze(top, bottom deci) {
	s.overSqueezed(top, bottom, `fill="#fff" fill-opacity="0.55"`)
}

func (s *strip) overSqueezed(top, bottom deci, attributes string) {
	for _, t := range s.axis {
		if t.squeezed {
			s.rect(box{axisLeft + deci(t.x), top, deci(t.width), bottom - top}, attributes)
		}
	}
}

// marks are the lines of openings and of when their floors must be Ready.
func (s *strip) marks(top, bottom deci) {
	for _, m := range s.on(s.axis) {
		class := "mz-open"
		if len(m.opens) == 0 {
			class = "mz-moved"
		}
		if s.axis.holds(m.readyBy) && m.readyBy < m.at {
			s.upright(s.x(m.readyBy), top-8*px, bottom, "mz-ready")
		}
		s.upright(s.x(m.at), top-20*px, bottom, class)
	}
}

// labels say when it opens and by when the floors must be Ready. Those that
// would cover each other stand one above the other.
func (s *strip) labels() {
	const size, row = 12 * px, 17 * px
	on := s.on(s.axis)
	lanes, places := s.lanes(on)
	s.y += deci(lanes)*row + 20*px
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
			y := s.y - 22*px - deci(places[i].lane)*row
			s.upright(s.x(m.at), y-10*px, s.y-20*px, "mz-grid")
			s.text(point{places[i].x, y}, class, words)
		}
	}
	right := deci(0)
	for _, m := range on {
		words := "Ready by " + s.clock(m.readyBy)
		x, width := s.x(m.readyBy)-4*px, widthOf(words, 11*px)
		if m.readyBy < m.at && s.axis.holds(m.readyBy) && x-width > right {
			s.text(point{x, s.y - 4*px}, "mz-s mz-q mz-e mz-o", words)
			right = x
		}
	}
}

// place is where a label goes; its lane is −1 if there is no room.
type place struct {
	x    deci
	lane int
}

// lanes finds a place for every opening's label, from the last to the first: a
// label reaches to the right, and so stands above the lines of later openings.
func (s *strip) lanes(on []moment) (lanes int, places []place) {
	const most = 6
	var left [most]deci
	for lane := range left {
		left[lane] = sheetWidth
	}
	lanes, places = 1, make([]place, len(on))
	for i, m := range slices.Backward(on) {
		words, _ := s.opens(m)
		width := widthOf(words, 12*px)
		places[i] = place{x: min(s.x(m.at)-px, sheetWidth-sheetEdge-width), lane: -1}
		for lane := range left {
			if places[i].x+width+10*px <= left[lane] {
				places[i].lane, left[lane] = lane, places[i].x
				lanes = max(lanes, lane+1)
				break
			}
		}
	}
	return lanes, places
}

// timeAxis writes the times below the panels.
func (s *strip) timeAxis(y deci) {
	s.across(y, axisLeft, axisRight, "mz-axis")
	for i, t := range s.axis {
		x := axisLeft + deci(t.x)
		if t.squeezed {
			middle := x + deci(t.width)/2
			s.printf("<path class=\"mz-axis\" style=\"fill:#fff;stroke:none\" d=\"M%s %sl6 -12h6l-6 12z\"/>\n", middle-6*px, y+6*px)
			s.printf("<path class=\"mz-axis\" d=\"M%s %sl6 -12m6 0l-6 12\"/>\n", middle-6*px, y+6*px)
			s.text(point{middle, y + 18*px}, "mz-s mz-q mz-m", s.lengthOf(t))
			continue
		}
		// The length of a squeezed stretch may be wider than itself.
		from, to := x, x+deci(t.width)
		if i > 0 {
			from += 24 * px
		}
		if i < len(s.axis)-1 {
			to -= 24 * px
		}
		for _, at := range t.ticks(s.calendar, int64(46*px)) {
			s.upright(s.x(at), y, y+4*px, "mz-axis")
			if from <= s.x(at) && s.x(at) <= to {
				s.text(point{s.x(at), y + 18*px}, "mz-s mz-m", s.clock(at))
			}
		}
	}
	s.days(y + 34*px)
	s.y = y + 40*px
}

// days writes which day it is, where that is not clear from what stands before,
// and where clocks are changed.
func (s *strip) days(y deci) {
	free := axisLeft
	write := func(at int64, class, words string) {
		if x := max(axisLeft, s.x(at)); x >= free && words != "" {
			s.text(point{x, y}, class, words)
			free = x + widthOf(words, 11*px) + 8*px
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
			s.upright(s.x(at), y-34*px, y+2*px, "mz-ramp")
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
		if x := axisRight - widthOf(words, 11*px); x >= free {
			s.text(point{axisRight, y}, "mz-s mz-q mz-e", words)
		}
	}
}

// told are the instants in a stretch at which the day is written: midnights and
// changes of clocks, and its beginning if there is room before the first of them.
func (s *strip) told(t stretch, changes []int64) []int64 {
	const room = 86 * px
	at := append(s.midnights(t.span), changes...)
	slices.Sort(at)
	for _, next := range at {
		if s.x(next)-s.x(t.from) < room {
			return at
		}
	}
	return append([]int64{t.from}, at...)
}
