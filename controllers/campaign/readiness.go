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

// readiness decides Ready, Reconciling and Stalled of a campaign whose platform exists.
var readiness = []condition.Row[*wanted]{
	condition.Stalled((*wanted).openingInvalid),
	condition.Stalled((*wanted).selectorInvalid),
	condition.Stalled((*wanted).infeasible),
	condition.Reconciling((*wanted).notPublished),
	condition.Reconciling((*wanted).channelsMissing),
	condition.Reconciling((*wanted).hubsMissing),
	condition.Ready((*wanted).withoutForecast),
	condition.Ready((*wanted).launchOver),
	condition.Ready((*wanted).plannedAndFeasible),
}

func (w *wanted) openingInvalid() (reason, message string) {
	if w.invalid == nil {
		return "", ""
	}
	return v1alpha1.ReasonInvalidSpec, w.wrong()
}

func (w *wanted) selectorInvalid() (reason, message string) {
	return condition.When(w.selector != nil, v1alpha1.ReasonInvalidSpec, fmt.Sprintf("spec.hubSelector: %v", w.selector))
}

func (w *wanted) infeasible() (reason, message string) {
	return condition.When(w.feasible.Status == metav1.ConditionFalse && !w.reached(w.keepUntil), w.feasible.Reason, w.feasible.Message)
}

func (w *wanted) notPublished() (reason, message string) {
	return condition.When(w.outdated != "", v1alpha1.ReasonNotPublished, w.outdated)
}

func (w *wanted) channelsMissing() (reason, message string) {
	missing := w.set.MissingChannels(w.campaign)
	return condition.When(len(missing) > 0 && !w.reached(w.keepUntil), v1alpha1.ReasonChannelNotFound, feasibility.Missing(w.campaign, missing))
}

func (w *wanted) hubsMissing() (reason, message string) {
	return condition.When(len(w.hubs) == 0, v1alpha1.ReasonHubNotFound, feasibility.NoHub(w.campaign))
}

func (w *wanted) withoutForecast() (reason, message string) {
	return condition.When(len(w.launches) == 0, v1alpha1.ReasonSucceeded, "accepted and scheduled; without spec.forecast no capacity is planned for it")
}

func (w *wanted) launchOver() (reason, message string) {
	return condition.When(w.reached(w.keepUntil), v1alpha1.ReasonSucceeded, "accepted; its launch is over")
}

func (w *wanted) plannedAndFeasible() (reason, message string) {
	return v1alpha1.ReasonSucceeded, "accepted, planned and feasible"
}
