/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
)

// SetupWithManager starts the controller with the manager. The manager's cache
// needs observe.Index.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	toPlatform := handler.EnqueueRequestsFromMapFunc(observe.ToPlatform)
	declared := predicate.GenerationChangedPredicate{}
	return ctrl.NewControllerManagedBy(mgr).
		Named("platform").
		For(&v1alpha1.BookingPlatform{}, builder.WithPredicates(declared)).
		Owns(&corev1.ConfigMap{}, builder.OnlyMetadata).
		Watches(&v1alpha1.VaccinationHub{}, toPlatform, builder.WithPredicates(predicate.Or(declared, predicate.LabelChangedPredicate{}))).
		Watches(&v1alpha1.Campaign{}, toPlatform, builder.WithPredicates(predicate.Or(declared, observe.Changed(announced)))).
		Watches(&v1alpha1.BookingChannel{}, toPlatform, builder.WithPredicates(predicate.Or(declared, observe.StartUpChanged()))).
		WithOptions(observe.Options(mgr.GetClient(), r.Clock, func() client.Object { return &v1alpha1.BookingPlatform{} })).
		Complete(r)
}

// announced reports a change of what catalog and plan read of a campaign's status.
func announced(before, after *v1alpha1.Campaign) bool {
	read := func(c *v1alpha1.Campaign) v1alpha1.CampaignStatus {
		s := c.Status
		return v1alpha1.CampaignStatus{Announced: s.Announced, OpensAt: s.OpensAt, ClosesAt: s.ClosesAt, OpenedAt: s.OpenedAt, Pauses: s.Pauses}
	}
	return !equality.Semantic.DeepEqual(read(before), read(after))
}
