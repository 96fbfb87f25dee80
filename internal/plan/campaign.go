/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"slices"
	"sort"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

const (
	// longestWindow is the time after its opening in which a campaign counts.
	longestWindow = 24 * time.Hour
	// releaseStep is the length of one step of the release.
	releaseStep    = 5 * time.Minute
	releaseSeconds = int64(releaseStep / time.Second)
)

// campaign is a Campaign as one channel sees it.
type campaign struct {
	*Campaign
	readyBy, keepUntil, ends time.Time
	// opens is the minute of the opening; from and until are the first minutes that begin at or after readyBy and
	// ends; kept is the minute of keepUntil.
	opens, from, kept, until int64
	// reach is the latest until of this campaign and those that open before it.
	reach  int64
	peak   int64
	stream demand.Stream
	// lastStep and lastLoad cache the load of one step of the release.
	lastStep time.Duration
	lastLoad int64
	// keptSecond is keepUntil in whole seconds, rounded up.
	keptSecond int64
	paused     bool
}

func (l *timeline) addCampaign(c *Campaign, powers *demand.Powers) {
	forecast := c.Forecast
	if forecast.SharePercent = c.Shares[l.channel.Name]; forecast.SharePercent <= 0 || forecast.People <= 0 {
		return
	}
	reach := l.reach()
	l.campaigns = append(l.campaigns, campaign{
		Campaign:  c,
		readyBy:   c.Opens.Add(-c.ReadyBefore),
		keepUntil: c.when(c.KeepPeak),
		ends:      opening.Earliest(c.Closes, c.when(longestWindow)),
		stream:    forecast.Stream(l.channel.Session, powers),
		lastLoad:  -1,
		paused:    len(c.Pauses) > 0,
	})
	seen := &l.campaigns[len(l.campaigns)-1]
	seen.opens, seen.from = minuteOf(c.Opens), nextMinute(seen.readyBy)
	seen.kept, seen.until = minuteOf(seen.keepUntil), nextMinute(seen.ends)
	seen.keptSecond = seen.keepUntil.Add(time.Second - 1).Unix()
	seen.reach = max(seen.until, reach)
	if l.channel.CallCentre > 0 {
		seen.peak = seen.stream.Erlangs(0)
	} else {
		seen.peak = seen.stream.PeakLoad()
	}
	l.longestReady = max(l.longestReady, seen.opens+1-minuteOf(seen.readyBy))
}

// reach returns the first minute in which no campaign counts any more.
func (l *timeline) reach() int64 {
	if len(l.campaigns) == 0 {
		return firstMinute
	}
	return l.campaigns[len(l.campaigns)-1].reach
}

// around returns the range of campaigns that may count within minute m: without those
// that end before it and those that open too late.
func (l *timeline) around(m int64) (first, end int) {
	if first = l.first; first > 0 && l.campaigns[first-1].reach > m || first < len(l.campaigns) && l.campaigns[first].reach <= m {
		first = sort.Search(len(l.campaigns), func(i int) bool { return l.campaigns[i].reach > m })
		l.first = first
	}
	latest := m + l.longestReady
	if end = l.end; end > 0 && l.campaigns[end-1].opens > latest || end < len(l.campaigns) && l.campaigns[end].opens <= latest {
		end = sort.Search(len(l.campaigns), func(i int) bool { return l.campaigns[i].opens > latest })
		l.end = end
	}
	return first, max(first, end)
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
	return l.loadAfter(c, c.step(t))
}

// loadIn returns the load at the beginning of minute m.
func (l *timeline) loadIn(c *campaign, m int64) int64 {
	switch {
	case m < c.from || m >= c.until:
		return 0
	case m <= c.kept:
		return c.peak
	}
	return l.loadAfter(c, c.stepIn(m))
}

// countsAt reports whether a campaign counts at a rise.
func (c *campaign) countsAt(r *rise) bool {
	if r.onMinute {
		return c.from <= r.minute && r.minute < c.until
	}
	return !r.at.Before(c.readyBy) && r.at.Before(c.ends)
}

// loadAt returns the load at a rise.
func (l *timeline) loadAt(c *campaign, r *rise) int64 {
	if r.onMinute {
		return l.loadIn(c, r.minute)
	}
	return l.load(c, r.at)
}

// loadAfter returns a campaign's load in a step of its release.
func (l *timeline) loadAfter(c *campaign, step time.Duration) int64 {
	if c.lastLoad < 0 || c.lastStep != step {
		passed := c.KeepPeak + step*releaseStep
		if c.lastStep = step; l.channel.CallCentre > 0 {
			c.lastLoad = c.stream.Erlangs(passed)
		} else {
			c.lastLoad = c.stream.Load(passed)
		}
	}
	return c.lastLoad
}

// step returns the number of the release step at t, from 0.
func (c *campaign) step(t time.Time) time.Duration {
	return (c.elapsed(t) - c.KeepPeak) / releaseStep
}

// stepIn returns the same for the beginning of minute m.
func (c *campaign) stepIn(m int64) time.Duration {
	if c.paused {
		return c.step(instant(m))
	}
	return time.Duration((m*60 - c.keptSecond) / releaseSeconds)
}

// standstills returns the pauses from the opening on, in order and merged. A pause that
// began before the opening holds it: people come when the pause is over, as they would
// have come at the opening.
func (c *Campaign) standstills() []Span {
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
// by a clock that stands still in pauses.
func (c *Campaign) when(passed time.Duration) time.Time {
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
func (c *Campaign) elapsed(t time.Time) time.Duration {
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
