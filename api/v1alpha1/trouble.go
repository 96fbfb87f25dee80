/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// troubles are the reasons for which a channel is not Ready that a launch has to know.
var troubles = []string{
	ReasonPodsRefused, ReasonPodsUnschedulable, ReasonRolloutPaused, ReasonRolloutStuck, ReasonRollingOut,
	ReasonReplicasOverruled, ReasonSecondAutoscaler,
}

// Trouble returns the message of a channel's condition Ready if a launch has to know it, or
// "". Campaigns and the board quote it.
func Trouble(channel *BookingChannel) string {
	for _, c := range channel.Status.Conditions {
		if c.Type == ConditionReady && c.Status == metav1.ConditionFalse && slices.Contains(troubles, c.Reason) {
			return c.Message
		}
	}
	return ""
}
