/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package campaign follows a campaign from its announcement to its closing: when
// it opens, whether the plan is feasible, whether every channel was proved Ready for
// it, and whether people may book. It writes only the campaign's status: the channel
// controller sets floors, and doors open by the catalog, so neither waits for this
// controller.
//
//	announced          ramp starts    ready by   opens            keep until
//	────┼───────────────────┼────────────┼─────────┼──────────────────┼────▶
//	    └──── Waiting ──────┴── Ramping ─┴─ NotProved, unless proved ─┘
//
// A channel is proved Ready when its Ready pods reach the peak floor, by the pods' own
// transition times: the result does not depend on whether somebody was watching. Pods
// that are lost afterwards are said until the peak has been kept long enough, and the
// last verdict stands.
package campaign

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

// Manager is the field manager that writes campaigns.
const Manager = client.FieldOwner("mezzanotte-campaign")

// Reconciler keeps the status of campaigns.
type Reconciler struct {
	Client client.Client
	// Live reads catalogs, which no cache holds.
	Live     client.Reader
	Clock    clock.PassiveClock
	Recorder events.EventRecorder
}

// New returns a reconciler for a manager. It reads the time from the given clock only.
func New(mgr ctrl.Manager, clock clock.PassiveClock) *Reconciler {
	return &Reconciler{Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Clock: clock, Recorder: mgr.GetEventRecorder("campaign")}
}

// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=campaigns;bookingplatforms;vaccinationhubs;bookingchannels,verbs=get;list;watch
// +kubebuilder:rbac:groups=booking.mezzanotte.dev,resources=campaigns/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=pods,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconcile brings the status of one campaign up to date.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	now := r.Clock.Now()
	seen, found, err := r.observe(ctx, request.NamespacedName)
	if err != nil || !found {
		return ctrl.Result{}, err
	}
	wanted := decide(seen, now)
	if err := r.prove(ctx, &wanted); err != nil {
		return ctrl.Result{}, err
	}

	reported := seen.campaign.DeepCopy()
	reported.Status = status(&wanted)
	_, err = apply.Status(ctx, apply.Manager{Client: r.Client, Name: Manager}, seen.campaign, reported)
	switch {
	case apierrors.IsConflict(err): // the cache is behind
		return wakeup.At(now, now), nil
	case err != nil:
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	apply.Record(r.Recorder, seen.campaign, happened(seen.campaign.Status, reported.Status))
	return wakeup.At(now, wanted.next), nil
}
