/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
)

// prescaled says whether every channel is proved Ready for the opening.
func (s *seen) prescaled() verdict {
	if !s.stands {
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonInvalidSpec, "without an opening there is nothing to be Ready for"}
	}
	if len(s.launches) == 0 {
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonNoForecast, "without spec.forecast there is nothing to prove"}
	}
	if _, all := s.lastProved(); all {
		if lost := s.lost(); lost != "" {
			return verdict{metav1.ConditionFalse, v1alpha1.ReasonCapacityLost, fmt.Sprintf("%s; but now %s", s.proof(), lost)}
		}
		return verdict{metav1.ConditionTrue, v1alpha1.ReasonProvedReady, s.proof()}
	}
	no := func(reason, message string) verdict { return verdict{metav1.ConditionFalse, reason, message} }
	switch {
	case !s.since.Before(s.keepUntil):
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonOpenedInThePast, "the launch was over when the opening was first seen"}
	case s.reached(s.keepUntil):
		return no(v1alpha1.ReasonNotProved, fmt.Sprintf("not proved Ready by the end of the launch at %s: %s", s.planned.Clock(s.keepUntil), s.unproved()))
	case s.reached(s.readyBy):
		return no(v1alpha1.ReasonNotProved, fmt.Sprintf("not yet proved Ready, which was due at %s: %s", s.planned.Clock(s.readyBy), s.unproved()))
	}
	first := s.readyBy
	for _, l := range s.launches {
		if l.Planned && !l.RampStarts.IsZero() && l.RampStarts.Before(first) {
			first = l.RampStarts
		}
	}
	if s.reached(first) {
		return no(v1alpha1.ReasonRamping, fmt.Sprintf("to be proved Ready by %s: %s", s.planned.Clock(s.readyBy), s.unproved()))
	}
	return no(v1alpha1.ReasonWaiting, fmt.Sprintf("the ramp starts at %s, to be proved Ready by %s", s.planned.Clock(first), s.planned.Clock(s.readyBy)))
}

// proof says since when each channel has been Ready, and how late the last was.
func (s *seen) proof() string {
	words := make([]string, 0, len(s.launches))
	for _, l := range s.launches {
		words = append(words, fmt.Sprintf("%s had %d Ready pods at %s", l.Channel, l.Peak, s.planned.Clock(l.Proved)))
	}
	text := strings.Join(words, ", ")
	last, _ := s.lastProved()
	if late := last.Sub(s.readyBy); late > 0 {
		text += fmt.Sprintf("; %s late", feasibility.Length(late))
	}
	return text
}

// unproved names the channels that are not proved Ready.
func (s *seen) unproved() string {
	var words []string
	for _, l := range s.launches {
		switch {
		case !l.Planned:
			words = append(words, l.Channel+" does not exist")
		case l.Proved.IsZero():
			words = append(words, fmt.Sprintf("%s needs %d Ready pods", l.Channel, l.Peak))
		}
	}
	return strings.Join(words, ", ")
}
