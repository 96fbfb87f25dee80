/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feasibility

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// Case is one campaign's opening and all that a verdict on it rests on.
type Case struct {
	Set      declared.Set
	Campaign *v1alpha1.Campaign
	Now      time.Time

	// Opening in force.
	Opening declared.Resolved
	// Since is when the opening became known.
	Since time.Time
	// ReadyBy and KeepUntil lie around the opening.
	ReadyBy, KeepUntil time.Time
	// Launches of the channels of the forecast, in its order.
	Launches []Launch
}

// Launch is what the opening needs of one channel, and what is known of it.
type Launch struct {
	Channel string
	// Planned says that the channel exists and what follows is set.
	Planned bool
	plan.Launch
	// Proved is when the peak floor was Ready; the zero time if it was not.
	Proved time.Time
}

// Of is the case of a campaign whose status remembers the declared opening, with
// the launches of each channel as the plan has them. An error says that no
// opening is in force, and why.
func NewCase(set declared.Set, c *v1alpha1.Campaign, launches map[string][]plan.Launch, now time.Time) (Case, error) {
	resolved, err := declared.InForce(c, set.Platform)
	if err != nil {
		return Case{}, err
	}
	spec := set.Platform.Spec.Launch
	out := Case{
		Set: set, Campaign: c, Now: now,
		Opening:   resolved,
		Since:     declared.AnnouncedSince(c, resolved),
		ReadyBy:   resolved.OpensAt.Add(-time.Duration(spec.ReadyBeforeMinutes) * time.Minute),
		KeepUntil: resolved.OpensAt.Add(time.Duration(spec.KeepPeakMinutes) * time.Minute),
	}
	for _, share := range c.Spec.Forecast.ChannelShares {
		l := Launch{Channel: share.Channel}
		for _, of := range launches[share.Channel] {
			// A moved opening may keep a launch at the old instant.
			if of.Campaign == c.Name && of.Opens.Equal(resolved.OpensAt) {
				l.Launch, l.Planned = of, true
			}
		}
		if l.KeepUntil.After(out.KeepUntil) { // by as much as it was paused
			out.KeepUntil = l.KeepUntil
		}
		out.Launches = append(out.Launches, l)
	}
	for i, l := range out.Launches {
		out.Launches[i] = out.recalled(l)
	}
	return out, nil
}

// recalled is a launch with what the status remembers of it. Once the peak has
// been kept long enough, the launch is over and its record does not change: what
// is declared afterwards is about other openings.
func (c *Case) recalled(l Launch) Launch {
	before, ok := c.remembered(l.Channel)
	if !ok {
		return l
	}
	if c.reached(c.KeepUntil) && before.PeakFloor > 0 {
		l.Planned = true
		l.Peak, l.Share = int(before.PeakFloor), 0
		if before.Share != nil {
			l.Share = int(*before.Share)
		}
		l.RampStarts = timeOf(before.RampStartsAt)
	}
	// From the opening on what was proved is what people met.
	if c.reached(c.Opening.OpensAt) || l.Peak <= int(before.PeakFloor) {
		l.Proved = timeOf(before.ProvedReadyAt)
	}
	return l
}

// remembered is what the status says of a channel's launch for this opening.
func (c *Case) remembered(channel string) (before v1alpha1.ChannelLaunch, ok bool) {
	if !c.sameOpening() {
		return v1alpha1.ChannelLaunch{}, false
	}
	for _, launch := range c.Campaign.Status.Channels {
		if launch.Channel == channel {
			return launch, true
		}
	}
	return v1alpha1.ChannelLaunch{}, false
}

// sameOpening says that the status speaks of the opening in force.
func (c *Case) sameOpening() bool {
	at := c.Campaign.Status.OpensAt
	return at != nil && at.Time.Equal(c.Opening.OpensAt)
}

// inPast says that the opening was already over when it was first seen.
func (c *Case) inPast() bool { return !c.Since.Before(c.Opening.OpensAt) }

// proved says that every channel was.
func (c *Case) proved() bool {
	for _, l := range c.Launches {
		if l.Proved.IsZero() {
			return false
		}
	}
	return len(c.Launches) > 0
}

func (c *Case) reached(t time.Time) bool { return !t.IsZero() && !c.Now.Before(t) }

func timeOf(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
