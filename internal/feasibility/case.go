/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package feasibility judges, in words, whether the plan meets a campaign's forecast
// within every limit, and whether a roster and the supply are sufficient. The
// operator's conditions and the command line use the same words, so a pull request and
// the cluster never disagree.
//
// A verdict is about one opening. It depends on the plan and on what the campaign's
// status remembers: without a status, nothing was ever proved, and the opening
// is announced now.
package feasibility

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// Case is one campaign's opening, with everything that the verdict depends on.
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

// Launch holds what the opening needs of one channel, and what its pods have proved.
type Launch struct {
	Channel string
	// Planned is true if the channel exists; only then the embedded Launch is set.
	Planned bool
	plan.Launch
	// Proved is when the pods reached the peak floor; the zero time if they have not.
	Proved time.Time
	// Lost is when Ready pods were first found missing after that; the zero time if none
	// are.
	Lost time.Time
}

// NewCase returns the case of a campaign whose status remembers the declared opening.
// launches are the plan's, by channel. It fails if no opening is in force.
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

// recalled completes a launch from the campaign's status. Once the peak has been kept
// long enough, the launch is over and its record is final: later declarations concern
// other openings.
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
	// From the opening on, proof is final: people have met that capacity.
	if c.reached(c.Opening.OpensAt) || l.Peak <= int(before.PeakFloor) {
		l.Proved, l.Lost = timeOf(before.ProvedReadyAt), timeOf(before.LostAt)
	}
	return l
}

// remembered returns the status of a channel's launch for this opening.
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

// sameOpening reports whether the status is about the opening in force.
func (c *Case) sameOpening() bool {
	at := c.Campaign.Status.OpensAt
	return at != nil && at.Time.Equal(c.Opening.OpensAt)
}

// inPast reports whether the opening was already over when it was first seen.
func (c *Case) inPast() bool { return !c.Since.Before(c.Opening.OpensAt) }

// proved reports whether every channel was proved Ready.
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
