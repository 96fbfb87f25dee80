/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package opening

import (
	"fmt"
	"unicode/utf8"
)

// Part names the part of a civil time that an error is about.
type Part string

// The parts of a civil time.
const (
	PartDate Part = "date"
	PartTime Part = "time"
	PartZone Part = "zone"
)

// Error names the part of a civil time that is wrong, and what would be right.
type Error struct {
	Part  Part
	Value string // as it was written
	Wrong string // completes the sentence that starts with part and value: "does not exist"
	Right string // what to write instead: "February 2026 has the days 01 to 28"
}

// Error returns the whole sentence: date "2026-02-30" does not exist; February 2026 has
// the days 01 to 28.
func (e *Error) Error() string {
	return fmt.Sprintf("%s %q %s; %s", e.Part, shorten(e.Value), e.Wrong, e.Right)
}

// shorten keeps a message readable even if a long text was pasted into a field.
func shorten(s string) string {
	const enough = 64
	if len(s) <= enough {
		return s
	}
	cut := enough
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
