/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package hub counts the appointments that a hub offers in the days to come.
package hub

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

// Manager is the field manager that writes hubs.
const Manager = client.FieldOwner("mezzanotte-hub")

// Reconciler keeps the status of hubs.
type Reconciler struct {
	Client client.Client
	Clock  clock.PassiveClock
}

// New is a reconciler for a manager. It tells the time by the given clock alone.
func New(mgr ctrl.Manager, clock clock.PassiveClock) *Reconciler {
	return &Reconciler{Client: mgr.GetClient(), Clock: clock}
}

// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=vaccinationhubs;bookingplatforms,verbs=get;list;watch
// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=vaccinationhubs/status,verbs=patch

// Reconcile brings the status of one hub up to date.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	now := r.Clock.Now()
	hub := &v1alpha1.VaccinationHub{}
	if err := r.Client.Get(ctx, request.NamespacedName, hub); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	platform, err := r.observe(ctx, hub)
	if err != nil {
		return ctrl.Result{}, err
	}
	wanted := hub.DeepCopy()
	wanted.Status = status(hub, platform, now)
	_, err = apply.Status(ctx, apply.Manager{Client: r.Client, Name: Manager}, hub, wanted)
	switch {
	case apierrors.IsConflict(err): // the cache is behind
		return wakeup.At(now, now), nil
	case err != nil:
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	return wakeup.At(now, nextDay(platform, now)), nil
}

// observe reads the hub's platform; nil if there is none.
func (r *Reconciler) observe(ctx context.Context, hub *v1alpha1.VaccinationHub) (*v1alpha1.BookingPlatform, error) {
	platform := &v1alpha1.BookingPlatform{}
	key := client.ObjectKey{Namespace: hub.Namespace, Name: hub.Spec.PlatformRef.Name}
	switch err := r.Client.Get(ctx, key, platform); {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read platform %s: %w", key.Name, err)
	}
	return platform, nil
}

// SetupWithManager starts the controller with the manager. The manager's cache
// needs observe.Index.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	warm := true
	openings := observe.Openings(mgr.GetClient(), func() client.Object { return &v1alpha1.VaccinationHub{} })
	declared := builder.WithPredicates(predicate.GenerationChangedPredicate{})
	hubs := func() client.ObjectList { return &v1alpha1.VaccinationHubList{} }
	return ctrl.NewControllerManagedBy(mgr).
		Named("hub").
		For(&v1alpha1.VaccinationHub{}, declared).
		Watches(&v1alpha1.BookingPlatform{}, handler.EnqueueRequestsFromMapFunc(observe.ToAll(mgr.GetClient(), hubs)), declared).
		WithOptions(controller.Options{RateLimiter: wakeup.Limiter(), NewQueue: wakeup.NewQueue(r.Clock, openings), EnableWarmup: &warm}).
		Complete(r)
}
