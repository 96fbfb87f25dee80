/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
)

// launch is what the opening needs of one channel, and what its pods say.
type launch struct {
	feasibility.Launch
	// ready are the instants at which the channel's pods became Ready.
	ready []time.Time
	// floor of the channel now, once it was proved: an earlier opening's peak may be over.
	floor int
}

// awaitedFrom is when pods begin to count for a launch.
func (s *seen) awaitedFrom(l launch) time.Time {
	if l.RampStarts.IsZero() {
		return s.readyBy.Add(-lookAhead)
	}
	return l.RampStarts
}

// awaits says that a channel's pods may prove something that is not yet known,
// or until the opening, that what was proved is there no more.
func (s *seen) awaits(l launch) bool {
	until := s.opening.OpensAt
	if l.Proved.IsZero() {
		until = until.Add(longestLaunch)
	}
	return l.Planned && s.reached(s.awaitedFrom(l)) && !s.reached(until)
}

// lost says which channels were proved Ready and are no more, before the opening.
func (s *seen) lost() string {
	var words []string
	for _, l := range s.launches {
		if due := min(l.Peak, l.floor); s.awaits(l) && !l.Proved.IsZero() && len(l.ready) < due {
			words = append(words, fmt.Sprintf("%s has %d Ready pods of %d", l.Channel, len(l.ready), due))
		}
	}
	return strings.Join(words, ", ")
}

// prove looks at the pods that were read.
func (s *seen) prove() {
	for i := range s.launches {
		if l := &s.launches[i]; l.Proved.IsZero() {
			l.Proved = provedAt(l.ready, l.Peak, s.keepUntil)
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
		if l.Proved.IsZero() {
			return time.Time{}, false
		}
		if l.Proved.After(last) {
			last = l.Proved
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
		entry := v1alpha1.ChannelLaunch{Channel: l.Channel}
		if l.Planned {
			share := int32(l.Share)
			entry.PeakFloor, entry.Share = int32(l.Peak), &share
			entry.RampStartsAt, entry.ProvedReadyAt = instant(l.RampStarts), instant(l.Proved)
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
