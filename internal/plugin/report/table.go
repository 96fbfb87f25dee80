/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

const (
	narrowest, widest = 60, 100
	// shortest is the minimum width of a text column.
	shortest = 24
	indent   = "  "
)

// Layout of a table.
type Layout struct {
	// Width of the terminal in characters; lines are at most 100 long.
	Width int
	// EveryStep lists each step of a ramp, not only its begin and end.
	EveryStep bool
}

// Table writes the report as text.
func Table(w io.Writer, r Report, layout Layout) error {
	t := &table{Layout: layout}
	t.Width = min(max(t.Width, narrowest), widest)
	for _, p := range r.Platforms {
		t.platform(p, r.Now)
	}
	t.paragraph("", r.summary())
	_, err := w.Write(t.out.Bytes())
	return err
}

type table struct {
	Layout
	out bytes.Buffer
}

func (t *table) platform(p Platform, now time.Time) {
	clock, zone := face(now, p.Zone)
	t.paragraph("", fmt.Sprintf("Platform %s, as of %s at %s %s", p.Name, opening.DayWords(now, p.Zone), clock, zone))
	t.line("")
	var over []string
	for _, c := range p.Campaigns {
		if c.Over && c.Invalid == "" {
			over = append(over, c.Name)
			continue
		}
		t.campaign(c, p.Zone)
	}
	switch {
	case len(p.Campaigns) == 0:
		t.line("There are no campaigns.")
		t.line("")
	case len(over) > 0:
		t.paragraph("", "Launches that are over: "+strings.Join(over, ", "))
		t.line("")
	}
	if len(p.Channels) == 0 {
		t.line("There are no channels.")
		t.line("")
	}
	for _, c := range p.Channels {
		t.channel(p, c)
	}
}

func (t *table) campaign(c Campaign, zone *time.Location) {
	t.paragraph("", fmt.Sprintf("Campaign %s: %s", c.Name, c.word()))
	if c.OpensAtLocal != "" {
		t.paragraph(indent, "opens "+c.OpensAtLocal)
	}
	for _, at := range c.AlsoAt {
		t.paragraph(indent, "moved on the day: capacity is kept, too, at "+opening.Words(at, zone))
	}
	if c.Paused != "" {
		t.paragraph(indent, "paused: "+c.Paused+"; capacity stays until it is resumed")
	}
	t.paragraph(indent, c.Message)
	if c.Supply != "" {
		t.paragraph(indent, "supply: "+c.Supply)
	}
	if c.OpensAtLocal != "" && c.Invalid != "" {
		t.paragraph(indent, c.Invalid)
	}
	t.line("")
}

// word is the feasibility in a word.
func (c Campaign) word() string {
	switch {
	case c.Invalid != "":
		return "INVALID"
	case c.Feasible == nil:
		return "unknown"
	case *c.Feasible:
		return "feasible"
	}
	return "NOT FEASIBLE"
}

// channel writes a channel's steps in columns: the day if it changes, the time, the floor
// and the reason.
func (t *table) channel(p Platform, c Channel) {
	t.paragraph("", fmt.Sprintf("Channel %s: base %d, cap %d, peak %d%s", c.Name, c.Base, c.Cap, c.Peak, c.cut()))
	if c.Staffing != "" {
		t.paragraph(indent, c.Staffing)
	}
	rows := c.rows(p.Campaigns, t.EveryStep)
	day, times := days(rows, p.Zone), make([]string, len(rows))
	dayWidth, timeWidth, floorWidth := 0, 0, 0
	for i, r := range rows {
		times[i] = span(r.from, r.to, p.Zone)
		dayWidth = max(dayWidth, utf8.RuneCountInString(day[i]))
		timeWidth = max(timeWidth, utf8.RuneCountInString(times[i]))
		floorWidth = max(floorWidth, utf8.RuneCountInString(r.floor))
	}
	for i, r := range rows {
		t.paragraph(indent+pad(day[i], dayWidth)+indent+pad(times[i], timeWidth)+indent+padLeft(r.floor, floorWidth)+indent, r.reason)
	}
	t.line("")
}

// days returns the day of each row, if it is new.
func days(rows []row, zone *time.Location) []string {
	days, last := make([]string, len(rows)), time.Time{}
	for i, r := range rows {
		day := r.from.In(zone)
		if i == 0 || day.YearDay() != last.YearDay() || day.Year() != last.Year() {
			days[i] = shortDay(day, zone)
			if i > 0 && day.Year() != last.Year() {
				days[i] += day.Format(" 2006")
			}
		}
		last = day
	}
	return days
}

// paragraph writes a text after a prefix and indents its further lines.
func (t *table) paragraph(prefix, text string) {
	hang := max(utf8.RuneCountInString(prefix), len(indent))
	for i, line := range wrap(text, max(t.Width-hang, shortest)) {
		if i > 0 {
			prefix = strings.Repeat(" ", hang)
		}
		t.line(prefix + line)
	}
}

func (t *table) line(text string) {
	t.out.WriteString(strings.TrimRight(text, " "))
	t.out.WriteByte('\n')
}
