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

	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
)

// The sheet, from left to right: names, the axis, caps.
const (
	sheetWidth = 1100 * px
	sheetEdge  = 24 * px
	axisLeft   = 150 * px
	axisRight  = sheetWidth - 96*px
)

// sheetMedium is the room that an SVG has for an axis.
var sheetMedium = medium{width: int64(axisRight - axisLeft), windows: 4, longest: 7 * hour, squeezed: int64(46 * px), tail: int64(84 * px)}

// style is all that a picture needs to know of type and colour.
const style = `
.mz{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Helvetica,Arial,sans-serif;fill:#1d2330}
.mz-h{font-size:20px;font-weight:700}.mz-n{font-size:13px;font-weight:700}
.mz-b{font-weight:700}.mz-s{font-size:11px}.mz-q{fill:#596273}.mz-r{fill:#a50021}.mz-w{fill:#fff}.mz-i{fill:#1d2330}
.mz-e{text-anchor:end}.mz-m{text-anchor:middle}
.mz-o{stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
.mz-open{fill:none;stroke:#1d2330;stroke-width:2}.mz-moved{fill:none;stroke:#596273;stroke-width:1.5;stroke-dasharray:5 3}
.mz-ready{fill:none;stroke:#1d2330;stroke-width:1;stroke-dasharray:4 3}.mz-ramp{fill:none;stroke:#596273;stroke-width:1;stroke-dasharray:1.5 2.5}
.mz-grid{fill:none;stroke:#e4e7ec;stroke-width:1}.mz-axis{fill:none;stroke:#596273;stroke-width:1}
.mz-top{fill:none;stroke:#1d2330;stroke-width:1.5;stroke-linejoin:round}
.mz-cap{fill:none;stroke:#a50021;stroke-width:1.5;stroke-dasharray:8 4}
`

// hatch is what is missing.
const hatch = `<defs>
<pattern id="mz-missing" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="2.4" height="6" fill="#a50021"/></pattern>
</defs>
`

// SVG writes the plan as one picture, which needs nothing but itself.
func SVG(w io.Writer, r report.Report) error {
	s := sheet{y: sheetEdge}
	if len(r.Platforms) == 0 {
		s.y += 16 * px
		s.text(point{sheetEdge, s.y}, "mz-q", "There is no platform, so there is nothing to plan.")
	}
	summary := make([]string, 0, len(r.Platforms))
	for i, p := range r.Platforms {
		if i > 0 {
			s.y += 20 * px
			s.across(s.y, sheetEdge, sheetWidth-sheetEdge, "mz-grid")
			s.y += 8 * px
		}
		s.scene = newScene(p, r.Now, sheetMedium)
		s.platform(r.Now)
		summary = append(summary, s.summary())
	}
	return s.writeTo(w, strings.Join(summary, " "))
}

// sheet is a picture that grows from the top down.
type sheet struct {
	canvas
	scene
	// y is where the next thing goes.
	y deci
}

func (s *sheet) writeTo(w io.Writer, summary string) error {
	height := s.y + sheetEdge
	if summary == "" {
		summary = "There is no platform."
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="mz-title mz-desc" class="mz" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s">
<title id="mz-title">The plan of the booking channels' floors</title>
<desc id="mz-desc">%[3]s</desc>
<style>%[4]s</style>
%[5]s<rect x="0.5" y="0.5" width="%[6]s" height="%[7]s" rx="8" fill="#fff" stroke="#d5d9e0"/>
%[8]s</svg>
`, sheetWidth, height, escaped(summary), style, hatch, sheetWidth-px, height-px, s.buf.Bytes())
	return err
}

// platform draws the openings of one platform and the floors for them.
func (s *sheet) platform(now time.Time) {
	s.y += 18 * px
	name := fitting(s.name, 700*px, 20*px)
	s.text(point{sheetEdge, s.y}, "mz-h", name)
	s.text(point{sheetWidth - sheetEdge, s.y}, "mz-q mz-e",
		fmt.Sprintf("floors in replicas, planned %s; times in %s", s.calendar.local(unix(now)).Format("Mon 2 Jan 2006 15:04 ")+s.zoneWord(s.now), plain(s.zone.String())))
	s.y += 12 * px
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

// quiet says why there is nothing to draw, and what opens all the same.
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
	s.y += 20 * px
	s.text(point{sheetEdge, s.y}, "mz-q", fitting(words, sheetWidth-2*sheetEdge, 12*px))
}

// banners say what cannot be met before anything else is looked at.
func (s *sheet) banners() {
	const size, most = 12 * px, 6
	for _, n := range s.notices(most) {
		lines := wrap(plain(n.words), 2, within(sheetWidth-2*sheetEdge-20*px, size))
		b := box{sheetEdge, s.y, sheetWidth - 2*sheetEdge, deci(len(lines))*16*px + 8*px}
		class, fill := "mz-w", `rx="4" fill="#a50021"`
		if n.verdict == paused {
			class, fill = "mz-i", `rx="4" fill="#ffe3a3"`
		}
		s.printf("<g><title>%s</title>\n", escaped(n.words))
		s.rect(b, fill)
		head, rest, _ := strings.Cut(lines[0], " ")
		s.printf("<text x=\"%s\" y=\"%s\" class=\"%s\"><tspan class=\"mz-b\">%s</tspan> %s</text>\n",
			b.x+10*px, b.y+16*px, class, escaped(head), escaped(rest))
		for i, words := range lines[1:] {
			s.text(point{b.x + 10*px, b.y + 32*px + deci(i)*16*px}, class, words)
		}
		s.printf("</g>\n")
		s.y = b.bottom() + 6*px
	}
}

// summary is the picture in words, for those who cannot see it.
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
		words += fmt.Sprintf(" Channel %s: floor from %s to %s", plain(l.Name), count(bound(l.Base)), count(l.peak()))
		if l.Cap > 0 {
			words += fmt.Sprintf(" of at most %s", count(bound(l.Cap)))
		}
		if l.top > l.peak() {
			words += fmt.Sprintf(", but %s are needed", count(l.top))
		}
		words += "."
	}
	return words
}

// names of campaigns, no more than can be read.
func names(campaigns []report.Campaign) string {
	const most = 8
	var words []string
	for i, c := range campaigns {
		if i == most {
			words = append(words, fmt.Sprintf("%d others", len(campaigns)-most))
			break
		}
		words = append(words, fitting(c.Name, 300*px, 12*px))
	}
	return strings.Join(words, ", ")
}
