/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package picture draws nights: one by itself, or one with and one without
// Mezzanotte, one upon the other. All panels have the same axis of time, from the
// opening, which is marked, as is everything that was broken.
//
// Lengths are whole tenths of a pixel, so that the same night gives the same bytes;
// colours can be told apart by people who are blind to some (Okabe and Ito); lines
// are named in words, which whoever cannot see them is read.
package picture

import (
	"encoding/xml"
	"fmt"
	"math"
	"strings"
)

// The sheet, in pixels, from left to right: names, the axis, what lines are.
const (
	width     = 1100.0
	edge      = 24.0
	axisLeft  = 176.0
	axisRight = width - 40.0
)

const style = `
.n{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Helvetica,Arial,sans-serif;fill:#1d2330}
.h{font-size:19px;font-weight:700}.b{font-size:13px;font-weight:700}.s{font-size:11px}.q{fill:#596273}.r{fill:#a50021}
.e{text-anchor:end}.m{text-anchor:middle}.o{stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
.grid{fill:none;stroke:#e4e7ec}.axis{fill:none;stroke:#596273}.open{fill:none;stroke:#1d2330;stroke-width:2}
.event{fill:none;stroke:#a50021;stroke-dasharray:3 3}.want{fill:none;stroke:#1d2330;stroke-width:1.3;stroke-dasharray:2 3}
`

// Colours of Okabe and Ito, and a red that means that something is wrong.
const (
	blue   = "#0072b2"
	sky    = "#56b4e9"
	green  = "#009e73"
	yellow = "#e6d200"
	orange = "#d55e00"
	purple = "#cc79a7"
	red    = "#a50021"
	grey   = "#c3c8d0"
)

// sheet is what is drawn so far, from the top down.
type sheet struct {
	strings.Builder
	y        float64
	from, to float64 // seconds, of the axis
	panels   []frame
}

// frame is the place of a panel.
type frame struct{ top, bottom float64 }

// length writes tenths of a pixel.
func length(v float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", math.Round(v*10)/10+0), ".0")
}

func (s *sheet) printf(format string, args ...any) { fmt.Fprintf(s, format, args...) }

func (s *sheet) text(x, y float64, class, words string) {
	s.printf("<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>\n", length(x), length(y), class, escaped(words))
}

func (s *sheet) path(d, attributes, words string) {
	if d != "" {
		s.printf("<path %s d=\"%s\"><title>%s</title></path>\n", attributes, d, escaped(words))
	}
}

// spot is where something is.
type spot struct{ x, y float64 }

func (s *sheet) line(from, to spot, class string) {
	s.printf("<path class=\"%s\" d=\"M%s %sL%s %s\"/>\n", class, length(from.x), length(from.y), length(to.x), length(to.y))
}

func escaped(words string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(strings.ToValidUTF8(words, "\uFFFD"))) // a Builder refuses nothing
	return out.String()
}

// x is where a second is.
func (s *sheet) x(at float64) float64 {
	at = min(max(at, s.from), s.to)
	return axisLeft + (at-s.from)/(s.to-s.from)*(axisRight-axisLeft)
}

// ticks are round seconds that have the room to be written.
func (s *sheet) ticks() []float64 {
	step := 3600.0
	for _, candidate := range []float64{5, 10, 15, 30, 60, 120, 300, 600} {
		if candidate/(s.to-s.from)*(axisRight-axisLeft) >= 60 {
			step = candidate
			break
		}
	}
	var all []float64
	for t := math.Ceil(s.from/step) * step; t <= s.to; t += step {
		all = append(all, t)
	}
	return all
}

// clock writes a second as people say it.
func clock(at float64) string {
	n := int(math.Round(at))
	switch sign := "+"; {
	case n == 0:
		return "0"
	case n < 0:
		sign, n = "−", -n
		fallthrough
	default:
		if n < 60 {
			return fmt.Sprintf("%s%d s", sign, n)
		}
		return fmt.Sprintf("%s%d:%02d", sign, n/60, n%60)
	}
}

// close draws what goes through all panels, and the axis, and ends the picture.
func (s *sheet) close(title, words string) string {
	if len(s.panels) > 0 {
		top, bottom := s.panels[0].top, s.panels[len(s.panels)-1].bottom
		for _, t := range s.ticks() {
			s.line(spot{s.x(t), bottom}, spot{s.x(t), bottom + 5}, "axis")
			s.text(s.x(t), bottom+19, "s q m", clock(t))
		}
		if s.from <= 0 && s.to >= 0 {
			s.line(spot{s.x(0), top - 4}, spot{s.x(0), bottom + 5}, "open")
			s.text(s.x(0), bottom+34, "s m o", "the opening")
		}
		s.y = bottom + 48
	}
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" class=\"n\" role=\"img\">\n<title>%s</title>\n<desc>%s</desc>\n<style>%s</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n%s</svg>\n",
		length(width), length(s.y), escaped(title), escaped(words), style, s.String())
}
