/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
)

// supply says whether the hubs' appointments are expected to cover the doses. It
// has no part in Ready: vaccines and vaccinators are not what the plan can mend.
func (s *seen) supply() (v1alpha1.SupplyStatus, verdict) {
	if !s.stands {
		return v1alpha1.SupplyStatus{}, verdict{metav1.ConditionUnknown, v1alpha1.ReasonInvalidSpec, "without an opening nothing can be forecast"}
	}
	status, v := feasibility.Supply(s.set.Replace(s.campaign), s.campaign)
	return status, verdict{v.Status, v.Reason, v.Message}
}
