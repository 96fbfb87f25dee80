/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"fmt"
	"slices"

	"github.com/charmbracelet/x/ansi"
)

// body lays out the lists in a height: each gets a little, and the rest goes to channels,
// campaigns, notes and events in this order.
func (s Screen) body(width, height int) []Line {
	perChannel := 2
	wants := []int{headed(len(s.Channels) * perChannel), headed(len(s.Campaigns)), len(s.Notes), headed(len(s.Events))}
	least := []int{headed(len(s.Channels)), min(headed(len(s.Campaigns)), 3), min(len(s.Notes), 2), min(headed(len(s.Events)), 3)}
	got := share(height, least, wants)
	if got[0] < wants[0] {
		perChannel = 1
	}
	sections := [][]Line{
		s.channelLines(width, got[0], perChannel), s.campaignLines(width, got[1]),
		s.noteLines(got[2]), s.eventLines(width, got[3]),
	}
	used := 0
	for _, section := range sections {
		used += len(section)
	}
	return joined(sections, height-used)
}

// headed is the height of a list with its heading.
func headed(rows int) int {
	if rows == 0 {
		return 0
	}
	return rows + 1
}

// share divides a height: first the minimum of each list, then what they want, in order.
func share(height int, least, wants []int) []int {
	got := make([]int, len(wants))
	for _, most := range [][]int{least, wants} {
		for i := range got {
			more := min(max(0, most[i]-got[i]), height)
			got[i] += more
			height -= more
		}
	}
	return got
}

// joined concatenates sections, with an empty line between them while there is room.
func joined(sections [][]Line, room int) []Line {
	var lines []Line
	for _, section := range sections {
		if len(section) == 0 {
			continue
		}
		if len(lines) > 0 && room > 0 {
			lines, room = append(lines, Line{}), room-1
		}
		lines = append(lines, section...)
	}
	return lines
}

// channelLines has a row for each channel, and a second one if the first has no room for
// the reason.
func (s Screen) channelLines(width, height, perChannel int) []Line {
	if height < 2 {
		return nil
	}
	room := (height - 1) / perChannel
	if room < len(s.Channels) {
		room-- // for the line that says so
	}
	shown, more := s.worst(room)
	t := newChannelTable(width, s.Channels, perChannel)
	lines := []Line{t.heading()}
	for _, c := range shown {
		lines = append(lines, t.row(c))
		if perChannel > 1 {
			lines = append(lines, t.reason(c))
		}
	}
	if more > 0 {
		lines = append(lines, Line{{fmt.Sprintf("and %d more channels, none of them worse: make the window higher", more), Warn}})
	}
	return lines
}

// worst returns the worst n channels, in their own order.
func (s Screen) worst(room int) (shown []Channel, more int) {
	if room >= len(s.Channels) {
		return s.Channels, 0
	}
	order := []Word{NoGo, Unknown, Ramping, Paused, Waiting, Go, Nothing}
	ranked := make([]int, len(s.Channels))
	for i := range ranked {
		ranked[i] = i
	}
	slices.SortStableFunc(ranked, func(a, b int) int {
		return slices.Index(order, s.Channels[a].Verdict.Word) - slices.Index(order, s.Channels[b].Verdict.Word)
	})
	ranked = ranked[:max(0, room)]
	slices.Sort(ranked)
	for _, i := range ranked {
		shown = append(shown, s.Channels[i])
	}
	return shown, len(s.Channels) - len(ranked)
}

func (s Screen) campaignLines(width, height int) []Line {
	if height < 2 {
		return nil
	}
	rows := [][]string{{"CAMPAIGN", "OPENS", "FEASIBLE", "PRESCALED", "OPEN", "SUPPLY"}}
	for _, c := range s.Campaigns {
		rows = append(rows, []string{clean(c.Name), c.Opens, c.Feasible, c.Prescaled, c.Open, c.Supply})
	}
	cut := len(rows) > height
	rows = rows[:min(len(rows), height)]
	lines := columns(rows, width)
	if cut {
		lines[len(lines)-1] = Line{{fmt.Sprintf("and %d more campaigns", len(s.Campaigns)-height+2), Faint}}
	}
	return lines
}

func (s Screen) noteLines(height int) []Line {
	var lines []Line
	for _, n := range s.Notes[:min(len(s.Notes), height)] {
		tone := Warn
		if n.Bad {
			tone = Bad
		}
		lines = append(lines, Line{{"! " + clean(n.Text), tone}})
	}
	return lines
}

func (s Screen) eventLines(width, height int) []Line {
	if height < 2 {
		return nil
	}
	rows := [][]string{{"EVENTS", "", "", ""}}
	for _, e := range s.Events[:min(len(s.Events), height-1)] {
		rows = append(rows, []string{e.At, clean(e.About), clean(e.Reason), clean(e.Text)})
	}
	lines := columns(rows, width)
	for i, e := range s.Events[:len(rows)-1] {
		if e.Warning {
			lines[i+1] = Line{{lines[i+1].String(), Warn}}
		}
	}
	return lines
}

// columns aligns rows under the heading, which is the first row. If they are too wide, it
// cuts the last column, then the widest.
func columns(rows [][]string, width int) []Line {
	const gap = 2
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	last := len(widths) - 1
	for over := overflow(widths, gap, width); over > 0; over = overflow(widths, gap, width) {
		widest := 0
		for i := range widths {
			if widths[i] >= widths[widest] {
				widest = i
			}
		}
		if widths[last] > 24 {
			widest = last
		}
		if widths[widest] <= 4 {
			break
		}
		widths[widest]--
	}
	lines := make([]Line, 0, len(rows))
	for i, row := range rows {
		var line string
		for j, cell := range row {
			line += left(cell, widths[j]) + "  "
		}
		tone := Plain
		if i == 0 {
			tone = Faint
		}
		lines = append(lines, Line{{line[:max(0, len(line)-gap)], tone}})
	}
	return lines
}

func overflow(widths []int, gap, width int) int {
	sum := gap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum - width
}
