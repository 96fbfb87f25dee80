/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drawing

import (
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/plugin/report"
	"github.com/mezzanotte/mezzanotte/internal/svg"
)

// scene holds what SVG and chart draw of a platform.
type scene struct {
	calendar
	name    string
	moments []moment
	// moving channels have a floor that changes, still ones do not.
	moving  []line
	still   []report.Channel
	strips  []axis
	palette palette
	// left is the number of windows that are not drawn.
	left int
	// The plan lies between now and ends.
	now, ends int64
}

func newScene(p report.Platform, now time.Time, m medium) scene {
	s := scene{calendar: newCalendar(p.Zone, now), name: svg.Plain(p.Name), now: unix(now)}
	s.moments = moments(p, s.now)
	s.moving, s.still = lines(p, s.now)
	s.ends = planEnds(p, s.now)
	s.strips, s.left = m.strips(s.moments, s.now, s.ends)
	s.palette = newPalette(s.moments, s.moving, s.strips)
	return s
}

// on returns the moments on an axis.
func (s scene) on(a axis) []moment {
	var on []moment
	for _, m := range s.moments {
		if a.holds(m.at) {
			on = append(on, m)
		}
	}
	return on
}

// lengthOf formats the length of a squeezed stretch, or the time until the plan ends in it.
func (s scene) lengthOf(t stretch) string {
	if t.from < s.ends && s.ends < t.to {
		return length(s.ends - t.from)
	}
	return length(t.to - t.from)
}

// opens describes what happens at a moment, and returns its worst verdict.
func (s scene) opens(m moment) (words string, worst verdict) {
	worst, held := fits, len(m.opens) > 0
	for _, c := range m.opens {
		held = held && c.Paused != ""
		if verdictOf(c) == noGo {
			worst = noGo
		}
	}
	words = s.when(m.at)
	switch past := m.at <= s.now; {
	case len(m.opens) == 0 && past:
		words = "was to open " + words + ", capacity kept"
	case len(m.opens) == 0:
		words = "moved away from " + words + ", capacity kept"
	case held && past:
		words = "opened " + words + ", now paused"
	case held:
		words = "paused, not opening " + words
	case past:
		words = "opened " + words
	default:
		words = "opens " + words
	}
	if worst == noGo {
		words += ": NO-GO"
	}
	return words, worst
}

// notice is a warning above the floors.
type notice struct {
	verdict verdict
	words   string
}

// notices returns at most a number of notices: first campaigns that are not feasible, then
// paused ones. The last notice may count the rest.
func (s scene) notices(most int) []notice {
	notices := append(
		s.noticesOf(noGo, "NO-GO", func(c report.Campaign) (string, bool) { return c.Message, verdictOf(c) == noGo }),
		s.noticesOf(paused, "Paused", func(c report.Campaign) (string, bool) { return c.Paused, c.Paused != "" })...)
	if len(notices) <= most {
		return notices
	}
	more, kind := len(notices)-most+1, notices[most-1].verdict
	return append(notices[:most-1], notice{kind, fmt.Sprintf("%d more openings cannot be met or are paused.", more)})
}

// noticesOf returns the notices of one kind. Campaigns with the same text share a notice.
func (s scene) noticesOf(kind verdict, head string, say func(report.Campaign) (string, bool)) []notice {
	var notices []notice
	for _, m := range s.moments {
		said := map[string][]report.Campaign{}
		var order []string
		for _, c := range m.opens {
			words, ok := say(c)
			if !ok {
				continue
			}
			if len(said[words]) == 0 {
				order = append(order, words)
			}
			said[words] = append(said[words], c)
		}
		for _, words := range order {
			notices = append(notices, notice{kind, fmt.Sprintf("%s %s, %s: %s", head, names(said[words]), s.when(m.at), words)})
		}
	}
	return notices
}

// quiet explains why there is no floor to draw.
func (s scene) quiet() string {
	switch {
	case len(s.still) == 0:
		return "There is no channel, so there is nothing to plan."
	case len(s.moments) == 0:
		return "There is no opening to come. Every channel stays at its base: " + s.stays()
	}
	return "No opening raises a floor. Every channel stays at its base: " + s.stays()
}

// stays lists the channels that stay at their base.
func (s scene) stays() string {
	const most = 12
	words := ""
	for i, c := range s.still {
		if i == most {
			return fmt.Sprintf("%s and %d more", words, len(s.still)-most)
		}
		if i > 0 {
			words += ", "
		}
		words += fmt.Sprintf("%s %s", svg.Plain(c.Name), figure.Grouped(bound(c.Base)))
	}
	return words
}

// missing returns the replicas that the cap cuts from a level.
func (v level) missing() int64 { return v.wanted - v.floor }
