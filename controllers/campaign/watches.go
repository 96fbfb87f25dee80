/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

const (
	// podsTogether is the time for which pods that become Ready are gathered for one
	// look.
	podsTogether = time.Second
	// longestRamp is the time before an opening at which a pod is of interest at the
	// earliest, if no ramp is known: twice the longest readyBefore.
	longestRamp = 8 * time.Hour
)

// SetupWithManager starts the controller with the manager. The manager's cache
// needs observe.Index, and of pods only those with the label workload.LabelChannel.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	declared := predicate.GenerationChangedPredicate{}
	all := handler.EnqueueRequestsFromMapFunc(observe.ToAll(mgr.GetClient(), func() client.ObjectList { return &v1alpha1.CampaignList{} }))
	return ctrl.NewControllerManagedBy(mgr).
		Named("campaign").
		For(&v1alpha1.Campaign{}, builder.WithPredicates(declared)).
		// Campaigns share their channels' peaks.
		Watches(&v1alpha1.Campaign{}, all, builder.WithPredicates(declared)).
		Watches(&v1alpha1.BookingPlatform{}, all, builder.WithPredicates(predicate.Or(declared, observe.Changed(publishing)))).
		Watches(&v1alpha1.BookingChannel{}, all, builder.WithPredicates(predicate.Or(declared, observe.StartUpChanged(), observe.Changed(troubled)))).
		Watches(&v1alpha1.VaccinationHub{}, all, builder.WithPredicates(predicate.Or(declared, predicate.LabelChangedPredicate{}))).
		Watches(&corev1.Pod{}, r.awaiting(), builder.WithPredicates(readyOrNot())).
		WithOptions(observe.Options(mgr.GetClient(), r.Clock, func() client.Object { return &v1alpha1.Campaign{} })).
		Complete(r)
}

// publishing reports that a platform can no longer publish its catalog, or can again.
func publishing(before, after *v1alpha1.BookingPlatform) bool {
	return notPublishing(before) != notPublishing(after)
}

// troubled reports that a channel is in another trouble than before, or in none.
func troubled(before, after *v1alpha1.BookingChannel) bool {
	return v1alpha1.Trouble(before) != v1alpha1.Trouble(after)
}

// readyOrNot passes pods that have become Ready, and those that no longer are.
func readyOrNot() predicate.Predicate {
	ready := func(object client.Object) (since time.Time, ready bool) {
		pod, ok := object.(*corev1.Pod)
		if !ok {
			return time.Time{}, false
		}
		return readySince(pod)
	}
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool { _, is := ready(e.Object); return is },
		DeleteFunc: func(e event.DeleteEvent) bool { _, was := ready(e.Object); return was },
		UpdateFunc: func(e event.UpdateEvent) bool {
			before, was := ready(e.ObjectOld)
			after, is := ready(e.ObjectNew)
			return is != was || is && !after.Equal(before)
		},
	}
}

// awaiting requests the campaigns that wait for a pod's channel. Pods that become Ready
// together cause one look.
func (r *Reconciler) awaiting() handler.EventHandler {
	enqueue := func(ctx context.Context, pod client.Object, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
		for _, request := range r.waitFor(ctx, pod) {
			queue.AddAfter(request, podsTogether)
		}
	}
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			enqueue(ctx, e.Object, queue)
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			enqueue(ctx, e.ObjectNew, queue)
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			enqueue(ctx, e.Object, queue)
		},
	}
}

// waitFor returns the campaigns that wait for a pod's channel now.
func (r *Reconciler) waitFor(ctx context.Context, pod client.Object) []reconcile.Request {
	now := r.Clock.Now()
	labels := pod.GetLabels()
	platform, channel := labels[workload.LabelPlatform], labels[workload.LabelChannel]
	if platform == "" || channel == "" {
		return nil
	}
	var campaigns v1alpha1.CampaignList
	opts := append(observe.InPlatform(pod.GetNamespace(), platform), client.UnsafeDisableDeepCopy)
	if err := r.Client.List(ctx, &campaigns, opts...); err != nil {
		log.FromContext(ctx).Error(err, "List the campaigns that wait for a pod", "platform", platform)
		return nil
	}
	var requests []reconcile.Request
	for i := range campaigns.Items {
		if c := &campaigns.Items[i]; waits(c, channel, now) {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(c)})
		}
	}
	return requests
}

// waits reports, from a campaign's status alone, whether a channel's pods may prove
// something now, or that proved capacity is lost.
func waits(c *v1alpha1.Campaign, channel string, now time.Time) bool {
	if c.Status.OpensAt == nil || !now.Before(c.Status.OpensAt.Add(longestLaunch)) {
		return false
	}
	for _, launch := range c.Status.Channels {
		if launch.Channel != channel {
			continue
		}
		from := c.Status.OpensAt.Add(-longestRamp)
		if launch.RampStartsAt != nil {
			from = launch.RampStartsAt.Time
		}
		return !now.Before(from)
	}
	return false
}
