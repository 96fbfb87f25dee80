/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const (
	// wideFrom is the width from which a channel's row has room for its reason.
	wideFrom = 150
	// tallFrom is the height from which figures are drawn twice as large.
	tallFrom = 40
	// lowest is the height under which the countdown is in plain letters.
	lowest = 20
)

// Draw lays a screen out: at most height lines, none wider than width.
func (s Screen) Draw(width, height int) []Line {
	lines := s.head(width, height)
	rest := max(0, height-len(lines))
	lines = append(lines, s.body(width, rest)...)
	lines = lines[:min(len(lines), max(0, height))]
	for i := range lines {
		lines[i] = lines[i].fit(max(0, width))
	}
	return lines
}

// head is the platform with its clock, the opening, the countdown and the word.
func (s Screen) head(width, height int) []Line {
	name := s.Place.String()
	if s.Of > 1 {
		name += fmt.Sprintf(" (%d of %d)", s.Index, s.Of)
	}
	clock := s.Day + " " + s.Clock
	room := width - ansi.StringWidth(clock) - 2
	title := Line{{left(clean(name), room), Strong}, {"  ", Plain}, {clock, Strong}}
	if room < 12 {
		title = Line{{clean(name) + "  ", Strong}, {s.Clock, Strong}}
	}
	what := s.Opening.Words
	if len(s.Opening.Campaigns) > 0 {
		what += ": " + strings.Join(s.Opening.Campaigns, ", ")
	}
	lines := []Line{title}
	for _, row := range wrapped(clean(what), width, 1+height/lowest) {
		lines = append(lines, text(row))
	}
	if figures := s.large(width, height); figures != nil {
		lines = append(lines, Line{})
		return append(lines, append(figures, Line{})...)
	}
	lines = append(lines, Line{
		{string(s.Verdict.Word), toneOf(s.Verdict.Word)}, {"  " + strings.TrimSpace(s.Opening.Label+" "+s.Opening.Figures), Strong},
		{"  " + clean(s.Verdict.Why), Plain},
	})
	if height >= lowest {
		lines = append(lines, Line{})
	}
	return lines
}

// large is the countdown in large figures with the word beside it, or nil where
// there is no room.
func (s Screen) large(width, height int) []Line {
	wide, high := 2, 1
	if height >= tallFrom && width >= wideFrom {
		wide, high = 4, 2
	}
	figures := banner(s.Opening.Figures, wide, high)
	if height < lowest || s.Opening.Figures == "" || figures == nil {
		return nil
	}
	const gap = 4
	column := width - ansi.StringWidth(figures[0]) - gap
	if column < 18 {
		return nil
	}
	beside := s.beside(column, len(figures), wide)
	lines := make([]Line, len(figures))
	for i := range figures {
		lines[i] = Line{{figures[i], Strong}, {strings.Repeat(" ", gap), Plain}}
		if i < len(beside) {
			lines[i] = append(lines[i], beside[i]...)
		}
	}
	return lines
}

// beside returns the lines to the right of the figures: what they count, the word,
// as large as there is room for, and why.
func (s Screen) beside(width, height, wide int) []Line {
	var lines []Line
	tone := toneOf(s.Verdict.Word)
	if s.Verdict.But && tone == Good {
		tone = Warn
	}
	lines = append(lines, Line{{cut(s.Opening.Label, width), Plain}})
	word := banner(string(s.Verdict.Word), wide, 1)
	if high := wide > 2; high && word != nil && ansi.StringWidth(word[0]) <= width {
		lines = append(lines, Line{})
		for _, row := range word {
			lines = append(lines, Line{{row, tone}})
		}
		lines = append(lines, Line{})
	} else {
		lines = append(lines, Line{{string(s.Verdict.Word), tone}})
	}
	for _, row := range wrapped(clean(s.Verdict.Why), width, height-len(lines)) {
		lines = append(lines, text(row))
	}
	return lines
}
