/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package platform publishes the catalog, the document that tells booking pods
// which hubs and openings exist.
//
// An announced opening is kept, whatever happens to its declaration afterwards: a
// campaign whose opening can no longer be resolved stays in the catalog with the last
// announced one, held if another one has been declared since (declared.InForce). A hub
// or campaign that no reader of the catalog would accept stays as it was published
// before, and never opens earlier. A catalog over its limits is not published; the last
// good one stays.
//
// The revision grows by one when the content changes and never falls, since
// the highest one binds every booking. What was published is read back from the
// ConfigMap itself, without a cache; the status remembers it as well, in case
// somebody deletes the ConfigMap.
package platform

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/observe"
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

// New returns a reconciler for a manager. It reads the time from the given clock only.
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
	wanted := decide(seen, now)
	if wanted.binds(seen) {
		// Not from a cache that may be behind: an opening postponed meanwhile
		// would be published unmoved.
		if seen.set, found, err = observe.Set(ctx, r.Live, request.Namespace, request.Name); err != nil || !found {
			return ctrl.Result{}, err
		}
		wanted = decide(seen, now)
	}
	done := r.apply(ctx, seen, wanted)

	reported := seen.set.Platform.DeepCopy()
	reported.Status = status(seen, wanted, done, now)
	_, err = apply.Status(ctx, apply.Manager{Client: r.Client, Name: Manager}, seen.set.Platform, reported)
	// Also if the status was not written: pods have the published catalog all the same.
	apply.Record(r.Recorder, seen.set.Platform, happened(seen, wanted, done))
	switch {
	case done.failed == nil && apierrors.IsConflict(err): // the cache is behind
		return wakeup.At(now, now), nil
	case done.failed != nil || client.IgnoreNotFound(err) != nil:
		return ctrl.Result{}, errors.Join(done.failed, err)
	}
	return wakeup.At(now, wanted.next), nil
}
