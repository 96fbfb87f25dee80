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
	// near is the distance at which the next opening takes over the board from the current
	// one.
	near = 30 * time.Minute
	// lookAhead is the time before its deadline at which a channel without a ramp is judged.
	lookAhead = 10 * time.Minute
	// remembered is the time for which a held opening stays on the board after its instant.
	remembered = 24 * time.Hour
)

// focus is the opening that the board is about: the campaigns that open at one time.
type focus struct {
	campaigns []*v1alpha1.Campaign
	opensAt   time.Time
}

// none reports that there is no opening.
func (f focus) none() bool { return len(f.campaigns) == 0 }

// openings returns the platform's openings, soonest first, without closed campaigns.
func (s view) openings() []focus {
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

// focus chooses an opening: one that is near or ramping, else the current one, else one
// that is held past its time, else the next.
func (s view) focus() focus {
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

// ramps reports whether a ramp for the opening has begun.
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

// paused returns the reason if every campaign of the opening is held, or "".
func (f focus) paused() string {
	reason := ""
	for _, c := range f.campaigns {
		if reason = heldBy(c); reason == "" {
			return ""
		}
	}
	return reason
}

// heldBy returns what holds a campaign: a pause, or an error in the declaration that was to
// replace its opening.
func heldBy(c *v1alpha1.Campaign) string {
	open := conditionOf(c.Status.Conditions, v1alpha1.ConditionOpen)
	if c.Spec.Pause.Reason == "" && open.Status == metav1.ConditionFalse && open.Reason == v1alpha1.ReasonInvalidSpec {
		return open.Message
	}
	return c.Spec.Pause.Reason
}

// openedAt returns when its first campaign opened, or the zero time.
func (f focus) openedAt() time.Time {
	var first time.Time
	for _, c := range f.campaigns {
		if at := c.Status.OpenedAt; at != nil && (first.IsZero() || at.Time.Before(first)) {
			first = at.Time
		}
	}
	return first
}

// need holds what all campaigns of the opening need of one channel.
type need struct {
	channel string
	peak    int32
	// ramp is the zero time if the running pods suffice; pods are judged from it, or from
	// shortly before due.
	ramp, due, opensAt time.Time
	// proved is the zero time until every campaign reports proof.
	proved time.Time
	// lost reports that a campaign misses pods since its proof.
	lost bool
}

// needs returns the opening's needs by channel name.
func (f focus) needs(readyBefore time.Duration) map[string]need {
	all := map[string]need{}
	for _, c := range f.campaigns {
		for _, share := range c.Spec.Forecast.ChannelShares {
			n, seen := all[share.Channel]
			n.channel, n.due, n.opensAt = share.Channel, f.opensAt.Add(-readyBefore), f.opensAt
			n = n.with(launchOf(c, share.Channel), !seen)
			all[share.Channel] = n
		}
	}
	return all
}

// counts returns the time from which pods are judged.
func (n need) counts() time.Time {
	if n.ramp.IsZero() {
		return n.due.Add(-lookAhead)
	}
	return n.ramp
}

// with adds one campaign's launch.
func (n need) with(l v1alpha1.ChannelLaunch, first bool) need {
	n.peak, n.lost = max(n.peak, l.PeakFloor), n.lost || l.LostAt != nil
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

// Nearest returns the platform whose opening is nearest to now, before or after.
func (s Scene) Nearest(now time.Time) Place {
	places := s.Places()
	var nearest Place
	shortest := time.Duration(-1)
	for _, at := range places {
		v, _ := s.view(at, now)
		f := v.focus()
		if length := f.opensAt.Sub(now).Abs(); !f.none() && (shortest < 0 || length < shortest) {
			nearest, shortest = at, length
		}
	}
	if shortest < 0 && len(places) > 0 {
		return places[0]
	}
	return nearest
}

// OfPlatform returns the scene with only the platforms of one name; "" is any.
func (s Scene) OfPlatform(name string) Scene {
	if name == "" {
		return s
	}
	s.Platforms = slices.DeleteFunc(slices.Clone(s.Platforms), func(p v1alpha1.BookingPlatform) bool { return p.Name != name })
	return s
}
