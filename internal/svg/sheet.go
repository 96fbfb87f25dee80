/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package svg

import (
	"fmt"
	"io"
)

// Colours that people who are blind to some can tell apart: those of Okabe and Ito, with an
// indigo of Tol's and a brown. Red means that something is wrong or missing.
const (
	Blue   = "#0072b2"
	Sky    = "#56b4e9"
	Green  = "#009e73"
	Yellow = "#f0e442"
	Orange = "#e69f00"
	Purple = "#cc79a7"
	Red    = "#a50021"
	Indigo = "#332288"
	Brown  = "#8c510a"
	Grey   = "#c3c8d0"
	Ink    = "#1d2330"
)

// style is what all pictures share. Sizes: h title, f figure, n name, s small. Weights and
// inks: b bold, q quiet, r red, g green, w white, o outlined. Anchors: e end, m middle.
const style = `
.mz{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Helvetica,Arial,sans-serif;fill:#1d2330}
.mz-h{font-size:20px;font-weight:700}.mz-n{font-size:13px;font-weight:700}.mz-f{font-size:24px;font-weight:700}
.mz-b{font-weight:700}.mz-s{font-size:11px}.mz-q{fill:#596273}.mz-r{fill:#a50021}.mz-g{fill:#00664b}.mz-w{fill:#fff}
.mz-e{text-anchor:end}.mz-m{text-anchor:middle}
.mz-o{stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
.mz-open{fill:none;stroke:#1d2330;stroke-width:2}
.mz-grid{fill:none;stroke:#e4e7ec;stroke-width:1}.mz-axis{fill:none;stroke:#596273;stroke-width:1}
`

// Hatch fills what is missing or has failed; Sheet defines it.
const Hatch = "url(#mz-hatch)"

// The paper.
const (
	SheetWidth = 1100 * Px
	SheetEdge  = 24 * Px
)

// Sheet is the document around a canvas.
type Sheet struct {
	Title string
	// Summary says in words what the picture shows.
	Summary string
	// Style is added to the style that all pictures share.
	Style string
	// Borderless leaves out the line around the paper.
	Borderless bool
	// Distance and Stripe are the measures of Hatch.
	Distance, Stripe Length
}

// Write writes the canvas as a document that ends at its Y.
func (c *Canvas) Write(w io.Writer, s Sheet) error {
	hatch, paper := "", fmt.Sprintf(`<rect x="0.5" y="0.5" width="%s" height="%s" rx="8" fill="#fff" stroke="#d5d9e0"/>`, SheetWidth-Px, c.Y-Px)
	if s.Borderless {
		paper = `<rect width="100%" height="100%" fill="#fff"/>`
	}
	if s.Distance > 0 {
		hatch = fmt.Sprintf(`<defs>
<pattern id="mz-hatch" width="%[1]s" height="%[1]s" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="%[1]s" height="%[1]s" fill="#fff"/><rect width="%[2]s" height="%[1]s" fill="#a50021"/></pattern>
</defs>
`, s.Distance, s.Stripe)
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="mz-title mz-desc" class="mz" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s">
<title id="mz-title">%[3]s</title>
<desc id="mz-desc">%[4]s</desc>
<style>%[5]s</style>
%[6]s%[7]s
%[8]s</svg>
`, SheetWidth, c.Y, Escaped(s.Title), Escaped(s.Summary), style+s.Style, hatch, paper, c.buf.Bytes())
	return err
}
