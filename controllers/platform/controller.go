/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package platform publishes the catalog, the document that tells booking pods
// which hubs and openings exist.
//
// What was announced is kept, whatever happens to a declaration afterwards: a
// campaign whose opening can no longer be resolved stays in the catalog with
// the last opening that was announced, held if another one has been declared
// since (declared.InForce). A hub or campaign that no reader of the catalog
// would take stays as it was published before, and never opens earlier. A
// catalog over its limits is not published; the last good one stays.
//
// The revision grows by one when the content changes and never falls, since
// the highest one binds every booking. What was published is read back from the
// ConfigMap itself, without a cache; the status remembers it as well, in case
// somebody deletes the ConfigMap.
package platform

import (
	"context"
	"errors"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

// Manager is the field manager that writes platforms and catalogs.
const Manager = client.FieldOwner("mezzanotte-platform")

// Reconciler publishes catalogs and keeps the status of platforms.
type Reconciler struct {
	Client client.Client
	// Live reads ConfigMaps without a cache: a revision computed from an old one
	// might be given twice.
	Live     client.Reader
	Clock    clock.PassiveClock
	Recorder events.EventRecorder
}

// New is a reconciler for a manager. It tells the time by the given clock alone.
func New(mgr ctrl.Manager, clock clock.PassiveClock) *Reconciler {
	return &Reconciler{Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Clock: clock, Recorder: mgr.GetEventRecorder("platform")}
}

// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=bookingplatforms;vaccinationhubs;campaigns;bookingchannels,verbs=get;list;watch
// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=bookingplatforms/status,verbs=patch
// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=bookingplatforms/finalizers,verbs=update
// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconcile publishes the catalog of one platform and brings its status up to date.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	now := r.Clock.Now()
	seen, found, err := r.observe(ctx, request.NamespacedName)
	if err != nil || !found || !seen.set.Platform.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, err
	}
	next := edit(seen)
	if next.data != nil && (!seen.readable || next.Revision != seen.published.Revision) {
		// A new revision binds every booking, so it is not made from a cache that
		// may be behind: an opening postponed meanwhile would be published unmoved.
		if seen.set, found, err = observe.Set(ctx, r.Live, request.Namespace, request.Name); err != nil || !found {
			return ctrl.Result{}, err
		}
		next = edit(seen)
	}
	next.wrote, next.failed = r.publish(ctx, seen, next)

	platform := seen.set.Platform
	wanted := platform.DeepCopy()
	launches := condition.LaunchingAt(now, condition.AllLaunches(plan.Launches(seen.set.Input(now))))
	wanted.Status = status(seen, next, launches, now)
	_, err = apply.Status(ctx, apply.Manager{Client: r.Client, Name: Manager}, platform, wanted)
	r.record(platform, happened(seen, next))
	switch {
	case next.failed == nil && apierrors.IsConflict(err): // the cache is behind
		return wakeup.At(now, now), nil
	case next.failed != nil || client.IgnoreNotFound(err) != nil:
		return ctrl.Result{}, errors.Join(next.failed, err)
	}
	_, opensAt := nextOpening(seen.set, now)
	return wakeup.At(now, wakeup.Earliest(opensAt, launches.Next)), nil
}

// SetupWithManager starts the controller with the manager. The manager's cache
// needs observe.Index.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	warm := true
	openings := observe.Openings(mgr.GetClient(), func() client.Object { return &v1alpha1.BookingPlatform{} })
	toPlatform := handler.EnqueueRequestsFromMapFunc(observe.ToPlatform)
	declared := predicate.GenerationChangedPredicate{}
	return ctrl.NewControllerManagedBy(mgr).
		Named("platform").
		For(&v1alpha1.BookingPlatform{}, builder.WithPredicates(declared)).
		Owns(&corev1.ConfigMap{}, builder.OnlyMetadata).
		Watches(&v1alpha1.VaccinationHub{}, toPlatform, builder.WithPredicates(predicate.Or(declared, predicate.LabelChangedPredicate{}))).
		Watches(&v1alpha1.Campaign{}, toPlatform, builder.WithPredicates(predicate.Or(declared, announced()))).
		Watches(&v1alpha1.BookingChannel{}, toPlatform, builder.WithPredicates(predicate.Or(declared, startUpChanged()))).
		WithOptions(controller.Options{RateLimiter: wakeup.Limiter(), NewQueue: wakeup.NewQueue(r.Clock, openings), EnableWarmup: &warm}).
		Complete(r)
}

// startUpChanged passes channels whose ramps start earlier or later.
func startUpChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		before, ok1 := e.ObjectOld.(*v1alpha1.BookingChannel)
		after, ok2 := e.ObjectNew.(*v1alpha1.BookingChannel)
		return ok1 && ok2 && before.Status.StartUpSeconds != after.Status.StartUpSeconds
	}}
}

// announced passes changes of what a campaign's status says to catalog and plan.
func announced() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		before, ok1 := e.ObjectOld.(*v1alpha1.Campaign)
		after, ok2 := e.ObjectNew.(*v1alpha1.Campaign)
		return ok1 && ok2 && !equality.Semantic.DeepEqual(memory(before), memory(after))
	}}
}

// memory is what catalog and plan take from a campaign's status.
func memory(c *v1alpha1.Campaign) v1alpha1.CampaignStatus {
	s := c.Status
	return v1alpha1.CampaignStatus{Announced: s.Announced, OpensAt: s.OpensAt, ClosesAt: s.ClosesAt, OpenedAt: s.OpenedAt, Pauses: s.Pauses}
}
