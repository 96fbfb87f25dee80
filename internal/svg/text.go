/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package svg

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
)

// Plain returns text from outside as it may be shown: what cannot be seen, such as an
// escape sequence or a change of direction, becomes a replacement character.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}

// Escaped escapes plain text for use between tags and in attributes.
func Escaped(s string) string {
	var out strings.Builder
	if err := xml.EscapeText(&out, []byte(Plain(s))); err != nil {
		return "" // a Builder refuses nothing
	}
	return out.String()
}

// Width returns the greatest width of a text at a size, in the widest of the style's fonts.
func Width(s string, size Length) Length {
	sum := Length(0)
	for _, r := range s {
		sum += widthOfRune(r)
	}
	return sum * size / 100
}

// widthOfRune is in hundredths of the size.
func widthOfRune(r rune) Length {
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

// Within reports for a text whether it fits into a room at a size.
func Within(room, size Length) func(string) bool {
	return func(s string) bool { return Width(s, size) <= room }
}

// Fitting shortens a text to a room.
func Fitting(s string, room, size Length) string {
	return Cut(Plain(s), Within(room, size))
}

// Cut shortens s to the longest beginning that fits, with an ellipsis.
func Cut(s string, fits func(string) bool) string {
	if fits(s) {
		return s
	}
	runes := []rune(s)
	low, high := 0, len(runes)
	for low < high {
		middle := (low + high + 1) / 2
		if fits(string(runes[:middle]) + "…") {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return strings.TrimRight(string(runes[:low]), " ") + "…"
}

// Wrap breaks s between words into at most a number of lines that fit; the last line may
// be cut.
func Wrap(s string, most int, fits func(string) bool) []string {
	var lines []string
	line := ""
	words := strings.Fields(s)
	for i, word := range words {
		longer := strings.TrimLeft(line+" "+word, " ")
		if line == "" || fits(longer) {
			line = longer
			continue
		}
		if len(lines) == most-1 {
			line += " " + strings.Join(words[i:], " ")
			break
		}
		lines = append(lines, Cut(line, fits))
		line = word
	}
	if line != "" {
		lines = append(lines, Cut(line, fits))
	}
	return lines
}

// Duration writes milliseconds to two digits: 1.5 ms, 22 ms, 2.4 s, 12 s.
func Duration(ms float64) string {
	switch {
	case ms >= 9_995:
		return fmt.Sprintf("%.0f s", ms/1000)
	case ms >= 999.5:
		return trimmed(ms/1000) + " s"
	case ms >= 9.5:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return trimmed(ms) + " ms"
}

// trimmed has one digit after the point, unless it is 0.
func trimmed(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }
