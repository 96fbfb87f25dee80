/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
)

// SetupWithManager starts the controller with the manager. The manager's cache needs
// observe.Index and must keep managed fields. Live defaults to the manager's API
// reader.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	if r.Live == nil {
		r.Live = mgr.GetAPIReader()
	}
	spec := builder.WithPredicates(predicate.GenerationChangedPredicate{})
	declared := builder.WithPredicates(predicate.Or(predicate.GenerationChangedPredicate{}, predicate.AnnotationChangedPredicate{}))
	all := handler.EnqueueRequestsFromMapFunc(observe.ToAll(mgr.GetClient(), func() client.ObjectList { return &v1alpha1.BookingChannelList{} }))
	return ctrl.NewControllerManagedBy(mgr).
		Named("channel").
		For(&v1alpha1.BookingChannel{}, declared).
		Owns(&appsv1.Deployment{}).
		Owns(&autoscalingv2.HorizontalPodAutoscaler{}).
		Owns(&corev1.Service{}).
		Owns(&corev1.ServiceAccount{}).
		Owns(&networkingv1.NetworkPolicy{}).
		Owns(&policyv1.PodDisruptionBudget{}, builder.WithPredicates(statusAside)).
		Watches(&v1alpha1.BookingPlatform{}, all, spec).
		Watches(&v1alpha1.BookingChannel{}, all, spec).
		Watches(&v1alpha1.Campaign{}, all, builder.WithPredicates(predicate.Or(predicate.GenerationChangedPredicate{}, observe.Changed(remembered)))).
		WithOptions(observe.Options(mgr.GetClient(), r.Clock, func() client.Object { return &v1alpha1.BookingChannel{} })).
		Complete(r)
}

// statusAside passes everything but changes of the status.
var statusAside = predicate.Or(
	predicate.GenerationChangedPredicate{}, predicate.LabelChangedPredicate{}, predicate.AnnotationChangedPredicate{})

// remembered reports a change of the openings and pauses that a campaign remembers:
// besides its spec, the planner reads nothing else of it.
func remembered(before, after *v1alpha1.Campaign) bool {
	return !equality.Semantic.DeepEqual(before.Status.Announced, after.Status.Announced) ||
		!equality.Semantic.DeepEqual(before.Status.Pauses, after.Status.Pauses)
}
