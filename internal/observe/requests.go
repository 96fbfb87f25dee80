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
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// ToPlatform requests the platform that an object belongs to.
func ToPlatform(_ context.Context, o client.Object) []reconcile.Request {
	name := PlatformOf(o)
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
		opts := append(InPlatform(o.GetNamespace(), PlatformOf(o)), client.UnsafeDisableDeepCopy)
		if err := reader.List(ctx, list, opts...); err != nil {
			// The cache fails only when it stops; what was missed is seen on the next wake-up.
			log.FromContext(ctx).Error(err, "List what belongs to a platform", "platform", PlatformOf(o))
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
