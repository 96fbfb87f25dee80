/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// feasible says whether the plan meets the forecast within every limit. Once the
// launch is over, the last word stands.
func (s *seen) feasible() verdict {
	if !s.stands {
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonInvalidSpec, "without an opening nothing can be planned"}
	}
	if len(s.launches) == 0 {
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonNoForecast, "without spec.forecast nothing can be said"}
	}
	before := meta.FindStatusCondition(s.campaign.Status.Conditions, v1alpha1.ConditionFeasible)
	if s.reached(s.keepUntil) && s.sameOpening() && before != nil {
		return verdict{before.Status, before.Reason, before.Message}
	}
	if capped := s.each(s.capped); capped != "" {
		return verdict{metav1.ConditionFalse, v1alpha1.ReasonCapped, capped}
	}
	if missing := s.set.MissingChannels(s.campaign); len(missing) > 0 {
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonChannelNotFound, s.missing(missing)}
	}
	// What was proved in time needs no plan any more; an opening in the past
	// means "now" and is late on purpose.
	if _, proved := s.lastProved(); !proved && !s.inPast() {
		if late := s.each(s.tooLate); late != "" {
			return verdict{metav1.ConditionFalse, v1alpha1.ReasonTooLate, late}
		}
	}
	return verdict{metav1.ConditionTrue, v1alpha1.ReasonFits, "every channel reaches its peak floor in time and within its limits"}
}

// each joins what is to be said of the launches.
func (s *seen) each(say func(launch) string) string {
	var words []string
	for _, l := range s.launches {
		if word := say(l); l.planned && word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, "; ")
}

func (s *seen) capped(l launch) string {
	if !l.Capped() {
		return ""
	}
	return fmt.Sprintf("%[1]s needs %[2]d replicas but maxReplicas is %[3]d: raise spec.scaling.maxReplicas of BookingChannel %[1]s to at least %[2]d, or split the band",
		l.channel, l.Wanted, l.Peak)
}

func (s *seen) tooLate(l launch) string {
	if l.Late <= 0 {
		return ""
	}
	behind := s.since.Sub(l.RampStarts)
	return fmt.Sprintf("the ramp of %s to %d replicas should have begun at %s, but the opening was announced at %s: "+
		"pods start all at once and may be Ready up to %s too late; open that much later, or raise spec.launch.podStartsPerMinute of BookingPlatform %s",
		l.channel, l.Peak, clockOf(l.RampStarts), clockOf(s.since), lengthOf(behind), s.campaign.Spec.PlatformRef.Name)
}

// missing says which channels there are not yet.
func (s *seen) missing(channels []string) string {
	names := strings.Join(channels, ", ")
	return fmt.Sprintf("there is no BookingChannel %[1]s on BookingPlatform %[2]s: create it (spec.platformRef.name %[2]s) in namespace %[3]s, or correct spec.forecast.channelShares",
		names, s.campaign.Spec.PlatformRef.Name, s.campaign.Namespace)
}

// clockOf gives an instant for a message.
func clockOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// lengthOf gives a time span for a message, in whole seconds and without empty units.
func lengthOf(d time.Duration) string {
	text := d.Truncate(time.Second).String()
	for _, empty := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, empty) {
			text = strings.TrimSuffix(text, empty[1:])
		}
	}
	return text
}
