/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package svg

// Panel is a frame in which values are drawn on a scale.
type Panel struct {
	Box
	Canvas *Canvas
	Scale  Scale
}

// Height returns the vertical position of a value.
func (p Panel) Height(v float64) Length { return p.Bottom() - p.H.Part(p.Scale.Part(v)) }

// Grid draws horizontal lines at values and writes the values to the left of them.
func (p Panel) Grid(values []float64, words func(float64) string) {
	for _, v := range values {
		y := p.Height(v)
		p.Canvas.Across(y, p.X, p.Right(), "mz-grid")
		p.Canvas.Text(p.X-8*Px, y+4*Px, "mz-s mz-q mz-e", words(v))
	}
}

// Entry explains one colour, or one line by its attributes.
type Entry struct{ Fill, Line, Words string }

// Legend writes entries above a panel, from left to right; the last one ends at right.
func (p Panel) Legend(right, y Length, entries ...Entry) {
	const swatch, gap = 17 * Px, 18 * Px
	width := func(e Entry) Length { return swatch + Width(e.Words, 11*Px) + gap }
	x := right + gap
	for _, e := range entries {
		x -= width(e)
	}
	for _, e := range entries {
		if e.Fill != "" {
			p.Canvas.Rect(Box{x, y - 9*Px, 11 * Px, 11 * Px}, `rx="2" fill="`+e.Fill+`" stroke="#596273" stroke-width="0.6"`)
		} else {
			p.Canvas.Printf("<path %s d=\"M%s %sh13\"/>\n", e.Line, x, y-4*Px)
		}
		p.Canvas.Text(x+swatch, y, "mz-s mz-o", e.Words)
		x += width(e)
	}
}
