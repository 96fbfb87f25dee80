/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package channel carries out the plan of one booking channel: its workload,
// its floor, and what /scale asks for.
//
//	observe ─▶ decide (plan, objects, replicas) ─▶ apply ─▶ status ─▶ events
//	 reads          pure, at one instant           writes
//
// Between two reconciliations only the objects remember anything. Writes that change
// nothing are not sent. The reconciler looks again at the plan's next step; whatever it
// does then is harmless a minute later.
package channel

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

// Manager is the field manager that writes channels and what they own.
const Manager = client.FieldOwner("mezzanotte-channel")

// Reconciler carries out the plan of channels.
type Reconciler struct {
	// Client reads from a cache that keeps managed fields.
	Client client.Client
	// Live reads past the cache, just before something is created; nil: it does not.
	Live  client.Reader
	Clock clock.PassiveClock
	// Recorder of events; nil: none are recorded.
	Recorder events.EventRecorder
}

// New returns a reconciler for a manager. It reads the time from the given clock only.
func New(mgr ctrl.Manager, clock clock.PassiveClock) *Reconciler {
	return &Reconciler{Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Clock: clock, Recorder: mgr.GetEventRecorder("channel")}
}

// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=bookingchannels;bookingplatforms;campaigns;vaccinationhubs,verbs=get;list;watch
// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=bookingchannels/status,verbs=patch
// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=bookingchannels/finalizers,verbs=update
// +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=apps,resources=deployments/scale,verbs=update
// +kubebuilder:rbac:groups=autoscaling,resources=horizontalpodautoscalers,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups="",resources=services;serviceaccounts,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=policy,resources=poddisruptionbudgets,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=networking.k8s.io,resources=networkpolicies,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconcile brings one channel to what the plan says now.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	now := r.Clock.Now()
	seen, found, err := r.observe(ctx, request.NamespacedName)
	if err != nil || !found || !seen.channel.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, err
	}
	wanted := decide(seen, now)
	done := r.apply(ctx, seen, wanted)

	reported := seen.channel.DeepCopy()
	reported.Status = status(seen, wanted, done)
	err = r.report(ctx, seen.channel, reported)
	if err == nil {
		apply.Record(r.Recorder, reported, happened(seen.channel, reported, wanted, done))
	}
	if err := errors.Join(done.err(), client.IgnoreNotFound(err)); err != nil {
		return ctrl.Result{}, err // a time would be dropped
	}
	if err := terminal(seen, reported); err != nil {
		return ctrl.Result{}, err
	}
	return result(wanted, done, reported), nil
}

// result returns when to look again. The queue decides how urgent that is.
func result(wanted wanted, done done, reported *v1alpha1.BookingChannel) ctrl.Result {
	next := opening.Earliest(wanted.next, done.holdUntil)
	if waitsUnwatched(reported.Status.Conditions) {
		launching := meta.IsStatusConditionTrue(reported.Status.Conditions, v1alpha1.ConditionLaunching)
		next = opening.Earliest(next, wakeup.Unwatched(wanted.now, launching))
	}
	return wakeup.At(wanted.now, next)
}

// terminal returns an error that only a person can correct. While anything runs there
// is none, since it needs the clock; nor is there one for a taken name, since nobody
// tells us when it becomes free.
func terminal(seen *observed, reported *v1alpha1.BookingChannel) error {
	stalled := condition.In(reported.Status.Conditions, v1alpha1.ConditionStalled)
	if seen.deployment == nil && (stalled.Reason == v1alpha1.ReasonNoImage || stalled.Reason == v1alpha1.ReasonRefused) {
		return reconcile.TerminalError(errors.New(stalled.Message))
	}
	return nil
}
