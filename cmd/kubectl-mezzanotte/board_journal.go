/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/plugin/board"
)

// quiet is the longest pause between two lines.
const quiet = time.Minute

// journal writes a night as lines: one for each change, and one a minute.
type journal struct{ last map[board.Place]entry }

type entry struct {
	sentence, campaigns string
	at                  time.Time
}

// lines returns the lines to write now.
func (j *journal) lines(scene board.Scene, now time.Time) []string {
	if scene.Pending && scene.Away.IsZero() {
		return nil
	}
	if j.last == nil {
		j.last = map[board.Place]entry{}
	}
	places := scene.Places()
	if len(places) == 0 {
		places = []board.Place{{}}
	}
	var lines []string
	for _, at := range places {
		screen := board.Look(scene, at, now)
		is := entry{screen.Sentence(), strings.Join(screen.Opening.Campaigns, ", "), now}
		before := j.last[at]
		if is.sentence == before.sentence && is.campaigns == before.campaigns && now.Sub(before.at) < quiet {
			continue
		}
		if is.campaigns != before.campaigns && is.campaigns != "" {
			lines = append(lines, strings.Join([]string{screen.Clock, at.String(), is.campaigns + ": " + screen.Opening.Words}, "  "))
		}
		j.last[at] = is
		head := []string{screen.Clock}
		if len(places) > 1 {
			head = append(head, at.String())
		}
		if countdown := strings.TrimSpace(screen.Opening.Label + " " + screen.Opening.Figures); countdown != "" {
			head = append(head, countdown)
		}
		lines = append(lines, strings.Join(append(head, is.sentence), "  "))
	}
	return lines
}
