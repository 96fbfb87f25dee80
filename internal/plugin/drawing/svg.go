/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// The axis is between the names and the caps.
const (
	axisLeft  = 150 * svg.Px
	axisRight = svg.SheetWidth - 96*svg.Px
)

// sheetMedium is the room for an axis in an SVG.
var sheetMedium = medium{width: int64(axisRight - axisLeft), windows: 4, longest: 7 * hour, squeezed: int64(46 * svg.Px), tail: int64(84 * svg.Px)}

// style holds the rules that only a plan needs.
const style = `.mz-i{fill:#1d2330}
.mz-moved{fill:none;stroke:#596273;stroke-width:1.5;stroke-dasharray:5 3}
.mz-ready{fill:none;stroke:#1d2330;stroke-width:1;stroke-dasharray:4 3}.mz-ramp{fill:none;stroke:#596273;stroke-width:1;stroke-dasharray:1.5 2.5}
.mz-top{fill:none;stroke:#1d2330;stroke-width:1.5;stroke-linejoin:round}
.mz-cap{fill:none;stroke:#a50021;stroke-width:1.5;stroke-dasharray:8 4}
`

// SVG writes the plan as one picture, which needs no other file.
func SVG(w io.Writer, r report.Report) error {
	s := sheet{}
	s.Y = svg.SheetEdge
	if len(r.Platforms) == 0 {
		s.Y += 16 * svg.Px
		s.Text(svg.SheetEdge, s.Y, "mz-q", "There is no platform, so there is nothing to plan.")
	}
	summary := make([]string, 0, len(r.Platforms))
	for i, p := range r.Platforms {
		if i > 0 {
			s.Y += 20 * svg.Px
			s.Across(s.Y, svg.SheetEdge, svg.SheetWidth-svg.SheetEdge, "mz-grid")
			s.Y += 8 * svg.Px
		}
		s.scene = newScene(p, r.Now, sheetMedium)
		s.platform(r.Now)
		summary = append(summary, s.summary())
	}
	if len(summary) == 0 {
		summary = append(summary, "There is no platform.")
	}
	s.Y += svg.SheetEdge
	return s.Write(w, svg.Sheet{
		Title: "The plan of the booking channels' floors", Summary: strings.Join(summary, " "),
		Style: style, Distance: 6 * svg.Px, Stripe: 24,
	})
}

// sheet is a picture that grows from the top down.
type sheet struct {
	svg.Canvas
	scene
}

// platform draws one platform's openings and floors.
func (s *sheet) platform(now time.Time) {
	s.Y += 18 * svg.Px
	name := svg.Fitting(s.name, 700*svg.Px, 20*svg.Px)
	s.Text(svg.SheetEdge, s.Y, "mz-h", name)
	s.Text(svg.SheetWidth-svg.SheetEdge, s.Y, "mz-q mz-e",
		fmt.Sprintf("floors in replicas, planned %s; times in %s", s.calendar.local(unix(now)).Format("Mon 2 Jan 2006 15:04 ")+s.zoneWord(s.now), svg.Plain(s.zone.String())))
	s.Y += 12 * svg.Px
	s.banners()
	if len(s.moving) == 0 {
		s.quiet()
		return
	}
	for i, a := range s.strips {
		newStrip(s, a, i).draw()
	}
	if s.left > 0 {
		s.line(fmt.Sprintf("%d later windows are not drawn; the table and the JSON of the plan have them.", s.left))
	}
	if len(s.still) > 0 {
		s.line("Stays at its base: " + s.stays())
	}
}

// quiet explains why there is nothing to draw, and lists the openings.
func (s *sheet) quiet() {
	const most = 12
	s.line(s.scene.quiet())
	for _, m := range s.moments[:min(len(s.moments), most)] {
		words, _ := s.opens(m)
		s.line(words + ": " + names(m.opens))
	}
}

// line writes one line of text over the width of the sheet.
func (s *sheet) line(words string) {
	s.Y += 20 * svg.Px
	s.Text(svg.SheetEdge, s.Y, "mz-q", svg.Fitting(words, svg.SheetWidth-2*svg.SheetEdge, 12*svg.Px))
}

// banners show what cannot be met, above everything else.
func (s *sheet) banners() {
	const size, most = 12 * svg.Px, 6
	for _, n := range s.notices(most) {
		lines := svg.Wrap(svg.Plain(n.words), 2, svg.Within(svg.SheetWidth-2*svg.SheetEdge-20*svg.Px, size))
		b := svg.Box{X: svg.SheetEdge, Y: s.Y, W: svg.SheetWidth - 2*svg.SheetEdge, H: svg.Length(len(lines))*16*svg.Px + 8*svg.Px}
		class, fill := "mz-w", `rx="4" fill="#a50021"`
		if n.verdict == paused {
			class, fill = "mz-i", `rx="4" fill="#ffe3a3"`
		}
		s.Printf("<g><title>%s</title>\n", svg.Escaped(n.words))
		s.Rect(b, fill)
		head, rest, _ := strings.Cut(lines[0], " ")
		s.Printf("<text x=\"%s\" y=\"%s\" class=\"%s\"><tspan class=\"mz-b\">%s</tspan> %s</text>\n",
			b.X+10*svg.Px, b.Y+16*svg.Px, class, svg.Escaped(head), svg.Escaped(rest))
		for i, words := range lines[1:] {
			s.Text(b.X+10*svg.Px, b.Y+32*svg.Px+svg.Length(i)*16*svg.Px, class, words)
		}
		s.Printf("</g>\n")
		s.Y = b.Bottom() + 6*svg.Px
	}
}

// summary describes the picture for people who cannot see it.
func (s *sheet) summary() string {
	words := fmt.Sprintf("Platform %s.", s.name)
	for _, m := range s.moments {
		opens, _ := s.opens(m)
		words += " " + strings.ToUpper(opens[:1]) + opens[1:] + "."
		if len(m.opens) > 0 {
			words += " Campaigns: " + names(m.opens) + "."
		}
	}
	for _, l := range s.moving {
		words += fmt.Sprintf(" Channel %s: floor from %s to %s", svg.Plain(l.Name), figure.Grouped(bound(l.Base)), figure.Grouped(l.peak()))
		if l.Cap > 0 {
			words += fmt.Sprintf(" of at most %s", figure.Grouped(bound(l.Cap)))
		}
		if l.top > l.peak() {
			words += fmt.Sprintf(", but %s are needed", figure.Grouped(l.top))
		}
		words += "."
	}
	return words
}

// names lists campaigns, within a limit.
func names(campaigns []report.Campaign) string {
	const most = 8
	var words []string
	for i, c := range campaigns {
		if i == most {
			words = append(words, fmt.Sprintf("%d others", len(campaigns)-most))
			break
		}
		words = append(words, svg.Fitting(c.Name, 300*svg.Px, 12*svg.Px))
	}
	return strings.Join(words, ", ")
}
