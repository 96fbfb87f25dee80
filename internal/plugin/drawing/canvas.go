/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// deci is a length on a canvas, in tenths of a pixel.
type deci int64

// px is one pixel.
const px deci = 10

func (d deci) String() string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	if d%px == 0 {
		return sign + strconv.FormatInt(int64(d/px), 10)
	}
	return fmt.Sprintf("%s%d.%d", sign, d/px, d%px)
}

// canvas is what has been drawn so far. Only text and titles can come from
// outside, and they are escaped here and nowhere else.
type canvas struct{ buf bytes.Buffer }

func (c *canvas) printf(format string, args ...any) { fmt.Fprintf(&c.buf, format, args...) }

// rect draws a rectangle; attributes are the drawing's own words.
func (c *canvas) rect(b box, attributes string) {
	c.printf("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" %s/>\n", b.x, b.y, b.w, b.h, attributes)
}

// box is a place on a canvas.
type box struct{ x, y, w, h deci }

func (b box) right() deci  { return b.x + b.w }
func (b box) bottom() deci { return b.y + b.h }

// point is where something begins.
type point struct{ x, y deci }

func (c *canvas) upright(x, from, to deci, class string) {
	c.printf("<path class=\"%s\" d=\"M%s %sV%s\"/>\n", class, x, from, to)
}

func (c *canvas) across(y, from, to deci, class string) {
	c.printf("<path class=\"%s\" d=\"M%s %sH%s\"/>\n", class, from, y, to)
}

// text writes a line, if there is one. Its class is the drawing's own word.
func (c *canvas) text(at point, class, s string) {
	if s == "" {
		return
	}
	c.printf("<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>\n", at.x, at.y, class, escaped(s))
}

// escaped is text as it may stand between tags and in attributes.
func escaped(s string) string {
	var out strings.Builder
	if err := xml.EscapeText(&out, []byte(plain(s))); err != nil {
		return "" // a Builder refuses nothing
	}
	return out.String()
}

// widthOf is how wide a text is at most at a size in pixels, in the wider of
// the fonts that it may be set in.
func widthOf(s string, size deci) deci {
	sum := deci(0)
	for _, r := range s {
		sum += widthOfRune(r)
	}
	return sum * size / 100
}

// widthOfRune is in hundredths of the size.
func widthOfRune(r rune) deci {
	switch {
	case strings.ContainsRune("ijlIft.,:;'|!()[] ", r):
		return 36
	case strings.ContainsRune("mwMW@%", r):
		return 92
	case 'A' <= r && r <= 'Z':
		return 72
	case r > 0x1100:
		return 105
	}
	return 60
}

// fitting shortens a text to a width.
func fitting(s string, room, size deci) string {
	return cut(plain(s), within(room, size))
}

func within(room, size deci) func(string) bool {
	return func(s string) bool { return widthOf(s, size) <= room }
}
