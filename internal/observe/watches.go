/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
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

// ToPlatform requests the platform that an object belongs to.
func ToPlatform(_ context.Context, o client.Object) []reconcile.Request {
	name := declared.PlatformOf(o)
	if name == "" {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Namespace: o.GetNamespace(), Name: name}}}
}

// ToAll requests every object of a kind that belongs to the same platform as another
// object. newList makes an empty list of that kind.
func ToAll(reader client.Reader, newList func() client.ObjectList) handler.MapFunc {
	return func(ctx context.Context, o client.Object) []reconcile.Request {
		list := newList()
		opts := append(InPlatform(o.GetNamespace(), declared.PlatformOf(o)), client.UnsafeDisableDeepCopy)
		if err := reader.List(ctx, list, opts...); err != nil {
			// The cache fails only when it stops; what was missed is seen on the next wake-up.
			log.FromContext(ctx).Error(err, "List what belongs to a platform", "platform", declared.PlatformOf(o))
			return nil
		}
		var requests []reconcile.Request
		_ = meta.EachListItem(list, func(item runtime.Object) error {
			if member, ok := item.(client.Object); ok {
				requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(member)})
			}
			return nil
		})
		return requests
	}
}
