/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

const (
	// narrowest and widest limit a chart. On a narrower terminal it wraps.
	narrowest, widest = 60, 400
	// gutter is the room for values left of the axis.
	gutter = 8
	// panelRows is the height of a panel; each row has eighths.
	panelRows = 6
	eighths   = 8
)

// Chart writes the plan as block characters for a terminal of a width in columns.
func Chart(w io.Writer, r report.Report, width int) error {
	c := chart{width: min(max(width, narrowest), widest)}
	if len(r.Platforms) == 0 {
		c.say("There is no platform, so there is nothing to plan.")
	}
	columns := int64(c.width - gutter)
	m := medium{width: columns, windows: 2, longest: columns * 4 * minute, squeezed: 6, tail: 9}
	if c.width >= 140 {
		m.windows = 4
	}
	for i, p := range r.Platforms {
		if i > 0 {
			c.say("")
		}
		c.scene = newScene(p, r.Now, m)
		c.platform()
	}
	_, err := w.Write(c.buf.Bytes())
	return err
}

// chart is text that grows from the top down.
type chart struct {
	scene
	buf   bytes.Buffer
	width int
}

func (c *chart) fits(s string) bool { return utf8.RuneCountInString(s) <= c.width }

// say writes one line, cut to the width.
func (c *chart) say(format string, args ...any) {
	words := format
	if len(args) > 0 {
		words = fmt.Sprintf(format, args...)
	}
	c.buf.WriteString(strings.TrimRight(svg.Cut(svg.Plain(words), c.fits), " ") + "\n")
}

func (c *chart) platform() {
	c.say("%s: planned %s %s, times in %s", c.name, c.local(c.now).Format("Mon 2 Jan 2006 15:04"), c.zoneWord(c.now), c.zone)
	for _, n := range c.notices(8) {
		for _, words := range svg.Wrap(svg.Plain(n.words), 3, c.fits) {
			c.say("%s", words)
		}
	}
	c.openings()
	if len(c.moving) == 0 {
		c.say("%s", c.quiet())
		return
	}
	for _, a := range c.strips {
		c.strip(a)
	}
	if c.left > 0 {
		c.say("%d later windows are not drawn; the table and the JSON of the plan have them.", c.left)
	}
	if len(c.still) > 0 {
		c.say("Stays at its base: %s", c.stays())
	}
}

// openings lists the openings and their campaigns.
func (c *chart) openings() {
	const most = 12
	for i, m := range c.moments {
		if i == most {
			c.say("and %d later openings", len(c.moments)-most)
			return
		}
		words, _ := c.opens(m)
		if m.readyBy < m.at && m.at > c.now {
			words += ", Ready by " + c.clock(m.readyBy)
		}
		if len(m.opens) > 0 {
			words += ", for " + names(m.opens)
		}
		for _, line := range svg.Wrap(words, 2, c.fits) {
			c.say("%s", line)
		}
	}
}

// strip draws every channel on one axis.
func (c *chart) strip(a axis) {
	c.say("")
	flags, on := newRow(c.width), c.on(a)
	for i, m := range on {
		x, room := gutter+int(a.at(m.at)), c.width
		if i+1 < len(on) {
			room = int(a.at(on[i+1].at)-a.at(m.at)) - 1
		}
		for _, words := range []string{"▼ " + c.when(m.at), "▼ " + c.clock(m.at), "▼"} {
			if utf8.RuneCountInString(words) <= room && flags.put(x, words) {
				break
			}
		}
	}
	c.say("%s", flags)
	for _, l := range c.moving {
		c.panel(l, a)
	}
	c.timeAxis(a)
}

// panel draws the floor of one channel, with the reasons at its openings below.
func (c *chart) panel(l line, a axis) {
	const most = 5
	c.say("%s", c.headline(l, a))
	scale := l.top
	if capped := bound(l.Cap); capped > scale && capped <= 2*scale {
		scale = capped
	}
	cells := newCells(c.scene, l, a, scale)
	for n := int64(panelRows - 1); n >= 0; n-- {
		label := map[int64]string{panelRows - 1: figure.Grouped(scale), 0: "0"}[n]
		if n == cells.cap {
			label = figure.Grouped(bound(l.Cap))
		}
		c.say("%*s┤%s", gutter-1, svg.Cut(label, func(s string) bool { return len(s) < gutter }), cells.row(n))
	}
	said := map[string]bool{}
	for _, m := range c.on(a) {
		if reason := l.at(m.at).reason; reason != "" && !said[reason] && len(said) < most {
			c.say("%*s %s %s", gutter-1, "", c.local(m.at).Format("Mon 15:04"), reason)
			said[reason] = true
		}
	}
}

// headline writes a channel's figures.
func (c *chart) headline(l line, a axis) string {
	words := fmt.Sprintf("%s: peak %s, base %s", svg.Plain(l.Name), figure.Grouped(l.peak()), figure.Grouped(bound(l.Base)))
	if l.Cap > 0 {
		words += ", cap " + figure.Grouped(bound(l.Cap))
	}
	if limit := l.limit(); limit != "" {
		words += " by " + string(limit)
	}
	if l.top > l.peak() {
		words += fmt.Sprintf(", but %s needed", figure.Grouped(l.top))
	}
	var ramps []string
	for _, at := range l.ramps(a) {
		ramps = append(ramps, c.clock(at))
	}
	if len(ramps) > 0 {
		words += ", ramp " + strings.Join(slices.Compact(ramps), ", ")
	}
	return words
}

// timeAxis writes the times below the panels, and the days below the times.
func (c *chart) timeAxis(a axis) {
	ruler, clocks, days := newRow(c.width), newRow(c.width), newRow(c.width)
	ruler.put(gutter-1, "└"+strings.Repeat("─", c.width-gutter))
	for _, s := range a {
		x := gutter + int(s.x)
		if s.squeezed {
			ruler.over(x, strings.Repeat("╱", int(s.width)))
			words := c.lengthOf(s)
			clocks.put(x+max(0, (int(s.width)-len(words))/2), words)
			continue
		}
		for _, at := range s.ticks(c.calendar, 8) {
			ruler.over(gutter+int(a.at(at)), "┴")
			clocks.put(gutter+max(0, int(a.at(at))-2), c.clock(at))
		}
		for _, at := range c.changes(s.span) {
			days.put(gutter+int(a.at(at)), c.zoneWord(at))
		}
		for _, at := range c.midnights(s.span) {
			days.put(gutter+int(a.at(at)), c.day(at))
		}
		_ = days.put(x, c.day(s.from)+" "+c.zoneWord(s.from)) || days.put(x, c.day(s.from))
	}
	for _, r := range []row{ruler, clocks, days} {
		c.say("%s", r)
	}
}
