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
)

// Input is what one platform's plan is made from. The order of its lists does not matter.
type Input struct {
	// StartsPerMinute is the pace of all ramps together, in pods.
	StartsPerMinute int
	Channels        []Channel
	Campaigns       []Campaign
}

// Channel is a way to book and what bounds it. Replicas throughout.
type Channel struct {
	Name string
	// Base is the floor outside every window; Max is never exceeded.
	Base, Max int
	// LoadPerReplica is what one replica bears at the target utilisation, in
	// thousandths of a request per second; of an Erlang where Desk is set.
	LoadPerReplica int64
	// Session is what one person does; its Length is the handle time where Desk is set.
	Session demand.Session
	// Desk is how many replicas the rostered agents of a call centre need; 0 for
	// other channels. It does not depend on how many campaigns open.
	Desk int
	// StartUp is how long a pod takes to be Ready, as learned; never counted below two minutes.
	StartUp time.Duration
	// Gentle limits how fast the floor falls, for channels that somebody else's autoscaler drives.
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
	// Forecast of all channels together; its SharePercent is not used.
	Forecast demand.Forecast
	// Shares of the people by channel name, in percent.
	Shares map[string]int
}

// Plan is the floor of every channel over time.
type Plan struct {
	// Now is the instant that the plan was made for. Everything in it holds until Next.
	Now time.Time
	// Next is the first instant after Now at which anything changes: a floor, a
	// reason, or which part of its launch a campaign is in (ramp, Ready, open,
	// past its peak, closed or a day old). Zero if nothing ever will.
	Next time.Time
	// Channels are sorted by name.
	Channels []ChannelPlan
}

// ChannelPlan is the floor of one channel.
type ChannelPlan struct {
	Name string
	// Floor in force now, with its reason.
	Floor Floor
	// Cap is the most that may run now; it bounds the autoscaler as well.
	Cap int
	// Steps are the changes to come, soonest first.
	Steps []Step
	// Launches of the campaigns that use the channel, by campaign name.
	Launches []Launch
}

// Step is a floor and the whole minute from which it holds.
type Step struct {
	At    time.Time
	Floor Floor
}

// All asks Make for every step there is.
const All = 0

// firstMinute and lastMinute lie around every opening that counts.
var firstMinute, lastMinute = minuteOf(time.Time{}), minuteOf(time.Date(10_001, 1, 1, 0, 0, 0, 0, time.UTC))

// Make is the plan at now. It lists at most so many steps for each channel, or All.
func Make(in Input, now time.Time, steps int) Plan {
	in = in.sound()
	paces := shares(in.StartsPerMinute, in.Channels)
	p := Plan{Now: now}
	for i, channel := range in.Channels {
		line := newTimeline(channel, paces[i], in.Campaigns)
		c := ChannelPlan{Name: channel.Name, Cap: channel.Max, Launches: line.launches()}
		c.Floor, c.Steps = line.walk(clamp(minuteOf(now), firstMinute, lastMinute), steps)
		if len(c.Steps) > 0 {
			p.Next = earlier(p.Next, c.Steps[0].At)
		}
		for _, launch := range c.Launches {
			p.Next = earlier(p.Next, firstAfter(now, launch.RampStarts, launch.ReadyBy))
		}
		p.Channels = append(p.Channels, c)
	}
	for _, campaign := range in.Campaigns {
		opens := campaign.Opens
		p.Next = earlier(p.Next, firstAfter(now, opens, campaign.Closes,
			opens.Add(-campaign.ReadyBefore), opens.Add(campaign.KeepPeak), opens.Add(longestWindow)))
	}
	return p
}

// Channel is the plan of one channel.
func (p Plan) Channel(name string) (ChannelPlan, bool) {
	i, found := slices.BinarySearchFunc(p.Channels, name, func(c ChannelPlan, name string) int { return cmp.Compare(c.Name, name) })
	if !found {
		return ChannelPlan{}, false
	}
	return p.Channels[i], true
}

// sound is the input with its lists in order and every number within what the
// API allows, so that nothing below can overflow or divide by zero. A campaign
// that opens in no year that can be written is left out.
func (in Input) sound() Input {
	const mostReplicas, longest = 10_000, 24 * time.Hour
	out := Input{StartsPerMinute: clamp(in.StartsPerMinute, 1, mostReplicas)}
	for _, c := range in.Channels {
		c.Max = clamp(c.Max, 1, mostReplicas)
		c.Base = clamp(c.Base, 1, c.Max)
		c.Desk = clamp(c.Desk, 0, mostReplicas)
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
		out.Campaigns = append(out.Campaigns, c)
	}
	slices.SortFunc(out.Channels, func(a, b Channel) int {
		return orInWords(cmp.Compare(a.Name, b.Name), a, b)
	})
	slices.SortFunc(out.Campaigns, func(a, b Campaign) int {
		return orInWords(cmp.Or(a.Opens.Compare(b.Opens), cmp.Compare(a.Name, b.Name)), a, b)
	})
	return out
}

// orInWords gives an order even to two things that should not be there both.
func orInWords(order int, a, b any) int {
	if order != 0 {
		return order
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}

func clamp[T cmp.Ordered](x, least, most T) T { return min(max(x, least), most) }

// earlier is the earlier of two instants, where the zero time means never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// firstAfter is the first of the instants that lies after now, or the zero time.
func firstAfter(now time.Time, instants ...time.Time) time.Time {
	var first time.Time
	for _, t := range instants {
		if !t.IsZero() && t.After(now) {
			first = earlier(first, t)
		}
	}
	return first
}
