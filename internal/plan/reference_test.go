/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// reference computes floors the long way: it looks at the need of every second
// to come, then goes through the night minute by minute. It shares with the
// planner what demand says of one campaign, the division of the pace, and nothing else.
type reference struct {
	channel   Channel
	caps      []int // by minute, as planned
	pace      int64
	startUp   int64 // seconds
	campaigns []Campaign
	first     int64 // minute
	seconds   []int // need of every second from there
	raw       []int // floors by minute from there
	kept      []int
	floors    []int
}

func newReference(channel Channel, caps []int, pace int, campaigns []Campaign) *reference {
	startUp := max(channel.StartUp, 2*time.Minute) + 30*time.Second
	r := &reference{channel: channel, caps: caps, pace: int64(pace), first: minuteOf(nightBegins),
		startUp: int64((startUp + time.Second - 1) / time.Second)}
	for _, c := range campaigns {
		c.Forecast.SharePercent = c.Shares[channel.Name]
		if c.Forecast.SharePercent > 0 && c.Forecast.People > 0 {
			r.campaigns = append(r.campaigns, c)
		}
	}
	r.lookAtEverySecond()
	r.applyFormula()
	r.keep()
	r.letGoGently()
	return r
}

func (r *reference) lookAtEverySecond() {
	type window struct {
		Campaign
		ready, closes int64
		passed        int64   // seconds since the opening that were not paused
		past          bool    // its peak has been kept
		late          []int64 // load by release step, only so that the test ends today
	}
	var windows []*window
	for _, c := range r.campaigns {
		w := &window{Campaign: c, ready: c.Opens.Add(-c.ReadyBefore).Unix(), closes: math.MaxInt64, late: []int64{r.load(c, -1)}}
		if c.Closes.After(c.Opens) {
			w.closes = c.Closes.Unix()
		}
		for step := range 300 {
			w.late = append(w.late, r.load(c, time.Duration(step)*5*time.Minute))
		}
		windows = append(windows, w)
	}
	r.seconds = make([]int, 0, nightEnds.Unix()-nightBegins.Unix())
	for t := nightBegins.Unix(); t < nightEnds.Unix(); t++ {
		sum, peaking := int64(0), false
		for _, w := range windows {
			keep := int64(w.KeepPeak / time.Second)
			switch {
			case t < w.ready || t >= w.closes || w.passed >= 86_400:
			case !w.past:
				sum, peaking = sum+w.late[0], true
			default:
				sum += w.late[1+(w.passed-keep)/300]
			}
			w.past = w.past || t >= w.Opens.Unix() && w.passed >= keep
			if t >= w.Opens.Unix() && !paused(w.Campaign, t) {
				w.passed++
			}
		}
		r.seconds = append(r.seconds, min(r.replicas(sum, peaking), r.caps[(t-nightBegins.Unix())/60]))
	}
}

// paused reports whether the second that begins at t lies in a pause.
func paused(c Campaign, t int64) bool {
	return slices.ContainsFunc(c.Pauses, func(p Span) bool { return p.From.Unix() <= t && (p.Until.IsZero() || t < p.Until.Unix()) })
}

// load of a campaign so long after its peak was to be kept; -1 is before that.
func (r *reference) load(c Campaign, late time.Duration) int64 {
	switch callCentre := r.channel.CallCentre > 0; {
	case callCentre && late < 0:
		return c.Forecast.Erlangs(0, r.channel.Session.Length)
	case callCentre:
		return c.Forecast.Erlangs(c.KeepPeak+late, r.channel.Session.Length)
	case late < 0:
		return c.Forecast.PeakLoad(r.channel.Session)
	}
	return c.Forecast.Load(c.KeepPeak+late, r.channel.Session)
}

func (r *reference) replicas(sum int64, peaking bool) int {
	need := int(sum / r.channel.LoadPerReplica)
	if sum%r.channel.LoadPerReplica > 0 {
		need++
	}
	if r.channel.CallCentre > 0 {
		if peaking || need > r.channel.Base {
			return r.channel.CallCentre
		}
		return 0
	}
	return need
}

// applyFormula takes, for every minute, the maximum over every t' from its
// beginning on, at the minute's end, where the formula is largest.
func (r *reference) applyFormula() {
	most := int64(0)
	for _, need := range r.seconds {
		most = max(most, int64(need))
	}
	for begin := 0; begin+60 <= len(r.seconds); begin += 60 {
		floor, end := int64(r.channel.Base)*60, int64(begin+60)
		for then := begin; then < len(r.seconds); then++ {
			started := r.pace * max(0, int64(then)-r.startUp-end) // sixtieths
			if started >= most*60 {
				break
			}
			floor = max(floor, int64(r.seconds[then])*60-started)
		}
		r.raw = append(r.raw, int((floor+59)/60))
	}
}

// holding says for every minute whether the floor may not fall in it.
func (r *reference) holding() []bool {
	holding := make([]bool, len(r.raw))
	for _, c := range r.campaigns {
		ready := c.Opens.Add(-c.ReadyBefore).Unix() - r.first*60
		ramp := int64(0) // the first minute in which the ramp from nothing has begun
		for int64(r.seconds[ready])*60 <= r.pace*(ready-r.startUp-(ramp+1)*60) {
			ramp++
		}
		begins := ramp - 60
		if announced := r.announced(c); !announced.IsZero() {
			begins = max(begins, minuteOf(announced)-r.first)
		}
		for m := max(0, begins); m < ready/60; m++ {
			holding[m] = true
		}
	}
	return holding
}

// announced is when the first of all that are to be Ready with a campaign was announced.
func (r *reference) announced(with Campaign) time.Time {
	first := with.Announced
	for _, c := range r.campaigns {
		if c.Opens.Add(-c.ReadyBefore).Equal(with.Opens.Add(-with.ReadyBefore)) && c.Announced.Before(first) {
			first = c.Announced
		}
	}
	return first
}

func (r *reference) keep() {
	holding := r.holding()
	for m := range r.raw {
		floor := r.raw[m]
		for u := m; u > 0 && holding[u] && m-u < 24*60; u-- {
			floor = max(floor, r.raw[u-1])
		}
		r.kept = append(r.kept, floor)
	}
}

// letGoGently lets a floor fall by a tenth of what it was in any of the five
// minutes before and by a fiftieth of what it was in the last, and by one at least.
func (r *reference) letGoGently() {
	for m, floor := range r.kept {
		for u := max(0, m-5); u < m && r.channel.Gentle; u++ {
			floor = max(floor, r.floors[u]-max(1, r.floors[u]/10))
			if u == m-1 {
				floor = max(floor, r.floors[u]-max(1, r.floors[u]/50))
			}
		}
		r.floors = append(r.floors, floor)
	}
}

// TestFloorsAreThoseOfTheFormula holds the planner against the reference.
func TestFloorsAreThoseOfTheFormula(t *testing.T) {
	manyNights(t, 40, func(t *testing.T, night Input, dice *rand.Rand) { compareWithReference(t, night, dice) })
}

func compareWithReference(t *testing.T, night Input, dice *rand.Rand) {
	t.Helper()
	begins := nightBegins.Add(time.Duration(dice.IntN(36*60)) * time.Minute)
	p, whole := Make(night, begins, All), Make(night, nightBegins, All)
	paces := shares(night.sound().StartsPerMinute, night.sound().Channels)
	for i, channel := range night.sound().Channels {
		caps := capsOf(whole.Channels[i], nightBegins, nightEnds)
		want := newReference(channel, caps, paces[i], night.Campaigns)
		skip := minuteOf(begins) - want.first
		for m, got := range everyMinute(p.Channels[i], begins, nightEnds) {
			if want := want.floors[int64(m)+skip]; got.Replicas != want {
				t.Fatalf("%s at %v: %v, want %d\n%s", channel.Name, instant(minuteOf(begins)+int64(m)), got, want, say(night))
			}
		}
	}
}
