/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
)

const (
	// leastStartUp counts even if pods were seen to start faster.
	leastStartUp = 2 * time.Minute
	// autoscalerPeriod is the time that two rounds of the autoscaler may add to a
	// start.
	autoscalerPeriod = 30 * time.Second
)

// timeline is one channel with its campaigns; it answers for the floor of any minute.
// Minutes are whole minutes since 1970.
type timeline struct {
	channel Channel
	pace    int64
	startUp time.Duration
	// campaigns by opening, and the most minutes before it that one must be Ready.
	campaigns    []campaign
	longestReady int64
	// first and end are the campaigns around the minute that was looked at last.
	first, end int
	// caps in spans of launches, in order, and quietCap outside of them, if the store
	// has too few connections for all maxima. Otherwise empty and 0.
	caps     []limited
	quietCap int
	sharing  []*timeline
	// rises in order, and the most minutes from the start of a ramp to its rise.
	rises       []rise
	longestRamp int64
	holds       []hold
	// seen is the need of the minute that was looked at last.
	seen    need
	descent descent
	// written holds the parts of all floors of the plan, one floor after the other.
	written []Part
	ledger  ledger
}

// need of a minute: the replicas that campaigns want without the cap, and the floor
// before the two rules that keep capacity.
type need struct {
	minute      int64
	wanted, raw int
}

// limited is a cap from minute begins up to, but not in, minute ends.
type limited struct {
	begins, ends int64
	cap          int
}

// StartUp returns s, the time that the plan allows a pod to become Ready, in whole
// seconds, for the learned time.
func StartUp(learned time.Duration) time.Duration {
	return wholeSeconds(max(leastStartUp, learned) + autoscalerPeriod)
}

func newTimeline(channel Channel, pace int, all []Campaign, powers *demand.Powers) *timeline {
	l := &timeline{
		channel:   channel,
		pace:      int64(pace),
		startUp:   StartUp(channel.StartUp),
		campaigns: make([]campaign, 0, len(all)),
		seen:      need{minute: never},
	}
	for i := range all {
		l.addCampaign(&all[i], powers)
	}
	l.findRises()
	return l
}

// wanted returns the load at a rise and the replicas that all campaigns together need
// then, without the cap. It leaves out campaign i; -1 leaves out none.
func (l *timeline) wanted(r *rise, without int) (load int64, replicas int) {
	peaking := false
	for i, end := l.around(r.minute); i < end; i++ {
		if c := &l.campaigns[i]; i != without {
			one := l.loadAt(c, r)
			load += one
			peaking = peaking || one > 0 && !r.at.After(c.keepUntil)
		}
	}
	return load, l.replicas(load, peaking)
}

// wantedIn returns what they need at the beginning of minute m.
func (l *timeline) wantedIn(m int64) int {
	if l.channel.CallCentre > 0 {
		return l.rosterIn(m)
	}
	sum := int64(0)
	for i, end := l.around(m); i < end; i++ {
		sum += l.loadIn(&l.campaigns[i], m)
	}
	return l.replicas(sum, false)
}

// rosterIn returns the replicas that a call centre's roster needs at the beginning of
// minute m. Mostly the campaign that opened last is enough to know.
func (l *timeline) rosterIn(m int64) int {
	sum := int64(0)
	first, end := l.around(m)
	for i := end - 1; i >= first; i-- {
		c := &l.campaigns[i]
		load := l.loadIn(c, m)
		sum += load
		if n := l.replicas(sum, load > 0 && m <= c.kept); n > 0 {
			return n
		}
	}
	return 0
}

// aboveBase reports whether the campaigns need more than the base at the beginning of
// minute m. Mostly the campaigns that opened last are enough to know.
func (l *timeline) aboveBase(m int64) bool {
	if most := l.capIn(m); most <= l.channel.Base {
		return false
	}
	sum := int64(0)
	first, end := l.around(m)
	for i := end - 1; i >= first; i-- {
		c := &l.campaigns[i]
		load := l.loadIn(c, m)
		sum += load
		if l.replicas(sum, load > 0 && m <= c.kept) > l.channel.Base {
			return true
		}
	}
	return false
}

// look returns the need at the beginning of minute m and the floor that follows.
func (l *timeline) look(m int64) need {
	if l.seen.minute != m {
		wanted := l.wantedIn(m)
		l.seen = need{minute: m, wanted: wanted, raw: l.rawFor(m, wanted)}
	}
	return l.seen
}

func (l *timeline) raw(m int64) int { return l.look(m).raw }

// rawOf returns the same as raw, for a minute that is not walked.
func (l *timeline) rawOf(m int64) int { return l.rawFor(m, l.wantedIn(m)) }

func (l *timeline) rawFor(m int64, wanted int) int {
	raw := max(l.channel.Base, min(wanted, l.capIn(m)))
	for rises := l.risesAfter(m); len(rises) > 0; rises = rises[1:] {
		raw = max(raw, l.candidate(&rises[0], m))
	}
	return raw
}

func (l *timeline) need(m int64) int { return min(l.wantedIn(m), l.capIn(m)) }

// replicas returns the replicas for a load; peaking is true while a campaign is at its
// peak.
func (l *timeline) replicas(load int64, peaking bool) int {
	const most = 1 << 30
	need := int(min(ceilDiv(load, l.channel.LoadPerReplica), most))
	if l.channel.CallCentre == 0 {
		return need
	}
	// The rostered agents stay signed in until the calls no longer need them.
	if peaking || need > l.channel.Base {
		return l.channel.CallCentre
	}
	return 0
}

// firstIn returns the first minute from first on, and before end, in which holds is
// true, or end; once true, it stays so. It looks near the guess first.
func firstIn(first, end, guess int64, holds func(m int64) bool) int64 {
	m := clamp(guess, first, end-1)
	for step := int64(1); first < end; step *= 2 {
		if holds(m) {
			end = m
			m = max(first+(end-first)/2, end-step)
		} else {
			first = m + 1
			m = min(first+(end-first)/2, first-1+step)
		}
	}
	return first
}

func wholeSeconds(d time.Duration) time.Duration { return (d + time.Second - 1).Truncate(time.Second) }

func instant(m int64) time.Time { return time.Unix(m*60, 0).UTC() }

// minuteOf returns the whole minute that contains t.
func minuteOf(t time.Time) int64 { return floorDiv(t.Unix(), 60) }

// nextMinute returns the first minute that begins at t or later.
func nextMinute(t time.Time) int64 { return minuteOf(t.Add(time.Minute - 1)) }

func ceilDiv(a, b int64) int64 {
	if a <= 0 {
		return 0
	}
	return (a-1)/b + 1
}

func floorDiv(a, b int64) int64 {
	if a < 0 {
		return -1 - (-1-a)/b
	}
	return a / b
}
