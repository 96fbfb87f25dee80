/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/figure"
)

// floor returns the floor of minute m with its reason.
func (l *timeline) floor(m int64) Floor {
	f := Floor{Replicas: l.floorAt(m)}
	f.Wanted = max(f.Replicas, l.look(m).wanted)
	for rises := l.risesAfter(m); len(rises) > 0; rises = rises[1:] {
		if r := &rises[0]; r.full <= m {
			f.Wanted = max(f.Wanted, r.wanted)
		}
	}
	f.Parts = l.parts(m, f.Replicas)
	return f
}

// parts divides a floor: first the needs of the campaigns in this minute, then the
// ramps of coming rises, soonest first, then what is kept. What the base covers is the
// base's.
func (l *timeline) parts(m int64, floor int) []Part {
	first, base := len(l.written), l.channel.Base
	if floor <= base {
		l.write(causeBase, floor)
		return l.writtenSince(first)
	}
	sum := l.look(m).raw
	if l.channel.CallCentre == 0 && sum > base {
		sum = l.share(m)
	}
	switch {
	case sum <= base:
		sum = base
		l.write(causeBase, base)
	case l.channel.CallCentre > 0:
		l.write(causeRoster, sum)
	default:
		l.writeCampaigns(first)
	}
	held := floor
	if l.channel.Gentle {
		held = l.held(m)
	}
	l.write(causeKept, held-sum)
	l.write(causeSlow, floor-held)
	return l.writtenSince(first)
}

// write adds a part to the floor that is being written, unless it is empty.
func (l *timeline) write(cause string, replicas int) {
	if replicas > 0 {
		l.written = append(l.written, Part{Cause: cause, Replicas: replicas})
	}
}

// writtenSince returns the parts from an index on. Nobody can append to them what would
// overwrite the next floor's.
func (l *timeline) writtenSince(first int) []Part {
	return l.written[first:len(l.written):len(l.written)]
}

// writeCampaigns adds each campaign with its replicas. One that keeps capacity at the
// instant it was moved from is in the timeline twice, but listed once.
func (l *timeline) writeCampaigns(first int) {
	for i, replicas := range l.ledger.given {
		if replicas == 0 {
			continue
		}
		name, floor := l.campaigns[i].Name, l.written[first:]
		if at := slices.IndexFunc(floor, func(p Part) bool { return p.Cause == name }); at >= 0 {
			floor[at].Replicas += replicas
			continue
		}
		l.written = append(l.written, Part{Cause: name, Campaign: true, Replicas: replicas})
	}
}

// ledger adds up the replicas of each campaign of a timeline in one minute, with the
// load that they are given for.
type ledger struct {
	given []int
	loads []int64
}

// books returns the timeline's ledger, with what was written into it before.
func (l *timeline) books() *ledger {
	if l.ledger.given == nil {
		l.ledger = ledger{make([]int, len(l.campaigns)), make([]int64, len(l.campaigns))}
	}
	return &l.ledger
}

// share gives the replicas of minute m to the campaigns that need them, and returns
// their sum.
func (l *timeline) share(m int64) int {
	g := l.books()
	clear(g.given)
	first, end := l.around(m)
	for i := first; i < end; i++ {
		g.loads[i] = l.loadIn(&l.campaigns[i], m)
	}
	level := min(l.look(m).wanted, l.capIn(m))
	sum := g.add(level, first, end)
	for rises := l.risesAfter(m); len(rises) > 0; rises = rises[1:] {
		r := &rises[0]
		if asked := l.candidate(r, m); asked > level && r.at.After(instant(m)) {
			first, end = l.around(r.minute)
			for i := first; i < end; i++ {
				g.loads[i] = 0
				if c := &l.campaigns[i]; c.readyBy.Equal(r.at) {
					g.loads[i] = c.peak
				}
			}
			sum += g.add(asked-level, first, end)
			level = asked
		}
	}
	return sum
}

// add divides replicas between a range of campaigns in proportion to their loads, and
// returns how many were given. It rounds the running total, so none is lost.
func (g *ledger) add(replicas, first, end int) int {
	total := int64(0)
	for _, load := range g.loads[first:end] {
		total += load
	}
	if total <= 0 {
		return 0
	}
	passed, given := int64(0), 0
	for i := first; i < end; i++ {
		if g.loads[i] > 0 {
			passed += g.loads[i]
			upTo := part(replicas, passed, total)
			g.given[i] += upTo - given
			given = upTo
		}
	}
	return given
}

// part returns the replicas for part of a load, rounded to the nearest.
func part(replicas int, load, total int64) int {
	if total <= 0 {
		return 0
	}
	return int(figure.ShareNearest(int64(replicas), load, total))
}
