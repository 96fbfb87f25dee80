/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe

import (
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/wakeup"
)

// Options of a controller of the objects that newObject makes: the request nearest
// to an opening comes first, and standbys keep a warm cache.
func Options(reader client.Reader, clock clock.PassiveClock, newObject func() client.Object) controller.Options {
	warm := true
	queue := wakeup.NewQueue(clock, Openings(reader, newObject))
	return controller.Options{RateLimiter: wakeup.Limiter(), NewQueue: queue, EnableWarmup: &warm}
}

// Changed passes updates of one kind that differ, and all creations and deletions.
func Changed[O client.Object](differ func(before, after O) bool) predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		before, ok := e.ObjectOld.(O)
		after, also := e.ObjectNew.(O)
		return ok && also && differ(before, after)
	}}
}

// StartUpChanged passes channels whose pods were found to start faster or slower:
// their ramps start later or earlier.
func StartUpChanged() predicate.Predicate {
	return Changed(func(before, after *v1alpha1.BookingChannel) bool {
		return before.Status.StartUpSeconds != after.Status.StartUpSeconds
	})
}
