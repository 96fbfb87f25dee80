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
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

// SetupWithManager starts the controller with the manager. The manager's cache
// needs observe.Index and must keep managed fields. Live is the manager's unless it is set.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	if r.Live == nil {
		r.Live = mgr.GetAPIReader()
	}
	warm := true
	openings := observe.Openings(mgr.GetClient(), func() client.Object { return &v1alpha1.BookingChannel{} })
	spec := builder.WithPredicates(predicate.GenerationChangedPredicate{})
	declared := builder.WithPredicates(predicate.Or(predicate.GenerationChangedPredicate{}, predicate.AnnotationChangedPredicate{}))
	channels := observe.ToAll(mgr.GetClient(), func() client.ObjectList { return &v1alpha1.BookingChannelList{} })
	return ctrl.NewControllerManagedBy(mgr).
		Named("channel").
		For(&v1alpha1.BookingChannel{}, declared).
		Owns(&appsv1.Deployment{}).
		Owns(&autoscalingv2.HorizontalPodAutoscaler{}).
		Owns(&corev1.Service{}).
		Owns(&corev1.ServiceAccount{}).
		Owns(&networkingv1.NetworkPolicy{}).
		Owns(&policyv1.PodDisruptionBudget{}, builder.WithPredicates(statusAside)).
		Watches(&v1alpha1.BookingPlatform{}, handler.EnqueueRequestsFromMapFunc(channels), spec).
		Watches(&v1alpha1.BookingChannel{}, handler.EnqueueRequestsFromMapFunc(channels), spec).
		Watches(&v1alpha1.Campaign{}, handler.EnqueueRequestsFromMapFunc(channels), builder.WithPredicates(planned)).
		WithOptions(controller.Options{RateLimiter: wakeup.Limiter(), NewQueue: wakeup.NewQueue(r.Clock, openings), EnableWarmup: &warm}).
		Complete(r)
}

// statusAside lets everything pass but changes of the status.
var statusAside = predicate.Or(
	predicate.GenerationChangedPredicate{}, predicate.LabelChangedPredicate{}, predicate.AnnotationChangedPredicate{})

// planned lets pass what the planner reads of a campaign: its spec and which
// openings and pauses it remembers.
var planned = predicate.Or[client.Object](predicate.GenerationChangedPredicate{}, predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, ok := e.ObjectOld.(*v1alpha1.Campaign)
		after, also := e.ObjectNew.(*v1alpha1.Campaign)
		return ok && also && (!equality.Semantic.DeepEqual(before.Status.Announced, after.Status.Announced) ||
			!equality.Semantic.DeepEqual(before.Status.Pauses, after.Status.Pauses))
	},
})
