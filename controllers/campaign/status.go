/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
)

// verdict is one condition, without its type.
type verdict struct {
	status          metav1.ConditionStatus
	reason, message string
}

// status of the campaign. It is a function of what was seen and changes only
// where that does, or where an instant of the opening has come.
func (s *seen) status() v1alpha1.CampaignStatus {
	c := s.campaign
	out := *c.Status.DeepCopy()
	out.ObservedGeneration = c.Generation
	write := condition.Writer{Conditions: &out.Conditions, Generation: c.Generation, Now: s.now}
	if s.set == nil {
		message := fmt.Sprintf("there is no BookingPlatform %[1]s: create BookingPlatform %[1]s in namespace %[2]s, or correct spec.platformRef.name",
			c.Spec.PlatformRef.Name, c.Namespace)
		write.Reconciling(v1alpha1.ReasonPlatformNotFound, message)
		for _, kind := range domain {
			write.Unknown(kind, v1alpha1.ReasonPlatformNotFound, message)
		}
		return out
	}
	out.Announced, out.Pauses = s.announced, s.pauses
	out.OpensAt, out.OpensAtLocal = instant(s.opening.OpensAt), s.opening.Words
	out.ClosesAt = instant(s.opening.ClosesAt)
	out.Channels, out.LateSeconds = s.channels(), s.lateSeconds()
	out.OpenedAt = instant(s.openedAt())

	feasible := s.feasible()
	s.ready(write, feasible)
	supply, sufficient := s.supply()
	out.Supply = supply
	for i, v := range []verdict{s.scheduled(), feasible, s.prescaled(), s.open(), sufficient} {
		write.Set(domain[i], v.status, v.reason, v.message)
	}
	s.launching.Write(write, s.set.Zone())
	return out
}

// domain are the conditions of a campaign besides those of kstatus.
var domain = [...]string{
	v1alpha1.ConditionScheduled, v1alpha1.ConditionFeasible, v1alpha1.ConditionPrescaled, v1alpha1.ConditionOpen,
	v1alpha1.ConditionSupplySufficient, v1alpha1.ConditionLaunching,
}

// scheduled says whether the declared opening is resolved.
func (s *seen) scheduled() verdict {
	if s.invalid != nil {
		return verdict{metav1.ConditionFalse, v1alpha1.ReasonInvalidSpec, s.wrong()}
	}
	return verdict{metav1.ConditionTrue, v1alpha1.ReasonScheduled, "opens " + s.opening.Words}
}

// wrong says what is wrong with the spec, and what is in force meanwhile.
func (s *seen) wrong() string {
	if !s.stands {
		return feasibility.Wrong(s.invalid, nil)
	}
	return feasibility.Wrong(s.invalid, &s.opening)
}

// ready derives the three conditions of kstatus: accepted, planned and feasible.
func (s *seen) ready(write condition.Writer, feasible verdict) {
	c := s.campaign
	missing := s.set.MissingChannels(c)
	switch {
	case s.invalid != nil:
		write.Stalled(v1alpha1.ReasonInvalidSpec, s.wrong())
	case s.selector != nil:
		write.Stalled(v1alpha1.ReasonInvalidSpec, fmt.Sprintf("spec.hubSelector: %v", s.selector))
	case feasible.status == metav1.ConditionFalse && !s.reached(s.keepUntil):
		write.Stalled(feasible.reason, feasible.message)
	case s.outdated != "":
		write.Reconciling(v1alpha1.ReasonNotPublished, s.outdated)
	case len(missing) > 0 && !s.reached(s.keepUntil):
		write.Reconciling(v1alpha1.ReasonChannelNotFound, feasibility.Missing(c, missing))
	case len(s.hubs) == 0:
		write.Reconciling(v1alpha1.ReasonHubNotFound, feasibility.NoHub(c))
	case len(s.launches) == 0:
		write.Ready(v1alpha1.ReasonSucceeded, "accepted and scheduled; without spec.forecast no capacity is planned for it")
	case s.reached(s.keepUntil):
		write.Ready(v1alpha1.ReasonSucceeded, "accepted; its launch is over")
	default:
		write.Ready(v1alpha1.ReasonSucceeded, "accepted, planned and feasible")
	}
}
