/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
)

// status returns the campaign's status. It changes only if what was observed changes, or
// an instant of the opening has come.
func status(w *wanted) v1alpha1.CampaignStatus {
	c := w.campaign
	out := *c.Status.DeepCopy()
	out.ObservedGeneration = c.Generation
	write := condition.Writer{Conditions: &out.Conditions, Generation: c.Generation, Now: w.now}
	if w.set == nil {
		message := condition.PlatformNotFound(c.Spec.PlatformRef.Name, c.Namespace)
		write.Reconciling(v1alpha1.ReasonPlatformNotFound, message)
		for _, kind := range domain {
			write.Set(kind, condition.Unknown(v1alpha1.ReasonPlatformNotFound, message))
		}
		return out
	}
	out.Announced, out.Pauses = w.announced, w.pauses
	out.OpensAt, out.OpensAtLocal = instant(w.opening.OpensAt), w.opening.Words
	out.ClosesAt = instant(w.opening.ClosesAt)
	out.Channels, out.LateSeconds = w.channels(), w.lateSeconds()
	out.OpenedAt = instant(w.openedAt())

	w.feasible = w.judge()
	condition.Summarize(write, readiness, w)
	supply, sufficient := w.supply()
	out.Supply = supply
	for i, v := range []condition.Verdict{w.scheduled(), w.feasible, w.prescaled(), w.open(), sufficient} {
		write.Set(domain[i], v)
	}
	w.launching.Write(write, w.set.Zone())
	return out
}

// domain lists a campaign's conditions besides those of kstatus.
var domain = [...]string{
	v1alpha1.ConditionScheduled, v1alpha1.ConditionFeasible, v1alpha1.ConditionPrescaled, v1alpha1.ConditionOpen,
	v1alpha1.ConditionSupplySufficient, v1alpha1.ConditionLaunching,
}

// scheduled returns the condition Scheduled: is the declared opening resolved?
func (w *wanted) scheduled() condition.Verdict {
	if w.invalid != nil {
		return condition.False(v1alpha1.ReasonInvalidSpec, w.wrong())
	}
	return condition.True(v1alpha1.ReasonScheduled, "opens "+w.opening.Words)
}

// wrong describes the error in the spec, and what is in force meanwhile.
func (w *wanted) wrong() string {
	if !w.inForce {
		return feasibility.Wrong(w.invalid, nil)
	}
	return feasibility.Wrong(w.invalid, &w.opening)
}

// judge returns the condition.Verdict on the plan, with what the pods have proved by now.
func (w *wanted) judge() condition.Verdict {
	if !w.inForce {
		return feasibility.WithoutOpening()
	}
	of := w.planned
	of.Launches = nil
	for _, l := range w.launches {
		of.Launches = append(of.Launches, l.Launch)
	}
	return of.Verdict()
}

// supply compares the hubs' appointments with the doses. It has no part in Ready:
// no plan can provide vaccines or vaccinators.
func (w *wanted) supply() (v1alpha1.SupplyStatus, condition.Verdict) {
	if !w.inForce {
		return v1alpha1.SupplyStatus{}, condition.Unknown(v1alpha1.ReasonInvalidSpec, "without an opening nothing can be forecast")
	}
	return feasibility.Supply(w.set.Replace(w.campaign), w.campaign)
}
