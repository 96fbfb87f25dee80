/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"
)

// channelTable lays out the channels in a width.
type channelTable struct {
	name, bar, next, autoscaler, why int
}

const (
	wordWidth   = len("WAITING")
	numberWidth = len("DESIRED")
)

// newChannelTable puts the reason and the autoscaler into the row itself if a channel has
// only one row and there is room.
func newChannelTable(width int, rows []Channel, perChannel int) channelTable {
	t := channelTable{name: len("CHANNEL"), next: len("NEXT STEP"), bar: 8}
	for _, row := range rows {
		t.name = max(t.name, min(16, ansi.StringWidth(row.Name)))
		t.next = max(t.next, ansi.StringWidth(row.Next))
		t.autoscaler = max(t.autoscaler, ansi.StringWidth(row.Autoscaler))
	}
	wide := width >= wideFrom
	if !wide {
		t.autoscaler = 0
	}
	used := t.heading().width()
	switch {
	case wide:
		t.bar += 22
		t.why = max(10, width-used-24)
	case perChannel > 1:
		t.bar += max(0, width-used)
	default:
		t.why = max(0, width-used-2)
	}
	return t
}

func (t channelTable) heading() Line {
	line := left("CHANNEL", t.name) + "  " + left("", wordWidth) + "  " +
		right("FLOOR", numberWidth-2) + " " + right("DESIRED", numberWidth) + " " +
		right("READY", numberWidth-2) + " " + right("CAP", numberWidth-2) + "  " + left("", t.bar) + "  " + left("NEXT STEP", t.next)
	if t.autoscaler > 0 {
		line += "  " + left("AUTOSCALER", t.autoscaler)
	}
	return Line{{line, Faint}}
}

func (t channelTable) row(c Channel) Line {
	tone := toneOf(c.Verdict.Word)
	line := Line{
		{left(clean(c.Name), t.name) + "  ", Plain},
		{left(string(c.Verdict.Word), wordWidth) + "  ", tone},
		{right(number(c.Floor), numberWidth-2) + " " + right(number(c.Desired), numberWidth) + " " +
			right(strconv.Itoa(int(c.Ready)), numberWidth-2) + " " + right(number(c.Cap), numberWidth-2) + "  ", Plain},
		{bar(c.Ready, c.Peak, t.bar), tone},
		{"  " + left(c.Next, t.next), Plain},
	}
	if t.autoscaler > 0 {
		line = append(line, Span{"  " + left(c.Autoscaler, t.autoscaler), Plain})
	}
	if t.why > 0 {
		line = append(line, Span{"  " + cut(clean(c.Verdict.Why), t.why), Plain})
	}
	return line
}

// reason is the second row of a channel.
func (t channelTable) reason(c Channel) Line {
	why := clean(c.Verdict.Why) + "; " + c.Autoscaler
	if t.why > 0 {
		why = clean(c.Because)
	}
	return Line{{left("", t.name) + "  " + why, Faint}}
}

// number shows 0, unknown, as "-".
func number(n int32) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(int(n))
}
