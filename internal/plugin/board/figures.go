/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import "strings"

// glyphHeight is that of every glyph, in dots.
const glyphHeight = 5

// glyphs are drawn in dots; each row is as long as the others of its glyph.
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

// banner draws a text in dots of a size; nil if there is a character that it cannot draw.
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

// bar fills a width with how much there is of what is wanted.
func bar(is, wanted int32, width int) string {
	if width <= 0 || wanted <= 0 {
		return strings.Repeat(" ", max(0, width))
	}
	full := int(int64(min(max(is, 0), wanted)) * int64(width) / int64(wanted))
	return strings.Repeat("█", full) + strings.Repeat("░", width-full)
}
