/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

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
		Watches(&v1alpha1.Campaign{}, r.urgentFirst(channels), builder.WithPredicates(planned)).
		WithOptions(controller.Options{RateLimiter: wakeup.Limiter(), EnableWarmup: &warm}).
		Complete(r)
}

// statusAside lets everything pass but changes of the status.
var statusAside = predicate.Or(
	predicate.GenerationChangedPredicate{}, predicate.LabelChangedPredicate{}, predicate.AnnotationChangedPredicate{})

// planned lets pass what the planner reads of a campaign: its spec and which
// openings were announced.
var planned = predicate.Or[client.Object](predicate.GenerationChangedPredicate{}, predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, ok := e.ObjectOld.(*v1alpha1.Campaign)
		after, also := e.ObjectNew.(*v1alpha1.Campaign)
		return ok && also && !equality.Semantic.DeepEqual(before.Status.Announced, after.Status.Announced)
	},
})

// urgentFirst asks for the channels of a campaign. What is there when the
// operator starts has the lowest priority, and would wait behind everything
// else after a failover in the minutes before an opening: the channels of a
// campaign near its opening go first.
func (r *Reconciler) urgentFirst(channels handler.MapFunc) handler.EventHandler {
	usual := handler.EnqueueRequestsFromMapFunc(channels)
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			campaign, ok := e.Object.(*v1alpha1.Campaign)
			urgent, prioritized := queue.(priorityqueue.PriorityQueue[reconcile.Request])
			if !ok || !prioritized || campaign.Status.OpensAt == nil {
				usual.Create(ctx, e, queue)
				return
			}
			priority := wakeup.Priority(r.Clock.Now(), campaign.Status.OpensAt.Time)
			if priority == 0 {
				usual.Create(ctx, e, queue)
				return
			}
			urgent.AddWithOpts(priorityqueue.AddOpts{Priority: &priority}, channels(ctx, campaign)...)
		},
		UpdateFunc:  usual.Update,
		DeleteFunc:  usual.Delete,
		GenericFunc: usual.Generic,
	}
}
