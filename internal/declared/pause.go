/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package declared

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// mostPauses limits the memory of pauses.
const mostPauses = 8

// Pauses returns a campaign's memory of pauses, updated with spec.pause, newest last: a
// pause missing from the status began now, and one missing from the spec ended now.
func Pauses(c *v1alpha1.Campaign, now time.Time) []v1alpha1.PausedSpan {
	memory := c.Status.Pauses
	last := len(memory) - 1
	lasts := last >= 0 && memory[last].Until == nil
	paused := c.Spec.Pause.Reason != ""
	if lasts == paused {
		return memory
	}
	at := &metav1.Time{Time: now.Truncate(time.Second)}
	if paused {
		memory = append(memory[:last+1:last+1], v1alpha1.PausedSpan{From: at})
		return memory[max(0, len(memory)-mostPauses):]
	}
	return append(memory[:last:last], v1alpha1.PausedSpan{From: memory[last].From, Until: at})
}

// spans converts pauses for the planner.
func spans(pauses []v1alpha1.PausedSpan) []plan.Span {
	var out []plan.Span
	for _, p := range pauses {
		span := plan.Span{From: p.From.UTC()}
		if p.Until != nil {
			span.Until = p.Until.UTC()
		}
		out = append(out, span)
	}
	return out
}
