/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Tone is the colour of a text. The words say the same without it.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Strong
	Faint
	Good
	Bad
	Warn
)

// Span is a text of one tone.
type Span struct {
	Text string
	Tone Tone
}

// Line of a screen.
type Line []Span

// String returns the line without tones and trailing spaces.
func (l Line) String() string {
	var b strings.Builder
	for _, span := range l {
		b.WriteString(span.Text)
	}
	return strings.TrimRight(b.String(), " ")
}

func (l Line) width() int {
	sum := 0
	for _, span := range l {
		sum += ansi.StringWidth(span.Text)
	}
	return sum
}

// fit cuts a line to a width, with an ellipsis.
func (l Line) fit(width int) Line {
	if l.width() <= width {
		return l
	}
	var out Line
	for _, span := range l {
		room := width - out.width()
		if w := ansi.StringWidth(span.Text); w < room {
			out = append(out, span)
			continue
		}
		return append(out, Span{cut(span.Text+"  ", room), span.Tone})
	}
	return out
}

func text(s string) Line { return Line{{Text: s}} }

// clean makes foreign text safe to print: one line, without control characters that could
// take over a terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// cut shortens a text to a width.
func cut(s string, width int) string {
	if width <= 0 {
		return ""
	}
	return ansi.Truncate(s, width, "…")
}

// wrapped breaks a text between words into at most a number of lines.
func wrapped(s string, width, lines int) []string {
	if width <= 0 || lines <= 0 {
		return nil
	}
	var out []string
	line := ""
	words := strings.Fields(s)
	for i, word := range words {
		joined := strings.TrimPrefix(line+" "+word, " ")
		if line == "" || ansi.StringWidth(joined) <= width {
			line = joined
			continue
		}
		if len(out) == lines-1 {
			line = cut(line+" "+strings.Join(words[i:], " "), width)
			break
		}
		out, line = append(out, cut(line, width)), word
	}
	if line != "" {
		out = append(out, cut(line, width))
	}
	return out
}

// left and right cut a text to a width and pad it.
func left(s string, width int) string {
	s = cut(s, width)
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

func right(s string, width int) string {
	s = cut(s, width)
	return strings.Repeat(" ", max(0, width-ansi.StringWidth(s))) + s
}

// toneOf returns the tone of a verdict.
func toneOf(w Word) Tone {
	switch w {
	case Go:
		return Good
	case NoGo:
		return Bad
	case Ramping, Paused, Unknown:
		return Warn
	case Waiting:
		return Strong
	case Nothing:
		return Faint
	}
	return Plain
}
