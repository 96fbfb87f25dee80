/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// supply says whether the hubs' appointments are expected to cover the doses. It
// has no part in Ready: vaccines and vaccinators are not what the plan can mend.
// It rests on what is declared alone, so that it changes at no hour by itself.
func (s *seen) supply() (v1alpha1.SupplyStatus, verdict) {
	unknown := func(reason, message string) (v1alpha1.SupplyStatus, verdict) {
		return v1alpha1.SupplyStatus{}, verdict{metav1.ConditionUnknown, reason, message}
	}
	switch {
	case !s.stands:
		return unknown(v1alpha1.ReasonInvalidSpec, "without an opening nothing can be forecast")
	case s.campaign.Spec.Forecast.EligiblePeople == 0:
		return unknown(v1alpha1.ReasonNoForecast, "without spec.forecast nobody knows how many appointments are needed")
	case s.selector != nil:
		return unknown(v1alpha1.ReasonInvalidSpec, fmt.Sprintf("spec.hubSelector: %v", s.selector))
	case len(s.hubs) == 0:
		return unknown(v1alpha1.ReasonHubNotFound, s.noHub())
	}
	in, err := s.set.Replace(s.campaign).Supply()
	if err != nil {
		return unknown(v1alpha1.ReasonInvalidSpec, err.Error())
	}
	v, err := in.Judge(s.campaign.Name)
	if err != nil {
		return unknown(v1alpha1.ReasonInvalidSpec, err.Error())
	}
	status := v1alpha1.SupplyStatus{ExpectedDoses: v.Expected, ServedDoses: &v.Served, ServedBy: v1alpha1.Date(v.ServedBy)}
	if v.Covers() {
		return status, verdict{metav1.ConditionTrue, v1alpha1.ReasonSupplyCovers, v.Message}
	}
	return status, verdict{metav1.ConditionFalse, v1alpha1.ReasonSupplyShort, v.Message}
}
