/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// open returns the condition Open: may people book now?
func (w *wanted) open() condition.Verdict {
	opened := !w.openedAt().IsZero()
	reason := w.campaign.Spec.Pause.Reason
	switch {
	case !w.inForce:
		return condition.False(v1alpha1.ReasonInvalidSpec, "without an opening nothing opens")
	case w.reached(w.opening.ClosesAt):
		return condition.False(v1alpha1.ReasonClosed, "closed at "+w.planned.Clock(w.opening.ClosesAt))
	case reason != "" && opened:
		return condition.False(v1alpha1.ReasonPaused, "no new bookings are taken: "+reason)
	case reason != "":
		return condition.False(v1alpha1.ReasonPaused, "the opening is held: "+reason)
	case w.opening.Held:
		return condition.False(v1alpha1.ReasonInvalidSpec, "the opening is held until spec.opening is corrected")
	case w.shut != "" && w.reached(w.opening.OpensAt):
		return condition.False(v1alpha1.ReasonNotPublished, w.shut)
	case !opened:
		return condition.False(v1alpha1.ReasonNotYetOpen, "opens "+w.opening.Words)
	case w.inPast():
		return condition.True(v1alpha1.ReasonOpenedInThePast,
			"open; the opening was already over when it was first seen at "+w.planned.Clock(w.since))
	}
	return condition.True(v1alpha1.ReasonOpened, "open since "+w.planned.Clock(w.openedAt()))
}

// openedAt returns when the campaign opened, or the zero time. Doors open by the clock,
// so it is the opening's own instant, unless the opening was held or not yet known,
// here or to booking pods. An opened campaign stays opened.
func (w *wanted) openedAt() time.Time {
	if opened := w.campaign.Status.OpenedAt; opened != nil {
		return opened.UTC()
	}
	if !w.inForce || w.opening.Held || w.campaign.Spec.Pause.Reason != "" || w.shut != "" {
		return time.Time{}
	}
	at := opening.Later(w.opening.OpensAt, w.since)
	if w.wasHeld() {
		at = opening.Later(at, w.now.Truncate(time.Second))
	}
	closes := w.opening.ClosesAt
	if w.now.Before(at) || (!closes.IsZero() && !at.Before(closes)) {
		return time.Time{}
	}
	return at
}

// wasHeld reports whether the opening was held until now, or unknown to booking pods.
func (w *wanted) wasHeld() bool {
	before := meta.FindStatusCondition(w.campaign.Status.Conditions, v1alpha1.ConditionOpen)
	holds := []string{v1alpha1.ReasonPaused, v1alpha1.ReasonInvalidSpec, v1alpha1.ReasonNotPublished}
	return before != nil && slices.Contains(holds, before.Reason)
}
