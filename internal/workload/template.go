/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// Draining takes preStopSeconds, in which load balancers forget the pod, and then the
// time that the server needs to finish its requests.
const (
	preStopSeconds     = 5
	terminationSeconds = 30
)

// deployment returns nil if nothing runs and there is no image. A rollout never takes
// capacity away: one pod more, none fewer.
func deployment(in Input) *appsv1ac.DeploymentApplyConfiguration {
	template, inputs := podTemplate(in)
	if template == nil {
		return nil
	}
	c := in.Channel
	return appsv1ac.Deployment(c.Name, c.Namespace).
		WithLabels(Labels(c)).
		WithAnnotations(map[string]string{AnnotationInputs: inputs}).
		WithOwnerReferences(owner(c)).
		WithSpec(appsv1ac.DeploymentSpec().
			WithSelector(selector(c)).
			WithStrategy(appsv1ac.DeploymentStrategy().
				WithType(appsv1.RollingUpdateDeploymentStrategyType).
				WithRollingUpdate(appsv1ac.RollingUpdateDeployment().
					WithMaxSurge(intstr.FromInt32(1)).
					WithMaxUnavailable(intstr.FromInt32(0)))).
			WithTemplate(template))
}

// podTemplate returns the running template while it stays, else a new one, with the
// hash of its inputs.
func podTemplate(in Input) (*corev1ac.PodTemplateSpecApplyConfiguration, string) {
	if in.Keeps() {
		return in.Running.kept(in), in.Running.Inputs
	}
	if !in.renderable() {
		return nil, ""
	}
	return render(in), Inputs(in.Channel, in.Platform)
}

func render(in Input) *corev1ac.PodTemplateSpecApplyConfiguration {
	c := in.Channel
	spec := corev1ac.PodSpec().
		WithServiceAccountName(c.Name).
		WithAutomountServiceAccountToken(false).
		WithEnableServiceLinks(false).
		WithTerminationGracePeriodSeconds(terminationSeconds).
		WithSecurityContext(corev1ac.PodSecurityContext().
			WithRunAsNonRoot(true).
			WithSeccompProfile(corev1ac.SeccompProfile().WithType(corev1.SeccompProfileTypeRuntimeDefault))).
		WithTopologySpreadConstraints(spread(c, corev1.LabelHostname), spread(c, corev1.LabelTopologyZone)).
		WithContainers(container(in)).
		WithVolumes(volumes(in)...)
	if c.Spec.Workload != nil {
		place(spec, c.Spec.Workload)
	}
	return corev1ac.PodTemplateSpec().WithLabels(Labels(c)).WithSpec(spec)
}

// spread spreads pods evenly over a topology, each rollout on its own, but starts them
// unevenly rather than not at all.
func spread(c *v1alpha1.BookingChannel, topology string) *corev1ac.TopologySpreadConstraintApplyConfiguration {
	return corev1ac.TopologySpreadConstraint().
		WithMaxSkew(1).
		WithTopologyKey(topology).
		WithWhenUnsatisfiable(corev1.ScheduleAnyway).
		WithLabelSelector(selector(c)).
		WithMatchLabelKeys(appsv1.DefaultDeploymentUniqueLabelKey)
}

// place copies the declared scheduling constraints and priority.
func place(spec *corev1ac.PodSpecApplyConfiguration, w *v1alpha1.Workload) {
	for _, s := range w.ImagePullSecrets {
		spec.WithImagePullSecrets(corev1ac.LocalObjectReference().WithName(s.Name))
	}
	for key, value := range w.NodeSelector {
		spec.WithNodeSelector(map[string]string{key: string(value)})
	}
	for _, t := range w.Tolerations {
		spec.WithTolerations(toleration(t))
	}
	if w.PriorityClassName != "" {
		spec.WithPriorityClassName(w.PriorityClassName)
	}
}

func toleration(t v1alpha1.Toleration) *corev1ac.TolerationApplyConfiguration {
	a := corev1ac.Toleration()
	if t.Key != "" {
		a.WithKey(t.Key)
	}
	if t.Operator != "" {
		a.WithOperator(corev1.TolerationOperator(t.Operator))
	}
	if t.Value != "" {
		a.WithValue(t.Value)
	}
	if t.Effect != "" {
		a.WithEffect(corev1.TaintEffect(t.Effect))
	}
	return a
}
