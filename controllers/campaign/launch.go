/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// launch is what the opening needs of one channel, and what is known of it.
type launch struct {
	channel string
	// planned says that the channel exists and Launch is set.
	planned bool
	plan.Launch
	// ready are the instants at which the channel's pods became Ready.
	ready []time.Time
	// proved is when the peak floor was Ready; the zero time if it was not.
	proved time.Time
}

// recalled is a launch with what the status remembers of it. Once the peak has
// been kept long enough, the launch is over and its record does not change: what
// is declared afterwards is about other openings.
func (s *seen) recalled(l launch) launch {
	before, ok := s.remembered(l.channel)
	if !ok {
		return l
	}
	if s.reached(s.keepUntil) && before.PeakFloor > 0 {
		l.planned = true
		l.Peak = int(before.PeakFloor)
		l.Share = int(valueOf(before.Share))
		l.RampStarts = timeOf(before.RampStartsAt)
	}
	// From the opening on what was proved is what people met.
	if s.reached(s.opening.OpensAt) || l.Peak <= int(before.PeakFloor) {
		l.proved = timeOf(before.ProvedReadyAt)
	}
	return l
}

// remembered is what the status says of a channel's launch for this opening.
func (s *seen) remembered(channel string) (before v1alpha1.ChannelLaunch, ok bool) {
	if !s.sameOpening() {
		return v1alpha1.ChannelLaunch{}, false
	}
	for _, c := range s.campaign.Status.Channels {
		if c.Channel == channel {
			return c, true
		}
	}
	return v1alpha1.ChannelLaunch{}, false
}

// awaitedFrom is when pods begin to count for a launch.
func (s *seen) awaitedFrom(l launch) time.Time {
	if l.RampStarts.IsZero() {
		return s.readyBy.Add(-lookAhead)
	}
	return l.RampStarts
}

// awaits says that a channel's pods may prove something that is not yet known.
func (s *seen) awaits(l launch) bool {
	return l.planned && l.proved.IsZero() &&
		s.reached(s.awaitedFrom(l)) && !s.reached(s.opening.OpensAt.Add(longestLaunch))
}

// prove looks at the pods that were read.
func (s *seen) prove() {
	for i := range s.launches {
		if l := &s.launches[i]; l.proved.IsZero() {
			l.proved = provedAt(l.ready, l.Peak, s.keepUntil)
		}
	}
}

// provedAt is the instant at which so many pods were Ready, given when each of
// them became it, in order: that of the last one needed. The zero time if there
// are too few, or were by the deadline.
func provedAt(ready []time.Time, peak int, deadline time.Time) time.Time {
	if peak < 1 || len(ready) < peak || ready[peak-1].After(deadline) {
		return time.Time{}
	}
	return ready[peak-1]
}

// lastProved is when the last channel was proved Ready, if all were.
func (s *seen) lastProved() (last time.Time, all bool) {
	for _, l := range s.launches {
		if l.proved.IsZero() {
			return time.Time{}, false
		}
		if l.proved.After(last) {
			last = l.proved
		}
	}
	return last, len(s.launches) > 0
}

// lateSeconds is how much too late the last channel was proved; nil until all are.
func (s *seen) lateSeconds() *int64 {
	last, all := s.lastProved()
	if !all {
		return nil
	}
	late := max(0, int64(last.Sub(s.readyBy)/time.Second))
	return &late
}

// channels are the launches as the status lists them.
func (s *seen) channels() []v1alpha1.ChannelLaunch {
	var out []v1alpha1.ChannelLaunch
	for _, l := range s.launches {
		entry := v1alpha1.ChannelLaunch{Channel: l.channel}
		if l.planned {
			share := int32(l.Share)
			entry.PeakFloor, entry.Share = int32(l.Peak), &share
			entry.RampStartsAt, entry.ProvedReadyAt = instant(l.RampStarts), instant(l.proved)
		}
		out = append(out, entry)
	}
	return out
}

// instant is a time for a status; nil for the zero time.
func instant(t time.Time) *metav1.Time {
	if t.IsZero() {
		return nil
	}
	return &metav1.Time{Time: t.UTC()}
}

func timeOf(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func valueOf(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}
