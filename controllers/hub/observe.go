/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package hub

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// observed holds what was read for one hub.
type observed struct {
	hub *v1alpha1.VaccinationHub
	// platform is nil if it does not exist.
	platform *v1alpha1.BookingPlatform
}

// observe reads a hub and its platform.
func (r *Reconciler) observe(ctx context.Context, key types.NamespacedName) (seen observed, found bool, err error) {
	hub, platform := &v1alpha1.VaccinationHub{}, &v1alpha1.BookingPlatform{}
	if err := r.Client.Get(ctx, key, hub); err != nil {
		return observed{}, false, client.IgnoreNotFound(err)
	}
	key.Name = hub.Spec.PlatformRef.Name
	switch err := r.Client.Get(ctx, key, platform); {
	case apierrors.IsNotFound(err):
		return observed{hub: hub}, true, nil
	case err != nil:
		return observed{}, false, fmt.Errorf("read platform %s: %w", key.Name, err)
	}
	return observed{hub, platform}, true, nil
}
