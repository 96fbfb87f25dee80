/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// open says whether people may book now.
func (s *seen) open() verdict {
	no := func(reason, message string) verdict { return verdict{metav1.ConditionFalse, reason, message} }
	opened := !s.openedAt().IsZero()
	reason := s.campaign.Spec.Pause.Reason
	switch {
	case !s.stands:
		return no(v1alpha1.ReasonInvalidSpec, "without an opening nothing opens")
	case s.reached(s.opening.ClosesAt):
		return no(v1alpha1.ReasonClosed, "closed at "+s.planned.Clock(s.opening.ClosesAt))
	case reason != "" && opened:
		return no(v1alpha1.ReasonPaused, "no new bookings are taken: "+reason)
	case reason != "":
		return no(v1alpha1.ReasonPaused, "the opening is held: "+reason)
	case s.opening.Held:
		return no(v1alpha1.ReasonInvalidSpec, "the opening is held until spec.opening is corrected")
	case s.shut != "" && s.reached(s.opening.OpensAt):
		return no(v1alpha1.ReasonNotPublished, s.shut)
	case !opened:
		return no(v1alpha1.ReasonNotYetOpen, "opens "+s.opening.Words)
	case s.inPast():
		return verdict{metav1.ConditionTrue, v1alpha1.ReasonOpenedInThePast,
			"open; the opening was already over when it was first seen at " + s.planned.Clock(s.since)}
	}
	return verdict{metav1.ConditionTrue, v1alpha1.ReasonOpened, "open since " + s.planned.Clock(s.openedAt())}
}

// openedAt is when the campaign opened, or the zero time. Doors open by the
// clock, so it is the opening's own instant, unless that was not yet known, here
// or to booking pods, or was held; and what has opened has opened for good.
func (s *seen) openedAt() time.Time {
	if opened := s.campaign.Status.OpenedAt; opened != nil {
		return opened.UTC()
	}
	if !s.stands || s.opening.Held || s.campaign.Spec.Pause.Reason != "" || s.shut != "" {
		return time.Time{}
	}
	at := latest(s.opening.OpensAt, s.since)
	if s.wasHeld() {
		at = latest(at, s.now.Truncate(time.Second))
	}
	closes := s.opening.ClosesAt
	if s.now.Before(at) || (!closes.IsZero() && !at.Before(closes)) {
		return time.Time{}
	}
	return at
}

// wasHeld says that the opening was held until now, or that pods did not know it.
func (s *seen) wasHeld() bool {
	before := meta.FindStatusCondition(s.campaign.Status.Conditions, v1alpha1.ConditionOpen)
	holds := []string{v1alpha1.ReasonPaused, v1alpha1.ReasonInvalidSpec, v1alpha1.ReasonNotPublished}
	return before != nil && slices.Contains(holds, before.Reason)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
