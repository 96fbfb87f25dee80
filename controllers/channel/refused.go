/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// unschedulable returns what the scheduler says of a pod that finds no node, or "".
func unschedulable(pod *corev1.Pod) string {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			return cmp.Or(c.Message, c.Reason)
		}
	}
	return ""
}

// refused returns why the API server refuses pods of the Deployment, or "": a quota, a
// LimitRange, a PriorityClass or a ServiceAccount that is missing.
func (o *observed) refused() string {
	if o.deployment == nil {
		return ""
	}
	for _, c := range o.deployment.Status.Conditions {
		if c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue {
			return "the API server refuses pods: " + cmp.Or(c.Message, c.Reason)
		}
	}
	return ""
}

// homeless returns why pods find no node, or "". Of several reasons it quotes the one of
// most pods.
func (o *observed) homeless() string {
	pods, why := 0, ""
	for _, text := range slices.Sorted(maps.Keys(o.unplaced)) {
		if o.unplaced[text] > pods {
			pods, why = o.unplaced[text], text
		}
	}
	if pods == 0 {
		return ""
	}
	return fmt.Sprintf("%d pods find no node: %s", pods, why)
}
