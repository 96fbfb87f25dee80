/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

const (
	// near is how close an opening takes the board over from one that is under way.
	near = 30 * time.Minute
	// lookAhead is how long before it is due a channel that needs no ramp is looked at.
	lookAhead = 10 * time.Minute
	// remembered is how long an opening that is held past its instant stays on the board.
	remembered = 24 * time.Hour
)

// focus is the opening that the board is about: the campaigns that open at one instant.
type focus struct {
	campaigns []*v1alpha1.Campaign
	opensAt   time.Time
}

// none says that there is no opening to look at.
func (f focus) none() bool { return len(f.campaigns) == 0 }

// openings of the platform, soonest first, without those of campaigns that have closed.
func (s stand) openings() []focus {
	var all []focus
	for _, c := range s.campaigns {
		status := c.Status
		if status.OpensAt == nil || (status.ClosesAt != nil && !s.now.Before(status.ClosesAt.Time)) {
			continue
		}
		at := status.OpensAt.Time
		i := slices.IndexFunc(all, func(f focus) bool { return f.opensAt.Equal(at) })
		if i < 0 {
			i, all = len(all), append(all, focus{opensAt: at})
		}
		all[i].campaigns = append(all[i].campaigns, c)
	}
	slices.SortFunc(all, func(a, b focus) int { return cmp.Or(a.opensAt.Compare(b.opensAt)) })
	return all
}

// focus chooses an opening: one that is near or ramping, else one that is under
// way, else one that is held past its instant, else the next.
func (s stand) focus() focus {
	var next, under, held focus
	for _, f := range s.openings() {
		since := s.now.Sub(f.opensAt)
		switch {
		case since < 0 && next.none():
			next = f
		case since < 0:
		case since < s.keepPeak():
			under = f
		case since < remembered && f.paused() != "" && f.openedAt().IsZero():
			held = f
		}
	}
	if !next.none() && (next.opensAt.Sub(s.now) <= near || next.ramps(s.now)) {
		return next
	}
	for _, f := range []focus{under, held} {
		if !f.none() {
			return f
		}
	}
	return next
}

// ramps says that a ramp for the opening has begun.
func (f focus) ramps(now time.Time) bool {
	for _, c := range f.campaigns {
		for _, l := range c.Status.Channels {
			if l.RampStartsAt != nil && !now.Before(l.RampStartsAt.Time) {
				return true
			}
		}
	}
	return false
}

// paused is what holds the opening if every campaign of it is held, or "".
func (f focus) paused() string {
	reason := ""
	for _, c := range f.campaigns {
		if reason = heldBy(c); reason == "" {
			return ""
		}
	}
	return reason
}

// heldBy says what holds a campaign: a pause or, where another opening was
// declared that cannot be resolved, what is wrong with it.
func heldBy(c *v1alpha1.Campaign) string {
	open := conditionOf(c.Status.Conditions, v1alpha1.ConditionOpen)
	if c.Spec.Pause.Reason == "" && open.Status == metav1.ConditionFalse && open.Reason == v1alpha1.ReasonInvalidSpec {
		return open.Message
	}
	return c.Spec.Pause.Reason
}

// openedAt is when the first campaign of it opened, or the zero time.
func (f focus) openedAt() time.Time {
	var first time.Time
	for _, c := range f.campaigns {
		if at := c.Status.OpenedAt; at != nil && (first.IsZero() || at.Time.Before(first)) {
			first = at.Time
		}
	}
	return first
}

// need is what the opening needs of one channel, all its campaigns together.
type need struct {
	channel string
	peak    int32
	// ramp is the zero time if what runs is enough; pods count from it, or from shortly before due.
	ramp, due, opensAt time.Time
	// proved is the zero time unless every campaign has it proved.
	proved time.Time
	// lost says that a campaign's status speaks of lost capacity.
	lost bool
}

// needs of the opening, by channel name.
func (f focus) needs(readyBefore time.Duration) map[string]need {
	all := map[string]need{}
	for _, c := range f.campaigns {
		for _, share := range c.Spec.Forecast.ChannelShares {
			n, seen := all[share.Channel]
			n.channel, n.due, n.opensAt = share.Channel, f.opensAt.Add(-readyBefore), f.opensAt
			n = n.with(launchOf(c, share.Channel), !seen)
			n.lost = n.lost || conditionOf(c.Status.Conditions, v1alpha1.ConditionPrescaled).Reason == v1alpha1.ReasonCapacityLost
			all[share.Channel] = n
		}
	}
	return all
}

// counts is from when pods count.
func (n need) counts() time.Time {
	if n.ramp.IsZero() {
		return n.due.Add(-lookAhead)
	}
	return n.ramp
}

// with adds one campaign's launch.
func (n need) with(l v1alpha1.ChannelLaunch, first bool) need {
	n.peak = max(n.peak, l.PeakFloor)
	if ramp := l.RampStartsAt; ramp != nil && (n.ramp.IsZero() || ramp.Time.Before(n.ramp)) {
		n.ramp = ramp.Time
	}
	switch proved := l.ProvedReadyAt; {
	case proved == nil:
		n.proved = time.Time{}
	case first, !n.proved.IsZero() && proved.After(n.proved):
		n.proved = proved.Time
	}
	return n
}

func launchOf(c *v1alpha1.Campaign, channel string) v1alpha1.ChannelLaunch {
	for _, l := range c.Status.Channels {
		if l.Channel == channel {
			return l
		}
	}
	return v1alpha1.ChannelLaunch{}
}

// Nearest is the platform whose opening is nearest in time, before or after now.
func (s Scene) Nearest(now time.Time) Place {
	places := s.Places()
	var nearest Place
	shortest := time.Duration(-1)
	for _, at := range places {
		stand, _ := s.stand(at, now)
		f := stand.focus()
		if length := f.opensAt.Sub(now).Abs(); !f.none() && (shortest < 0 || length < shortest) {
			nearest, shortest = at, length
		}
	}
	if shortest < 0 && len(places) > 0 {
		return places[0]
	}
	return nearest
}

// Of is the scene with the platforms of one name alone; "" is any.
func (s Scene) OfPlatform(name string) Scene {
	if name == "" {
		return s
	}
	s.Platforms = slices.DeleteFunc(slices.Clone(s.Platforms), func(p v1alpha1.BookingPlatform) bool { return p.Name != name })
	return s
}
