/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"
	policyv1ac "k8s.io/client-go/applyconfigurations/policy/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// serviceAccount has no rights, and pods get no token of it.
func serviceAccount(c *v1alpha1.BookingChannel) *corev1ac.ServiceAccountApplyConfiguration {
	return corev1ac.ServiceAccount(c.Name, c.Namespace).
		WithLabels(Labels(c)).
		WithOwnerReferences(owner(c)).
		WithAutomountServiceAccountToken(false)
}

// service names the container's port rather than its number, so that it finds
// the pods of a kept template and of a new one alike.
func service(c *v1alpha1.BookingChannel) *corev1ac.ServiceApplyConfiguration {
	return corev1ac.Service(c.Name, c.Namespace).
		WithLabels(Labels(c)).
		WithOwnerReferences(owner(c)).
		WithSpec(corev1ac.ServiceSpec().
			WithSelector(Selector(c)).
			WithPorts(corev1ac.ServicePort().
				WithName(PortName).
				WithProtocol(corev1.ProtocolTCP).
				WithPort(ServicePort).
				WithTargetPort(intstr.FromString(PortName))))
}

// networkPolicy lets anybody reach the port and nothing else. What pods reach
// is left open: where the store lives is not ours to know.
func networkPolicy(c *v1alpha1.BookingChannel) *networkingv1ac.NetworkPolicyApplyConfiguration {
	return networkingv1ac.NetworkPolicy(c.Name, c.Namespace).
		WithLabels(Labels(c)).
		WithOwnerReferences(owner(c)).
		WithSpec(networkingv1ac.NetworkPolicySpec().
			WithPodSelector(selector(c)).
			WithPolicyTypes(networkingv1.PolicyTypeIngress).
			WithIngress(networkingv1ac.NetworkPolicyIngressRule().
				WithPorts(networkingv1ac.NetworkPolicyPort().
					WithProtocol(corev1.ProtocolTCP).
					WithPort(intstr.FromString(PortName)))))
}

// disruptionBudget lets nodes be drained a tenth of the pods at a time. The
// percentage is rounded up, so that even a channel of one pod blocks no drain
// for ever; pods that are not Ready may always go, since they book nothing.
func disruptionBudget(c *v1alpha1.BookingChannel) *policyv1ac.PodDisruptionBudgetApplyConfiguration {
	return policyv1ac.PodDisruptionBudget(c.Name, c.Namespace).
		WithLabels(Labels(c)).
		WithOwnerReferences(owner(c)).
		WithSpec(policyv1ac.PodDisruptionBudgetSpec().
			WithSelector(selector(c)).
			WithMaxUnavailable(intstr.FromString("10%")).
			WithUnhealthyPodEvictionPolicy(policyv1.AlwaysAllow))
}
