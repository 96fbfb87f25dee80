/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package svg is the canvas of every picture: the plan's, a night's and a crowd's.
//
//	Canvas   shapes and text; grows from the top down
//	Trace    a path of steps and blocks
//	Sheet    the document around a canvas
//	Panel    a frame with a scale of values, its grid and its legend
//	Axis     seconds from the opening, and their words
//
// Lengths are whole tenths of a pixel, so that a picture has the same bytes on every
// machine. A picture needs no other file. It says in words what it shows, for people who
// cannot see it.
package svg

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Length is in tenths of a pixel.
type Length int64

// Px is one pixel.
const Px Length = 10

func (l Length) String() string {
	sign := ""
	if l < 0 {
		sign, l = "-", -l
	}
	if l%Px == 0 {
		return sign + strconv.FormatInt(int64(l/Px), 10)
	}
	return fmt.Sprintf("%s%d.%d", sign, l/Px, l%Px)
}

// Part returns a fraction of a length.
func (l Length) Part(p float64) Length { return Length(math.Round(float64(l) * p)) }

// Box is a rectangle on a canvas.
type Box struct{ X, Y, W, H Length }

// Right is the right edge.
func (b Box) Right() Length { return b.X + b.W }

// Bottom is the lower edge.
func (b Box) Bottom() Length { return b.Y + b.H }

// Canvas holds what has been drawn so far. Classes and attributes are the program's own
// words; text and titles may come from outside and are escaped.
type Canvas struct {
	buf bytes.Buffer
	// Y is the position of the next element.
	Y Length
}

// Printf writes markup. The caller escapes what comes from outside.
func (c *Canvas) Printf(format string, args ...any) { fmt.Fprintf(&c.buf, format, args...) }

// Rect draws a rectangle.
func (c *Canvas) Rect(b Box, attributes string) {
	c.Printf("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" %s/>\n", b.X, b.Y, b.W, b.H, attributes)
}

// Upright draws a vertical line.
func (c *Canvas) Upright(x, from, to Length, class string) {
	c.Printf("<path class=\"%s\" d=\"M%s %sV%s\"/>\n", class, x, from, to)
}

// Across draws a horizontal line.
func (c *Canvas) Across(y, from, to Length, class string) {
	c.Printf("<path class=\"%s\" d=\"M%s %sH%s\"/>\n", class, from, y, to)
}

// Path draws a path, unless it is empty. Browsers show the title to people who point at it.
func (c *Canvas) Path(d, attributes, title string) {
	if d != "" {
		c.Printf("<path %s d=\"%s\"><title>%s</title></path>\n", attributes, d, Escaped(title))
	}
}

// Text writes one line, unless it is empty.
func (c *Canvas) Text(x, y Length, class, words string) {
	if words != "" {
		c.Printf("<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>\n", x, y, class, Escaped(words))
	}
}

// Trace is a path of steps and blocks.
type Trace struct {
	strings.Builder
	open bool
}

// Step continues the line at a height; the first step begins it.
func (t *Trace) Step(from, to, y Length) {
	if !t.open {
		fmt.Fprintf(t, "M%s %sH%s", from, y, to)
		t.open = true
		return
	}
	fmt.Fprintf(t, "V%sH%s", y, to)
}

// Break ends the line; the next step begins another.
func (t *Trace) Break() { t.open = false }

// Close draws the line down to a height and back to where it began.
func (t *Trace) Close(y, begin Length) {
	if t.open {
		fmt.Fprintf(t, "V%sH%sz", y, begin)
	}
}

// Block adds a filled rectangle.
func (t *Trace) Block(from, to, bottom, top Length) {
	fmt.Fprintf(t, "M%s %sV%sH%sV%sz", from, bottom, top, to, bottom)
}
