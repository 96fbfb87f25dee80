/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package picture draws nights: one by itself, or one with and one without Mezzanotte, one upon
// the other. All panels have the same axis of time. The opening is marked, and so is
// everything that was broken.
package picture

import (
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// style holds the styles that only nights use.
const style = `.mz-h{font-size:19px}
.mz-event{fill:none;stroke:#a50021;stroke-dasharray:3 3}.mz-want{fill:none;stroke:#1d2330;stroke-width:1.3;stroke-dasharray:2 3}
`

// A night has another yellow and another orange than the other pictures: its lines are thin.
const (
	yellow = "#e6d200"
	orange = "#d55e00"
)

// sheet is the picture so far, drawn from the top down.
type sheet struct {
	svg.Canvas
	axis   svg.Axis
	panels []svg.Box
}

func begin(a svg.Axis, title, below string) *sheet {
	s := &sheet{axis: a}
	s.Text(svg.SheetEdge, 32*svg.Px, "mz-h", title)
	s.Text(svg.SheetEdge, 52*svg.Px, "mz-q", below)
	s.Y = 66 * svg.Px
	return s
}

// close draws what goes through all panels, and the axis, and ends the picture.
func (s *sheet) close(title, words string) string {
	if len(s.panels) > 0 {
		top, bottom := s.panels[0].Y, s.panels[len(s.panels)-1].Bottom()
		s.axis.Times(&s.Canvas, bottom, "mz-s mz-q mz-m")
		if s.axis.From <= 0 && s.axis.To >= 0 {
			x := s.axis.X(0)
			s.Upright(x, top-4*svg.Px, bottom+5*svg.Px, "mz-open")
			s.Text(x, bottom+34*svg.Px, "mz-s mz-m mz-o", "the opening")
		}
		s.Y = bottom + 48*svg.Px
	}
	var out strings.Builder
	_ = s.Write(&out, svg.Sheet{Title: title, Summary: words, Style: style, Borderless: true}) // a Builder refuses nothing
	return out.String()
}
