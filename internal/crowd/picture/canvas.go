/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package picture draws what happened to a crowd: who came and who booked, all
// answers, how many were inside and how long a booking took, on one axis of time with
// the opening marked. It is drawn as the plans of internal/drawing are: lengths are
// whole tenths of a pixel, so that the bytes are the same on every machine; the
// colours can be told apart by people who are blind to some; and whoever cannot see
// it reads the same in words.
package picture

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// deci is a length in tenths of a pixel.
type deci int64

const px deci = 10

func (d deci) String() string {
	if d%px == 0 {
		return strconv.FormatInt(int64(d/px), 10)
	}
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("%s%d.%d", sign, d/px, d%px)
}

// part of a length.
func (d deci) part(p float64) deci { return deci(math.Round(float64(d) * p)) }

// The sheet, from left to right: names, the axis, what lines are.
const (
	sheetWidth = 1100 * px
	sheetEdge  = 24 * px
	axisLeft   = 150 * px
	axisRight  = sheetWidth - 96*px
	axisWidth  = axisRight - axisLeft
)

// style is that of internal/drawing.
const style = `
.mz{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Helvetica,Arial,sans-serif;fill:#1d2330}
.mz-h{font-size:20px;font-weight:700}.mz-n{font-size:13px;font-weight:700}.mz-f{font-size:24px;font-weight:700}
.mz-b{font-weight:700}.mz-s{font-size:11px}.mz-q{fill:#596273}.mz-r{fill:#a50021}.mz-g{fill:#00664b}
.mz-e{text-anchor:end}.mz-m{text-anchor:middle}
.mz-o{stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
.mz-open{fill:none;stroke:#1d2330;stroke-width:2}
.mz-grid{fill:none;stroke:#e4e7ec;stroke-width:1}.mz-axis{fill:none;stroke:#596273;stroke-width:1}
.mz-curve{fill:none;stroke:#1d2330;stroke-width:1.5;stroke-dasharray:1.5 3;stroke-linecap:round}
`

// Colours of Okabe and Ito, but for the red that means that something is wrong.
const (
	blue   = "#0072b2"
	sky    = "#56b4e9"
	green  = "#009e73"
	yellow = "#f0e442"
	orange = "#e69f00"
	purple = "#cc79a7"
	red    = "#a50021"
	indigo = "#332288"
	grey   = "#c3c8d0"
)

// hatch is what has failed.
const hatch = `<defs>
<pattern id="mz-failed" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#fff"/><rect width="3" height="5" fill="#a50021"/></pattern>
</defs>
`

const failed = "url(#mz-failed)"

// canvas is what has been drawn so far. It grows from the top down; y is where the
// next thing goes.
type canvas struct {
	strings.Builder
	y deci
}

func (c *canvas) printf(format string, args ...any) { fmt.Fprintf(c, format, args...) }

// point is where something is.
type point struct{ x, y deci }

func (c *canvas) text(at point, class, s string) {
	if s != "" {
		c.printf("<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>\n", at.x, at.y, class, escaped(s))
	}
}

// box is a place.
type box struct{ x, y, w, h deci }

func (b box) bottom() deci { return b.y + b.h }

func (c *canvas) rect(b box, attributes string) {
	c.printf("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" %s/>\n", b.x, b.y, b.w, b.h, attributes)
}

func (c *canvas) line(from, to point, class string) {
	c.printf("<path class=\"%s\" d=\"M%s %sL%s %s\"/>\n", class, from.x, from.y, to.x, to.y)
}

// path fills or draws a line; its words are told to who points at it.
func (c *canvas) path(d, attributes, words string) {
	if d != "" {
		c.printf("<path %s d=\"%s\"><title>%s</title></path>\n", attributes, d, escaped(words))
	}
}

// escaped is text as it may stand between tags. Names of channels come from flags.
func escaped(s string) string {
	var out strings.Builder
	if err := xml.EscapeText(&out, []byte(strings.ToValidUTF8(s, "\uFFFD"))); err != nil {
		return "" // a Builder refuses nothing
	}
	return out.String()
}

// widthOf is about how wide a text is, in pixels of a size.
func widthOf(s string, size deci) deci {
	sum := deci(0)
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijlIft.,:;'|!()[] ", r):
			sum += 36
		case strings.ContainsRune("mwMW@%", r):
			sum += 92
		case 'A' <= r && r <= 'Z':
			sum += 70
		default:
			sum += 58
		}
	}
	return sum * size / 100
}
