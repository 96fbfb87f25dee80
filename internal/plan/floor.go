/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/figure"
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

// floor returns the floor of minute m with its reason.
func (l *timeline) floor(m int64) Floor {
	f := Floor{Replicas: l.floorAt(m)}
	f.Wanted = max(f.Replicas, l.inMinute(m).wanted)
	for i := range l.rises {
		if r := &l.rises[i]; r.full <= m && m <= r.minute {
			f.Wanted = max(f.Wanted, r.wanted)
		}
	}
	if f.Replicas <= l.channel.Base {
		f.Parts = []Part{{Cause: causeBase, Replicas: f.Replicas}}
		return f
	}
	f.Parts = l.parts(m, f.Replicas)
	return f
}

// parts divides a floor above the base: first the needs of the campaigns in this
// minute, then the ramps of coming rises, soonest first, then what is kept.
func (l *timeline) parts(m int64, floor int) []Part {
	if l.channel.CallCentre > 0 {
		return (&ledger{line: l, sum: l.raw(m)}).parts(l.held(m), floor)
	}
	loads := make([]int64, len(l.campaigns))
	given := ledger{line: l, given: make([]int, len(l.campaigns))}
	for i := range l.campaigns {
		loads[i] = l.loadIn(&l.campaigns[i], m)
	}
	level := l.need(m)
	given.add(level, loads)
	for i := range l.rises {
		r := &l.rises[i]
		if r.minute < m || !r.at.After(instant(m)) {
			continue
		}
		if asked := l.candidate(r, m); asked > level {
			given.add(asked-level, l.opening(r, loads))
			level = asked
		}
	}
	return given.parts(l.held(m), floor)
}

// opening overwrites loads with the peak of every campaign that must be Ready by the
// rise, and with 0 for the others.
func (l *timeline) opening(r *rise, loads []int64) []int64 {
	for i := range l.campaigns {
		loads[i] = 0
		if c := &l.campaigns[i]; c.readyBy.Equal(r.at) {
			loads[i] = c.peak
		}
	}
	return loads
}

// ledger adds up the replicas of each campaign of a timeline.
type ledger struct {
	line  *timeline
	given []int
	sum   int
}

// add divides replicas in proportion to the loads, without losing any to rounding.
func (g *ledger) add(replicas int, loads []int64) {
	for i, part := range split(replicas, loads) {
		g.given[i] += part
		g.sum += part
	}
}

// parts returns the parts of a floor: the campaigns', or the base if it covers them,
// then what the two rules that keep capacity add, which gives held and then floor.
func (g *ledger) parts(held, floor int) []Part {
	var parts []Part
	switch base := g.line.channel.Base; {
	case g.sum <= base:
		g.sum = base
		parts = []Part{{Cause: causeBase, Replicas: base}}
	case g.line.channel.CallCentre > 0:
		parts = []Part{{Cause: causeRoster, Replicas: g.sum}}
	default:
		parts = g.campaigns()
	}
	parts = appendPart(parts, causeKept, held-g.sum)
	return appendPart(parts, causeSlow, floor-held)
}

// campaigns lists each campaign with its replicas. One that keeps capacity at the
// instant it was moved from is in the timeline twice, but listed once.
func (g *ledger) campaigns() []Part {
	var parts []Part
	for i, replicas := range g.given {
		if replicas == 0 {
			continue
		}
		name := g.line.campaigns[i].Name
		if at := slices.IndexFunc(parts, func(p Part) bool { return p.Cause == name }); at >= 0 {
			parts[at].Replicas += replicas
			continue
		}
		parts = append(parts, Part{Cause: name, Campaign: true, Replicas: replicas})
	}
	return parts
}

// split divides replicas in proportion to loads. It rounds the running total, so the
// parts add up.
func split(replicas int, loads []int64) []int {
	total := int64(0)
	for _, load := range loads {
		total += load
	}
	parts := make([]int, len(loads))
	if total <= 0 {
		return parts
	}
	passed, given := int64(0), 0
	for i, load := range loads {
		passed += load
		upTo := int(figure.ShareNearest(int64(replicas), passed, total))
		parts[i] = upTo - given
		given = upTo
	}
	return parts
}

func appendPart(parts []Part, cause string, replicas int) []Part {
	if replicas <= 0 {
		return parts
	}
	return append(parts, Part{Cause: cause, Replicas: replicas})
}
