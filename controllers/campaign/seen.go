/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

const (
	// lookAhead is how long before it is to be Ready a channel that needs no ramp
	// is looked at. It is no less than the longest time between two looks.
	lookAhead = 10 * time.Minute
	// longestLaunch is how long after the opening pods may still prove what
	// happened while nobody was watching.
	longestLaunch = 24 * time.Hour
)

// seen is one campaign at one instant: what was read, and what follows from it.
type seen struct {
	campaign *v1alpha1.Campaign
	now      time.Time

	// set is nil if there is no such platform.
	set *declared.Set
	// invalid says what is wrong with the declared opening or closing.
	invalid error
	// announced is the memory of openings, with the declared one in it.
	announced []v1alpha1.AnnouncedOpening
	// pauses is the memory of pauses, with the declared one in it.
	pauses []v1alpha1.PausedSpan

	// stands says that an opening is in force; without one nothing below is set.
	stands  bool
	opening declared.Resolved
	// since is when the opening became known.
	since time.Time
	// readyBy and keepUntil lie around the opening.
	readyBy, keepUntil time.Time
	// launches of the channels of the forecast, in its order; planned is the case
	// that they come from, without what the pods say now.
	launches []launch
	planned  feasibility.Case
	// launching is what is being launched of it now, at a moved opening's old instant too.
	launching condition.Launching
	// hubs at which the campaign's people may be served; selector says what is
	// wrong with how they are chosen.
	hubs     []string
	selector error
	// outdated says why booking pods do not know it as it is declared, shut why they
	// take no bookings by what they know. "" where it is published.
	outdated, shut string
}

// look derives everything from a platform's set. It does not look at pods.
func (s *seen) look(set declared.Set) {
	s.set = &set
	c := s.campaign
	s.announced, s.pauses = c.Status.Announced, declared.Pauses(c, s.now)
	resolved, err := declared.Resolve(c, set.Platform)
	s.invalid = err
	if err == nil {
		s.announced = declared.Announce(c.Status.Announced, resolved, s.now)
	}
	if s.opening, err = declared.InForce(c, set.Platform); err != nil {
		return
	}
	s.stands = true
	s.hubs, s.selector = set.HubsFor(c)
	announced := c.DeepCopy()
	announced.Status.Announced, announced.Status.Pauses = s.announced, s.pauses
	set = set.Replace(announced)
	input, planned := set.Input(s.now), map[string][]plan.Launch{}
	if channels := channelsOf(c); len(channels) > 0 {
		planned = plan.Launches(input, channels...)
	}
	s.launching = condition.LaunchingAt(s.now, condition.LaunchesOf(c.Name, planned))
	if s.planned, err = feasibility.Of(set, announced, planned, s.now); err != nil {
		s.stands = false
		return
	}
	s.since, s.readyBy, s.keepUntil = s.planned.Since, s.planned.ReadyBy, s.planned.KeepUntil
	for _, of := range s.planned.Launches {
		l := launch{Launch: of}
		if s.awaits(l) && !l.Proved.IsZero() {
			channel, _ := plan.Of(input, l.Channel, s.now, 1)
			l.floor = channel.Floor.Replicas
		}
		s.launches = append(s.launches, l)
	}
}

// channelsOf the forecast.
func channelsOf(c *v1alpha1.Campaign) []string {
	var names []string
	for _, share := range c.Spec.Forecast.ChannelShares {
		names = append(names, share.Channel)
	}
	return names
}

// next is when the status may change although nothing else does, or the zero time.
func (s *seen) next() time.Time {
	if !s.stands {
		return time.Time{}
	}
	instants := []time.Time{s.opening.OpensAt, s.opening.ClosesAt, s.readyBy, s.keepUntil, s.launching.Next}
	for _, l := range s.launches {
		instants = append(instants, s.awaitedFrom(l))
	}
	var first time.Time
	for _, t := range instants {
		if t.After(s.now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// inPast says that the opening was already over when it was first seen.
func (s *seen) inPast() bool { return !s.since.Before(s.opening.OpensAt) }

// reached says that an instant has come; the zero time never does.
func (s *seen) reached(t time.Time) bool { return !t.IsZero() && !s.now.Before(t) }
