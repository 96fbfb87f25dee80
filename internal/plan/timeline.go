/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"slices"
	"time"
)

const (
	// longestWindow is how long after its opening a campaign still counts.
	longestWindow = 24 * time.Hour
	// releaseStep is how long one step of the way down lasts.
	releaseStep = 5 * time.Minute
	// leastStartUp is counted even where pods have been seen to start faster.
	leastStartUp = 2 * time.Minute
	// autoscalerPeriod is what two rounds of the autoscaler may add to a start.
	autoscalerPeriod = 30 * time.Second
)

// timeline is one channel and the campaigns that use it, ready to be asked for
// the floor of any minute. Minutes are whole minutes since 1970.
type timeline struct {
	channel   Channel
	pace      int64
	startUp   time.Duration
	campaigns []campaign
	rises     []rise
	holds     []hold
	raws      map[int64]int // memo of raw, by minute
	gentle    map[int64]int // memo of floorAt where the channel is gentle
}

// campaign is a Campaign as one channel sees it.
type campaign struct {
	Campaign
	readyBy, keepUntil, ends time.Time
	peak                     int64
}

// rise is an instant at which the need jumps up, since campaigns are to be Ready by then.
type rise struct {
	at time.Time
	// need from then on, capped; wanted is the same without the cap.
	need, wanted int
	// starts is the whole minute in which a ramp from nothing to need begins.
	starts time.Time
	// announced is when the first of the opening campaigns became known.
	announced time.Time
}

func newTimeline(channel Channel, pace int, all []Campaign) *timeline {
	l := &timeline{
		channel: channel,
		pace:    int64(pace),
		startUp: wholeSeconds(max(leastStartUp, channel.StartUp) + autoscalerPeriod),
		raws:    map[int64]int{},
		gentle:  map[int64]int{},
	}
	for _, c := range all {
		if c.Shares[channel.Name] > 0 && c.Forecast.People > 0 {
			l.campaigns = append(l.campaigns, newCampaign(c, channel))
		}
	}
	l.rises = l.findRises()
	l.holds = l.findHolds()
	return l
}

func newCampaign(c Campaign, channel Channel) campaign {
	c.Forecast.SharePercent = c.Shares[channel.Name]
	seen := campaign{
		Campaign:  c,
		readyBy:   c.Opens.Add(-c.ReadyBefore),
		keepUntil: c.Opens.Add(c.KeepPeak),
		ends:      earlier(c.Closes, c.Opens.Add(longestWindow)),
	}
	if channel.Desk > 0 {
		seen.peak = c.Forecast.Erlangs(0, channel.Session.Length)
	} else {
		seen.peak = c.Forecast.PeakLoad(channel.Session)
	}
	return seen
}

// load of a campaign at t, in thousandths: nothing before it is to be Ready,
// its peak until keepUntil, then the forecast in steps, nothing from its end on.
func (l *timeline) load(c campaign, t time.Time) int64 {
	switch {
	case t.Before(c.readyBy) || !t.Before(c.ends):
		return 0
	case !t.After(c.keepUntil):
		return c.peak
	}
	after := c.KeepPeak + t.Sub(c.keepUntil).Truncate(releaseStep)
	if l.channel.Desk > 0 {
		return c.Forecast.Erlangs(after, l.channel.Session.Length)
	}
	return c.Forecast.Load(after, l.channel.Session)
}

// wanted is how many replicas all campaigns together need at t, without the cap.
func (l *timeline) wanted(t time.Time) int { return l.wantedBy(l.campaigns, t) }

func (l *timeline) wantedBy(campaigns []campaign, t time.Time) int {
	sum, peaking := int64(0), false
	for _, c := range campaigns {
		sum += l.load(c, t)
		peaking = peaking || (!t.Before(c.readyBy) && !t.After(c.keepUntil) && t.Before(c.ends))
	}
	const most = 1 << 30
	need := int(min(ceilDiv(sum, l.channel.LoadPerReplica), most))
	if l.channel.Desk == 0 {
		return need
	}
	// The rostered agents stay signed in until the calls no longer need the desk.
	if peaking || need > l.channel.Base {
		return l.channel.Desk
	}
	return 0
}

func (l *timeline) need(t time.Time) int { return min(l.wanted(t), l.channel.Max) }

func (l *timeline) findRises() []rise {
	var rises []rise
	for _, c := range l.campaigns {
		i := slices.IndexFunc(rises, func(r rise) bool { return r.at.Equal(c.readyBy) })
		if i < 0 {
			rises = append(rises, l.newRise(c))
		} else if c.Announced.Before(rises[i].announced) {
			rises[i].announced = c.Announced
		}
	}
	slices.SortFunc(rises, func(a, b rise) int { return a.at.Compare(b.at) })
	return rises
}

func (l *timeline) newRise(first campaign) rise {
	r := rise{at: first.readyBy, wanted: l.wanted(first.readyBy), announced: first.Announced}
	r.need = min(r.wanted, l.channel.Max)
	r.starts = r.at.Add(-l.startUp - l.climb(r.need)).Truncate(time.Minute)
	return r
}

// climb is how long the channel's pace takes to start so many replicas.
func (l *timeline) climb(replicas int) time.Duration {
	return time.Duration(ceilDiv(int64(replicas)*60, l.pace)) * time.Second
}

// candidate is what a rise asks of the minute m: all of its need, less what can
// still be started after the end of that minute.
func (l *timeline) candidate(r rise, m int64) int {
	later := r.at.Unix() - int64(l.startUp/time.Second) - (m+1)*60
	if later <= 0 {
		return r.need
	}
	return max(0, r.need-int(min(later*l.pace/60, int64(r.need))))
}

// raw is the floor of minute m before the two rules that keep capacity.
func (l *timeline) raw(m int64) int {
	if known, ok := l.raws[m]; ok {
		return known
	}
	floor := max(l.channel.Base, l.need(instant(m)))
	for _, r := range l.rises {
		if minuteOf(r.at) >= m {
			floor = max(floor, l.candidate(r, m))
		}
	}
	l.raws[m] = floor
	return floor
}

func wholeSeconds(d time.Duration) time.Duration { return (d + time.Second - 1).Truncate(time.Second) }

func instant(m int64) time.Time { return time.Unix(m*60, 0).UTC() }

// minuteOf is the whole minute that holds t.
func minuteOf(t time.Time) int64 {
	seconds := t.Unix()
	if seconds < 0 {
		return -((-seconds + 59) / 60)
	}
	return seconds / 60
}

func ceilDiv(a, b int64) int64 {
	if a <= 0 {
		return 0
	}
	return (a-1)/b + 1
}
