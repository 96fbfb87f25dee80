/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/opening"
)

const (
	// longestWindow is the time after its opening in which a campaign counts.
	longestWindow = 24 * time.Hour
	// releaseStep is the length of one step of the release.
	releaseStep = 5 * time.Minute
	// leastStartUp counts even if pods were seen to start faster.
	leastStartUp = 2 * time.Minute
	// autoscalerPeriod is the time that two rounds of the autoscaler may add to a
	// start.
	autoscalerPeriod = 30 * time.Second
)

// timeline is one channel with its campaigns; it answers for the floor of any minute.
// Minutes are whole minutes since 1970.
type timeline struct {
	channel   Channel
	pace      int64
	startUp   time.Duration
	campaigns []campaign
	// caps in spans of launches, in order, and quietCap outside of them, if the store
	// has too few connections for all maxima. Otherwise empty and 0.
	caps     []limited
	quietCap int
	sharing  []*timeline
	rises    []rise
	holds    []stretch
	needs    map[int64]need // memo of inMinute
	descent  descent
}

// need of a minute: the replicas that campaigns want without the cap, and the floor
// before the two rules that keep capacity.
type need struct{ wanted, raw int }

// campaign is a Campaign as one channel sees it.
type campaign struct {
	Campaign
	readyBy, keepUntil, ends time.Time
	// from and until are the first minutes that begin at or after readyBy and
	// ends; kept is the minute of keepUntil.
	from, kept, until int64
	peak              int64
	// falling caches the loads after the peak, by release step; -1: not computed yet.
	falling []int64
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

func newTimeline(channel Channel, pace int, all []Campaign) *timeline {
	l := &timeline{
		channel: channel,
		pace:    int64(pace),
		startUp: StartUp(channel.StartUp),
		needs:   map[int64]need{},
	}
	for _, c := range all {
		if c.Shares[channel.Name] > 0 && c.Forecast.People > 0 {
			l.campaigns = append(l.campaigns, l.newCampaign(c))
		}
	}
	return l
}

func (l *timeline) newCampaign(c Campaign) campaign {
	c.Forecast.SharePercent = c.Shares[l.channel.Name]
	seen := campaign{
		Campaign:  c,
		readyBy:   c.Opens.Add(-c.ReadyBefore),
		keepUntil: c.when(c.KeepPeak),
		ends:      opening.Earliest(c.Closes, c.when(longestWindow)),
	}
	seen.from, seen.kept, seen.until = nextMinute(seen.readyBy), minuteOf(seen.keepUntil), nextMinute(seen.ends)
	if l.channel.CallCentre > 0 {
		seen.peak = c.Forecast.Erlangs(0, l.channel.Session.Length)
	} else {
		seen.peak = c.Forecast.PeakLoad(l.channel.Session)
	}
	return seen
}

// load returns a campaign's load at t, in thousandths: nothing before it must be Ready,
// its peak until keepUntil, then the forecast in steps, nothing from its end on.
func (l *timeline) load(c *campaign, t time.Time) int64 {
	switch {
	case t.Before(c.readyBy) || !t.Before(c.ends):
		return 0
	case !t.After(c.keepUntil):
		return c.peak
	}
	step := (c.elapsed(t) - c.KeepPeak) / releaseStep
	for int(step) >= len(c.falling) {
		c.falling = append(c.falling, -1)
	}
	if c.falling[step] < 0 {
		c.falling[step] = l.loadAfter(c, c.KeepPeak+step*releaseStep)
	}
	return c.falling[step]
}

// loadAfter returns a campaign's load the given time after its opening.
func (l *timeline) loadAfter(c *campaign, passed time.Duration) int64 {
	if l.channel.CallCentre > 0 {
		return c.Forecast.Erlangs(passed, l.channel.Session.Length)
	}
	return c.Forecast.Load(passed, l.channel.Session)
}

// loadIn returns the load at the beginning of minute m.
func (l *timeline) loadIn(c *campaign, m int64) int64 {
	switch {
	case m < c.from || m >= c.until:
		return 0
	case m <= c.kept:
		return c.peak
	}
	return l.load(c, instant(m))
}

// wanted returns the replicas that all campaigns together need at t, without the cap.
// It leaves out campaign i; -1 leaves out none.
func (l *timeline) wanted(t time.Time, without int) int {
	sum, peaking := int64(0), false
	for i := range l.campaigns {
		if c := &l.campaigns[i]; i != without {
			load := l.load(c, t)
			sum += load
			peaking = peaking || load > 0 && !t.After(c.keepUntil)
		}
	}
	return l.replicas(sum, peaking)
}

// inMinute returns the need at the beginning of minute m and the floor that follows.
func (l *timeline) inMinute(m int64) need {
	if known, ok := l.needs[m]; ok {
		return known
	}
	sum, peaking := int64(0), false
	for i := range l.campaigns {
		c := &l.campaigns[i]
		load := l.loadIn(c, m)
		sum += load
		peaking = peaking || load > 0 && m <= c.kept
	}
	n := need{wanted: l.replicas(sum, peaking)}
	n.raw = max(l.channel.Base, min(n.wanted, l.capIn(m)))
	for i := range l.rises {
		if r := &l.rises[i]; r.minute >= m {
			n.raw = max(n.raw, l.candidate(r, m))
		}
	}
	l.needs[m] = n
	return n
}

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

func (l *timeline) raw(m int64) int { return l.inMinute(m).raw }

func (l *timeline) need(m int64) int { return min(l.inMinute(m).wanted, l.capIn(m)) }

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

// standstills returns the pauses from the opening on, in order and merged. A pause that
// began before the opening holds it: people come when the pause is over, as they would
// have come at the opening.
func (c Campaign) standstills() []Span {
	var still []Span
	for _, p := range c.Pauses {
		if p.Until.IsZero() || p.Until.After(forever) {
			p.Until = forever
		}
		if p.From.Before(c.Opens) {
			p.From = c.Opens
		}
		if p.From.Before(p.Until) {
			still = append(still, p)
		}
	}
	slices.SortFunc(still, func(a, b Span) int { return a.From.Compare(b.From) })
	merged := still[:0]
	for _, p := range still {
		if last := len(merged) - 1; last >= 0 && !p.From.After(merged[last].Until) {
			if p.Until.After(merged[last].Until) {
				merged[last].Until = p.Until
			}
			continue
		}
		merged = append(merged, p)
	}
	return merged
}

// when returns the first instant at which the given time has passed since the opening,
// by a clock that stops during pauses.
func (c Campaign) when(passed time.Duration) time.Time {
	t := c.Opens.Add(passed)
	for _, p := range c.Pauses {
		switch {
		case !p.From.Before(t):
			return t
		case !p.Until.Before(forever):
			return forever
		}
		t = t.Add(p.Until.Sub(p.From))
	}
	return t
}

// elapsed returns the time passed from the opening to t, by that clock.
func (c Campaign) elapsed(t time.Time) time.Duration {
	passed, from := time.Duration(0), c.Opens
	for _, p := range c.Pauses {
		if !p.From.Before(t) {
			break
		}
		passed += p.From.Sub(from)
		if !p.Until.Before(t) {
			return passed
		}
		from = p.Until
	}
	return passed + t.Sub(from)
}
