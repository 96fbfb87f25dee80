/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	autoscalingv2ac "k8s.io/client-go/applyconfigurations/autoscaling/v2"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// defaultUtilization is the schema's, for objects that no API server has seen.
const defaultUtilization = 70

// autoscaler holds the floor as minReplicas: below it, the HPA jumps to it at once,
// with or without metrics. Above it, the HPA follows the CPU of our container only,
// since a sidecar without a request would blind it.
func autoscaler(in Input) *autoscalingv2ac.HorizontalPodAutoscalerApplyConfiguration {
	c := in.Channel
	return autoscalingv2ac.HorizontalPodAutoscaler(c.Name, c.Namespace).
		WithLabels(Labels(c)).
		WithOwnerReferences(owner(c)).
		WithSpec(autoscalingv2ac.HorizontalPodAutoscalerSpec().
			WithScaleTargetRef(autoscalingv2ac.CrossVersionObjectReference().
				WithAPIVersion(appsv1.SchemeGroupVersion.String()).
				WithKind("Deployment").
				WithName(c.Name)).
			WithMinReplicas(in.Floor).
			WithMaxReplicas(in.Max).
			WithMetrics(cpuUtilization(c)).
			WithBehavior(behavior()))
}

func cpuUtilization(c *v1alpha1.BookingChannel) *autoscalingv2ac.MetricSpecApplyConfiguration {
	target := c.Spec.Scaling.TargetUtilizationPercent
	if target == 0 {
		target = defaultUtilization
	}
	return autoscalingv2ac.MetricSpec().
		WithType(autoscalingv2.ContainerResourceMetricSourceType).
		WithContainerResource(autoscalingv2ac.ContainerResourceMetricSource().
			WithName(corev1.ResourceCPU).
			WithContainer(Container).
			WithTarget(autoscalingv2ac.MetricTarget().
				WithType(autoscalingv2.UtilizationMetricType).
				WithAverageUtilization(target)))
}

// behavior goes up as fast as the metric asks, doubling every 15 s and by 10
// pods at least, and comes down by a tenth a minute after five quiet minutes.
// Without the latter the autoscaler drops everything at once when the floor
// comes down.
func behavior() *autoscalingv2ac.HorizontalPodAutoscalerBehaviorApplyConfiguration {
	return autoscalingv2ac.HorizontalPodAutoscalerBehavior().
		WithScaleUp(autoscalingv2ac.HPAScalingRules().
			WithStabilizationWindowSeconds(0).
			WithSelectPolicy(autoscalingv2.MaxChangePolicySelect).
			WithPolicies(
				policy(autoscalingv2.PercentScalingPolicy, 100, 15),
				policy(autoscalingv2.PodsScalingPolicy, 10, 15))).
		WithScaleDown(autoscalingv2ac.HPAScalingRules().
			WithStabilizationWindowSeconds(300).
			WithSelectPolicy(autoscalingv2.MaxChangePolicySelect).
			WithPolicies(policy(autoscalingv2.PercentScalingPolicy, 10, 60)))
}

func policy(kind autoscalingv2.HPAScalingPolicyType, value, seconds int32) *autoscalingv2ac.HPAScalingPolicyApplyConfiguration {
	return autoscalingv2ac.HPAScalingPolicy().WithType(kind).WithValue(value).WithPeriodSeconds(seconds)
}
