/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"fmt"
	"slices"
	"strings"
)

// Floor is the fewest replicas that may run, with the reason.
type Floor struct {
	Replicas int
	// Wanted is what the campaigns need without the cap; equal to Replicas if it does
	// not cut.
	Wanted int
	// Parts add up to Replicas.
	Parts []Part
}

// Part is one cause's share of a floor.
type Part struct {
	// Cause is a campaign's name, or one of the causes below.
	Cause    string
	Campaign bool
	Replicas int
}

// Causes other than campaigns.
const (
	causeBase   = "base"
	causeRoster = "the agent roster"
	causeKept   = "kept for the next peak"
	causeSlow   = "released gently"
)

// mostParts limits how many campaigns a reason names.
const mostParts = 8

// String writes the floor and its reason, for example "floor 184 = born-1946-1950 120 +
// born-1951-1955 64".
func (f Floor) String() string {
	parts := make([]string, 0, mostParts+1)
	rest := 0
	for i, p := range f.Parts {
		if i < mostParts {
			parts = append(parts, fmt.Sprintf("%s %d", p.Cause, p.Replicas))
			continue
		}
		rest += p.Replicas
	}
	if rest > 0 {
		parts = append(parts, fmt.Sprintf("%d others %d", len(f.Parts)-mostParts, rest))
	}
	text := fmt.Sprintf("floor %d = %s", f.Replicas, strings.Join(parts, " + "))
	if f.Wanted > f.Replicas {
		text += fmt.Sprintf(", cut to the cap from %d", f.Wanted)
	}
	return text
}

// Equal reports whether two floors are the same for the same reason.
func (f Floor) Equal(other Floor) bool {
	return f.Replicas == other.Replicas && f.Wanted == other.Wanted && slices.Equal(f.Parts, other.Parts)
}
