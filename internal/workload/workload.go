/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package workload turns a channel and the plan's numbers into the objects
// that a channel owns, as apply configurations. It is pure: no client, no
// clock, and the same input gives the same objects.
//
//	channel ─┐                          ServiceAccount  NetworkPolicy  Service
//	platform ┼─ Make ─ Objects ─ All ─▶ PodDisruptionBudget  Deployment  HPA
//	floor, max                                   │            ▲
//	   ▲                                         ▼            │
//	Observe ◀──────────────────────── what runs, as we applied it
//
// # What never restarts a booking pod
//
// The pod template is rendered only when its declared inputs change: the
// workload, the image, the references to secrets (see [Inputs]). Until then
// the template that was applied before is applied again, field for field, as
// [Observe] extracts it from the live Deployment: a new operator, whatever it
// would render, changes nothing. The annotation [AnnotationInputs] on the
// Deployment, outside the template, records from which inputs it was rendered.
// Everything else is rendered every time.
//
// # What others own
//
// A field that another manager added was never ours. A field that another
// manager took from us is no longer in what Observe extracts, so that keeping
// the template does not take it back. A new rendering takes it back, since it
// says what was declared — except the container's resources, which autoscalers
// and people tune on the Deployment: whatever of them another manager owns is
// left out of every rendering ([Running.Taken]).
//
// spec.replicas is in no apply configuration: the autoscaler's in Managed
// mode, /scale's in External. To own it once and drop it later would reset
// the Deployment to one replica.
package workload

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	autoscalingv2ac "k8s.io/client-go/applyconfigurations/autoscaling/v2"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"
	policyv1ac "k8s.io/client-go/applyconfigurations/policy/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// Input is everything that the objects of a channel depend on.
type Input struct {
	Channel  *v1alpha1.BookingChannel
	Platform *v1alpha1.BookingPlatform

	// Floor and Max are the autoscaler's bounds, 1 ≤ Floor ≤ Max. The pod
	// template does not depend on them.
	Floor, Max int32

	// Running is the running template; the zero value if there is no Deployment.
	Running Running

	// Freeze keeps the running template even when its inputs have changed.
	Freeze bool
}

// Keeps reports whether the running template stays.
func (in Input) Keeps() bool {
	return in.Running.Template != nil && (in.Freeze || !in.changed() || !in.renderable())
}

// Waits reports whether a changed template waits for the end of the freeze.
func (in Input) Waits() bool {
	return in.Running.Template != nil && in.Freeze && in.changed() && in.renderable()
}

func (in Input) changed() bool {
	return in.Running.Inputs != Inputs(in.Channel, in.Platform)
}

func (in Input) renderable() bool {
	_, found := Image(in.Channel, in.Platform)
	return found
}

// Objects are the objects that a channel owns. All have the channel's name.
type Objects struct {
	ServiceAccount      *corev1ac.ServiceAccountApplyConfiguration
	NetworkPolicy       *networkingv1ac.NetworkPolicyApplyConfiguration
	Service             *corev1ac.ServiceApplyConfiguration
	PodDisruptionBudget *policyv1ac.PodDisruptionBudgetApplyConfiguration
	Deployment          *appsv1ac.DeploymentApplyConfiguration                     // nil: nothing runs, and there is no image
	HPA                 *autoscalingv2ac.HorizontalPodAutoscalerApplyConfiguration // nil: External
}

// Make returns the objects of a channel.
func Make(in Input) Objects {
	objects := Objects{
		ServiceAccount:      serviceAccount(in.Channel),
		NetworkPolicy:       networkPolicy(in.Channel),
		Service:             service(in.Channel),
		PodDisruptionBudget: disruptionBudget(in.Channel),
		Deployment:          deployment(in),
	}
	if in.Channel.Spec.Scaling.Autoscaler != v1alpha1.AutoscalerExternal {
		objects.HPA = autoscaler(in)
	}
	return objects
}

// All returns the objects in the order in which to apply them. If one fails, the others
// are still applied: the floor comes last.
func (o Objects) All() []runtime.ApplyConfiguration {
	all := []runtime.ApplyConfiguration{o.ServiceAccount, o.NetworkPolicy, o.Service, o.PodDisruptionBudget}
	if o.Deployment != nil {
		all = append(all, o.Deployment)
	}
	if o.HPA != nil {
		all = append(all, o.HPA)
	}
	return all
}

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
// is left open: we do not know where the store is.
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
