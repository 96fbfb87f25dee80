/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// observed holds what was read for one platform.
type observed struct {
	set declared.Set
	// live is the ConfigMap; nil if it does not exist.
	live *corev1.ConfigMap
	// foreign is who else the ConfigMap belongs to, or "". It is left alone.
	foreign string
	// orphan is true if we made it and its owner is gone, as after a restore from a backup.
	orphan bool
	// published is the catalog in it, if it is readable.
	published catalog.Catalog
	readable  bool
}

// observe reads a platform, what belongs to it and what was published of it.
func (r *Reconciler) observe(ctx context.Context, key types.NamespacedName) (s observed, found bool, err error) {
	s.set, found, err = observe.Set(ctx, r.Client, key.Namespace, key.Name)
	if err != nil || !found {
		return observed{}, false, err
	}
	if err := r.readPublished(ctx, &s); err != nil {
		return observed{}, false, err
	}
	if !s.readable {
		// Only the status remembers the revision now: the newest is needed.
		err := r.Live.Get(ctx, key, s.set.Platform)
		return s, err == nil, client.IgnoreNotFound(err)
	}
	return s, true, nil
}

// readPublished reads what was published of a platform.
func (r *Reconciler) readPublished(ctx context.Context, s *observed) error {
	platform := s.set.Platform
	live := &corev1.ConfigMap{}
	name := workload.CatalogConfigMap(platform.Name)
	switch err := r.Live.Get(ctx, client.ObjectKey{Namespace: platform.Namespace, Name: name}, live); {
	case apierrors.IsNotFound(err):
		return nil
	case err != nil:
		return fmt.Errorf("read ConfigMap %s: %w", name, err)
	}
	s.live = live
	claim := apply.Claim{Owner: platform, Kind: "BookingPlatform", Manager: Manager, Labels: map[string]string{workload.LabelPlatform: platform.Name}}
	if s.foreign, s.orphan = claim.Judge(live); s.foreign != "" {
		return nil
	}
	// Another platform's catalog is none of ours, and what cannot be read counts
	// as missing: it is published anew.
	published, err := catalog.Decode([]byte(live.Data[workload.CatalogKey]))
	if s.readable = err == nil && published.Platform == platform.Name; s.readable {
		s.published = published
	}
	return nil
}
