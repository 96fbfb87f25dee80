/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"
	"strings"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
)

// prescaled returns the condition Prescaled: is every channel proved Ready for the
// opening? Until the end of the launch it quotes channels in trouble.
func (w *wanted) prescaled() condition.Verdict {
	verdict := w.proved()
	if w.inForce && !w.reached(w.keepUntil) {
		for _, l := range w.launches {
			if channel, ok := w.set.Channel(l.Channel); ok {
				if trouble := v1alpha1.Trouble(channel); trouble != "" {
					verdict.Message += fmt.Sprintf("; %s: %s", l.Channel, trouble)
				}
			}
		}
	}
	return verdict
}

// proved returns the verdict by what the pods have proved.
func (w *wanted) proved() condition.Verdict {
	if !w.inForce {
		return condition.Unknown(v1alpha1.ReasonInvalidSpec, "without an opening there is nothing to be Ready for")
	}
	if len(w.launches) == 0 {
		return condition.Unknown(v1alpha1.ReasonNoForecast, "without spec.forecast there is nothing to prove")
	}
	if _, all := w.lastProved(); all {
		if lost := w.lost(); lost != "" {
			return condition.False(v1alpha1.ReasonCapacityLost, fmt.Sprintf("%s; but %s", w.proof(), lost))
		}
		return condition.True(v1alpha1.ReasonProvedReady, w.proof())
	}
	switch {
	case !w.since.Before(w.keepUntil):
		return condition.Unknown(v1alpha1.ReasonOpenedInThePast, "the launch was over when the opening was first seen")
	case w.reached(w.keepUntil):
		return condition.False(v1alpha1.ReasonNotProved, fmt.Sprintf("not proved Ready by the end of the launch at %s: %s", w.planned.Clock(w.keepUntil), w.unproved()))
	case w.reached(w.readyBy):
		return condition.False(v1alpha1.ReasonNotProved, fmt.Sprintf("not yet proved Ready, which was due at %s: %s", w.planned.Clock(w.readyBy), w.unproved()))
	}
	first := w.readyBy
	for _, l := range w.launches {
		if l.Planned && !l.RampStarts.IsZero() && l.RampStarts.Before(first) {
			first = l.RampStarts
		}
	}
	if w.reached(first) {
		return condition.False(v1alpha1.ReasonRamping, fmt.Sprintf("to be proved Ready by %s: %s", w.planned.Clock(w.readyBy), w.unproved()))
	}
	return condition.False(v1alpha1.ReasonWaiting, fmt.Sprintf("the ramp starts at %s, to be proved Ready by %s", w.planned.Clock(first), w.planned.Clock(w.readyBy)))
}

// proof describes since when each channel has been Ready, and how late the last one
// was.
func (w *wanted) proof() string {
	words := make([]string, 0, len(w.launches))
	for _, l := range w.launches {
		words = append(words, fmt.Sprintf("%s had %d Ready pods at %s", l.Channel, l.Peak, w.planned.Clock(l.Proved)))
	}
	text := strings.Join(words, ", ")
	last, _ := w.lastProved()
	if late := last.Sub(w.readyBy); late > 0 {
		text += fmt.Sprintf("; %s late", feasibility.Length(late))
	}
	return text
}

// unproved lists the channels that are not proved Ready.
func (w *wanted) unproved() string {
	var words []string
	for _, l := range w.launches {
		switch {
		case !l.Planned:
			words = append(words, l.Channel+" does not exist")
		case l.Proved.IsZero():
			words = append(words, fmt.Sprintf("%s needs %d Ready pods", l.Channel, l.Peak))
		}
	}
	return strings.Join(words, ", ")
}
