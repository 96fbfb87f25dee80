/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feasibility

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
)

// Supply compares the hubs' appointments with the doses that a campaign's people need.
// The campaign's opening must be in force. The result depends on declared objects only,
// so it does not change with time.
func Supply(set declared.Set, c *v1alpha1.Campaign) (v1alpha1.SupplyStatus, condition.Verdict) {
	unknown := func(reason, message string) (v1alpha1.SupplyStatus, condition.Verdict) {
		return v1alpha1.SupplyStatus{}, condition.Unknown(reason, message)
	}
	if c.Spec.Forecast.EligiblePeople == 0 {
		return unknown(v1alpha1.ReasonNoForecast, "without spec.forecast nobody knows how many appointments are needed")
	}
	switch hubs, err := set.HubsFor(c); {
	case err != nil:
		return unknown(v1alpha1.ReasonInvalidSpec, fmt.Sprintf("spec.hubSelector: %v", err))
	case len(hubs) == 0:
		return unknown(v1alpha1.ReasonHubNotFound, NoHub(c))
	}
	in, err := set.Supply()
	if err != nil {
		return unknown(v1alpha1.ReasonInvalidSpec, err.Error())
	}
	v, err := in.Judge(c.Name)
	if err != nil {
		return unknown(v1alpha1.ReasonInvalidSpec, err.Error())
	}
	status := v1alpha1.SupplyStatus{ExpectedDoses: v.Expected, ServedDoses: &v.Served, ServedBy: v.ServedBy}
	if v.Covers() {
		return status, condition.True(v1alpha1.ReasonSupplyCovers, v.Message)
	}
	return status, condition.False(v1alpha1.ReasonSupplyShort, v.Message)
}

// NoHub returns the message for a campaign that no hub serves.
func NoHub(c *v1alpha1.Campaign) string {
	message := fmt.Sprintf("no VaccinationHub of BookingPlatform %s offers %s", c.Spec.PlatformRef.Name, c.Spec.Service)
	if c.Spec.HubSelector == nil {
		return message + ": create one that does"
	}
	return fmt.Sprintf("%s and matches spec.hubSelector (%s): create or label one that does, or correct spec.hubSelector",
		message, metav1.FormatLabelSelector(c.Spec.HubSelector))
}
