/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// Input of one platform's plan. The order of its lists does not matter.
type Input struct {
	// StartsPerMinute is the pace of all ramps together, in pods.
	StartsPerMinute int
	// Connections that the store accepts from all channels together; 0: no known limit.
	Connections int
	Channels    []Channel
	Campaigns   []Campaign
}

// Channel is a way to book, with its limits in replicas.
type Channel struct {
	Name string
	// Base is the floor outside every window; Max is never exceeded.
	Base, Max int
	// LoadPerReplica is the load of one replica at the target utilisation, in
	// thousandths of a request per second; of an Erlang for a call centre.
	LoadPerReplica int64
	// Session describes one person's session; a call centre's Length is the handle time.
	Session demand.Session
	// CallCentre is the number of replicas that a call centre's rostered agents need;
	// 0 for other channels. It does not depend on the number of campaigns.
	CallCentre int
	// Connections to the store that one replica holds.
	Connections int
	// StartUp is the learned time until a pod is Ready. At least two minutes count.
	StartUp time.Duration
	// Gentle limits how fast the floor falls, for channels in External mode.
	Gentle bool
}

// Campaign opens to one group of people at one instant.
type Campaign struct {
	Name string
	// Opens is T. Closes is the zero time if the campaign stays open.
	Opens, Closes time.Time
	// Announced is when the opening became known; the zero time if it always was.
	Announced time.Time
	// ReadyBefore and KeepPeak lie around the opening.
	ReadyBefore, KeepPeak time.Duration
	// Pauses in which nobody could book. From the opening on the forecast's clock
	// stops in them.
	Pauses []Span
	// Forecast of all channels together; its SharePercent is not used.
	Forecast demand.Forecast
	// Shares of the people by channel name, in percent.
	Shares map[string]int
}

// Span is a stretch of time. Until is the zero time while it lasts.
type Span struct{ From, Until time.Time }

// Plan is the floor of every channel over time.
type Plan struct {
	// Now is the instant that the plan was made for. Everything in it holds until Next.
	Now time.Time
	// Next is the first instant after Now at which anything changes: a floor, a reason,
	// or the phase of a campaign (ramp, Ready, open, past its peak, closed or a day
	// old). Zero if nothing ever changes.
	Next time.Time
	// Channels are sorted by name.
	Channels []ChannelPlan
}

// ChannelPlan is the floor of one channel.
type ChannelPlan struct {
	Name string
	// Floor in force now, with its reason.
	Floor Floor
	// Cap is the most replicas that may run now; it limits the autoscaler as well.
	Cap int
	// Shared holds the caps of all channels now, by name, if they share the store's
	// connections; nil if the store has enough for all maxima.
	Shared map[string]int
	// Next is the first instant after Now at which the floor, its reason, the cap or
	// the phase of a campaign changes. Zero if nothing ever changes.
	Next time.Time
	// Steps are the coming changes of the floor, soonest first.
	Steps []Step
	// Caps are the coming changes of the cap, soonest first.
	Caps []CapStep
	// Launches returns the launches of some channels, or of all, by channel name. They
	// do not depend on the time.
	Launches []Launch
}

// Step is a floor and the whole minute from which it holds.
type Step struct {
	At    time.Time
	Floor Floor
}

// CapStep is a cap and the whole minute from which it holds.
type CapStep struct {
	At  time.Time
	Cap int
}

// All is the limit of steps for which Make lists every one.
const All = 0

// firstMinute and lastMinute enclose every opening that counts. No plan reaches
// forever.
var (
	firstMinute = minuteOf(time.Time{})
	lastMinute  = minuteOf(forever)
	forever     = time.Date(10_001, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Make returns the plan at now, with at most `steps` steps for each channel, or All.
func Make(in Input, now time.Time, steps int) Plan {
	in = in.sound()
	p := Plan{Now: now}
	lines := in.timelines()
	if len(lines) > 0 {
		p.Channels = make([]ChannelPlan, 0, len(lines))
	}
	for _, line := range lines {
		c := line.plan(now, steps)
		p.Channels, p.Next = append(p.Channels, c), opening.Earliest(p.Next, c.Next)
	}
	for _, c := range in.Campaigns { // those that use no channel, too
		p.Next = opening.Earliest(p.Next, firstAfter(now, c.Opens.Add(-c.ReadyBefore), c.Opens, c.Closes))
	}
	return p
}

// ForChannel returns the plan of one channel at now, as Make does; false if there is no
// such channel.
func ForChannel(in Input, channel string, now time.Time, steps int) (ChannelPlan, bool) {
	for _, line := range in.sound().timelines(channel) {
		return line.plan(now, steps), true
	}
	return ChannelPlan{}, false
}

// Launches of some channels, or of all, by the channel's name. They are the same
// at any time.
func Launches(in Input, channels ...string) map[string][]Launch {
	launches := map[string][]Launch{}
	for _, line := range in.sound().timelines(channels...) {
		launches[line.channel.Name] = line.launches()
	}
	return launches
}

// Caps returns the caps of all channels at now, by name.
func Caps(in Input, now time.Time) map[string]int {
	in = in.sound()
	caps := map[string]int{}
	if !in.shortOfConnections() {
		for _, c := range in.Channels {
			caps[c.Name] = c.Max
		}
		return caps
	}
	for _, line := range in.timelines() {
		caps[line.channel.Name] = line.capIn(clamp(minuteOf(now), firstMinute, lastMinute))
	}
	return caps
}

// timelines returns the timelines of some channels of a sound input, or of all, in its
// order. They depend on each other only if the store is too small for all.
func (in Input) timelines(channels ...string) []*timeline {
	paces, short := shares(in.StartsPerMinute, in.Channels), in.shortOfConnections()
	asked := func(name string) bool { return len(channels) == 0 || slices.Contains(channels, name) }
	lines, powers := make([]*timeline, 0, len(in.Channels)), new(demand.Powers)
	for i, channel := range in.Channels {
		if short || asked(channel.Name) {
			lines = append(lines, newTimeline(channel, paces[i], in.Campaigns, powers))
		}
	}
	if short {
		shareConnections(in.Connections, lines)
		lines = slices.DeleteFunc(lines, func(l *timeline) bool { return !asked(l.channel.Name) })
	}
	for _, line := range lines {
		line.findHolds()
	}
	return lines
}

// plan returns the channel's plan at now.
func (l *timeline) plan(now time.Time, steps int) ChannelPlan {
	m := clamp(minuteOf(now), firstMinute, lastMinute)
	c := ChannelPlan{Name: l.channel.Name, Cap: l.capIn(m), Caps: l.capsAfter(m), Shared: l.shared(m), Launches: l.launches()}
	c.Floor, c.Steps = l.walk(m, steps)
	if len(c.Steps) > 0 {
		c.Next = c.Steps[0].At
	}
	if len(c.Caps) > 0 {
		c.Next = opening.Earliest(c.Next, c.Caps[0].At)
	}
	for _, launch := range c.Launches {
		c.Next = opening.Earliest(c.Next, firstAfter(now, launch.RampStarts, launch.ReadyBy, launch.Opens, launch.KeepUntil, launch.Ends))
	}
	return c
}

// Channel returns the plan of one channel.
func (p Plan) Channel(name string) (ChannelPlan, bool) {
	i, found := slices.BinarySearchFunc(p.Channels, name, func(c ChannelPlan, name string) int { return cmp.Compare(c.Name, name) })
	if !found {
		return ChannelPlan{}, false
	}
	return p.Channels[i], true
}

// sound returns the input with its lists sorted and every number within the API's
// limits, so that nothing below can overflow or divide by zero. It drops campaigns that
// open in a year that cannot be written.
func (in Input) sound() Input {
	const mostReplicas, mostConnections, longest = 10_000, 1 << 30, 24 * time.Hour
	out := Input{
		StartsPerMinute: clamp(in.StartsPerMinute, 1, mostReplicas),
		Connections:     clamp(in.Connections, 0, mostConnections),
		Channels:        make([]Channel, 0, len(in.Channels)),
		Campaigns:       make([]Campaign, 0, len(in.Campaigns)),
	}
	for _, c := range in.Channels {
		c.Max = clamp(c.Max, 1, mostReplicas)
		c.Base = clamp(c.Base, 1, c.Max)
		c.Connections = clamp(c.Connections, 1, mostConnections)
		c.CallCentre = clamp(c.CallCentre, 0, mostReplicas)
		c.LoadPerReplica = max(1, c.LoadPerReplica)
		c.StartUp = clamp(c.StartUp, 0, longest)
		out.Channels = append(out.Channels, c)
	}
	for _, c := range in.Campaigns {
		if year := c.Opens.Year(); year < 2 || year > 9999 {
			continue
		}
		c.ReadyBefore = clamp(c.ReadyBefore, 0, longest)
		c.KeepPeak = clamp(c.KeepPeak, 0, longest)
		if !c.Closes.After(c.Opens) {
			c.Closes = time.Time{}
		}
		c.Pauses = c.standstills()
		out.Campaigns = append(out.Campaigns, c)
	}
	slices.SortFunc(out.Channels, func(a, b Channel) int {
		if order := cmp.Compare(a.Name, b.Name); order != 0 {
			return order
		}
		return compareInWords(a, b)
	})
	slices.SortFunc(out.Campaigns, func(a, b Campaign) int {
		if order := cmp.Or(a.Opens.Compare(b.Opens), cmp.Compare(a.Name, b.Name)); order != 0 {
			return order
		}
		return compareInWords(a, b)
	})
	return out
}

// compareInWords orders even two things that should not both exist.
func compareInWords(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) }

func clamp[T cmp.Ordered](x, least, most T) T { return min(max(x, least), most) }

// firstAfter returns the first of the instants after now, or the zero time.
func firstAfter(now time.Time, instants ...time.Time) time.Time {
	var first time.Time
	for _, t := range instants {
		if !t.IsZero() && t.After(now) && t.Before(forever) {
			first = opening.Earliest(first, t)
		}
	}
	return first
}
