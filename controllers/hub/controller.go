/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package hub counts the appointments that a hub offers in the days to come.
package hub

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

// Manager is the field manager that writes hubs.
const Manager = client.FieldOwner("mezzanotte-hub")

// Reconciler keeps the status of hubs.
type Reconciler struct {
	Client client.Client
	Clock  clock.PassiveClock
}

// New returns a reconciler for a manager. It reads the time from the given clock only.
func New(mgr ctrl.Manager, clock clock.PassiveClock) *Reconciler {
	return &Reconciler{Client: mgr.GetClient(), Clock: clock}
}

// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=vaccinationhubs;bookingplatforms,verbs=get;list;watch
// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=vaccinationhubs/status,verbs=patch

// Reconcile brings the status of one hub up to date.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	now := r.Clock.Now()
	seen, found, err := r.observe(ctx, request.NamespacedName)
	if err != nil || !found {
		return ctrl.Result{}, err
	}
	wanted := decide(seen, now)

	reported := seen.hub.DeepCopy()
	reported.Status = status(seen, wanted, now)
	_, err = apply.Status(ctx, apply.Manager{Client: r.Client, Name: Manager}, seen.hub, reported)
	switch {
	case apierrors.IsConflict(err): // the cache is behind
		return wakeup.At(now, now), nil
	case err != nil:
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	return wakeup.At(now, wanted.next), nil
}
