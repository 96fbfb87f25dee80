/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package hub

import (
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
	declared := builder.WithPredicates(predicate.GenerationChangedPredicate{})
	all := handler.EnqueueRequestsFromMapFunc(observe.ToAll(mgr.GetClient(), func() client.ObjectList { return &v1alpha1.VaccinationHubList{} }))
	return ctrl.NewControllerManagedBy(mgr).
		Named("hub").
		For(&v1alpha1.VaccinationHub{}, declared).
		Watches(&v1alpha1.BookingPlatform{}, all, declared).
		WithOptions(observe.Options(mgr.GetClient(), r.Clock, func() client.Object { return &v1alpha1.VaccinationHub{} })).
		Complete(r)
}
