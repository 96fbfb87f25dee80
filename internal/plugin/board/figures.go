/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import "strings"

// glyphHeight is the height of every glyph in dots.
const glyphHeight = 5

// glyphs in dots. All rows of a glyph have the same length.
var glyphs = map[rune][glyphHeight]string{
	'0': {"###", "# #", "# #", "# #", "###"},
	'1': {" # ", "## ", " # ", " # ", "###"},
	'2': {"###", "  #", "###", "#  ", "###"},
	'3': {"###", "  #", " ##", "  #", "###"},
	'4': {"# #", "# #", "###", "  #", "  #"},
	'5': {"###", "#  ", "###", "  #", "###"},
	'6': {"###", "#  ", "###", "# #", "###"},
	'7': {"###", "  #", "  #", " # ", " # "},
	'8': {"###", "# #", "###", "# #", "###"},
	'9': {"###", "# #", "###", "  #", "###"},
	':': {" ", "#", " ", "#", " "},
	'd': {"  #", "  #", "###", "# #", "###"},
	' ': {" ", " ", " ", " ", " "},
	'-': {"   ", "   ", "###", "   ", "   "},
	'G': {"###", "#  ", "# #", "# #", "###"},
	'N': {"#  #", "## #", "# ##", "#  #", "#  #"},
	'O': {"###", "# #", "# #", "# #", "###"},
}

// banner draws a text in large dots, or returns nil if it has a character without a glyph.
func banner(s string, wide, high int) []string {
	rows := make([]string, glyphHeight)
	for i, r := range s {
		glyph, known := glyphs[r]
		if !known {
			return nil
		}
		for y := range rows {
			if i > 0 {
				rows[y] += strings.Repeat(" ", wide)
			}
			for _, dot := range glyph[y] {
				ink := " "
				if dot == '#' {
					ink = "█"
				}
				rows[y] += strings.Repeat(ink, wide)
			}
		}
	}
	var out []string
	for _, row := range rows {
		for range high {
			out = append(out, row)
		}
	}
	return out
}

// bar draws a part of a whole in a width.
func bar(is, wanted int32, width int) string {
	if width <= 0 || wanted <= 0 {
		return strings.Repeat(" ", max(0, width))
	}
	full := int(int64(min(max(is, 0), wanted)) * int64(width) / int64(wanted))
	return strings.Repeat("█", full) + strings.Repeat("░", width-full)
}
