/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// done records what was written.
type done struct {
	// wrote reports that the catalog was published just now.
	wrote bool
	// failed is the API server's error; publishing is retried.
	failed error
}

// apply publishes the catalog unless the ConfigMap already holds it. It overrules
// other writers, but fails if the ConfigMap has changed since it was read: the
// revision follows from what was read.
func (r *Reconciler) apply(ctx context.Context, seen observed, wanted wanted) (out done) {
	if wanted.data == nil {
		return out
	}
	manager := apply.Manager{Client: r.Client, Name: Manager}
	if seen.orphan {
		if err := apply.Disown(ctx, manager, seen.live); err != nil {
			return done{failed: fmt.Errorf("adopt ConfigMap %s: %w", seen.live.Name, err)}
		}
	}
	config := configMap(seen.set.Platform, wanted.data)
	if seen.live != nil {
		config.WithResourceVersion(seen.live.ResourceVersion)
	}
	var err error
	if out.wrote, err = apply.Object(ctx, manager, apply.NewChange(seen.live, config, extract), client.ForceOwnership); err != nil {
		out.failed = fmt.Errorf("publish the catalog: %w", err)
	}
	return out
}

func extract(live *corev1.ConfigMap, manager string) (*corev1ac.ConfigMapApplyConfiguration, error) {
	applied, err := corev1ac.ExtractConfigMap(live, manager)
	if err != nil {
		return nil, err
	}
	return applied.WithResourceVersion(live.ResourceVersion), nil
}

// configMap returns the ConfigMap that holds a platform's catalog and is deleted with it.
func configMap(platform *v1alpha1.BookingPlatform, data []byte) *corev1ac.ConfigMapApplyConfiguration {
	return corev1ac.ConfigMap(workload.CatalogConfigMap(platform.Name), platform.Namespace).
		WithLabels(map[string]string{
			"app.kubernetes.io/name":       "booking-catalog",
			"app.kubernetes.io/part-of":    platform.Name,
			"app.kubernetes.io/managed-by": "mezzanotte",
			workload.LabelPlatform:         platform.Name,
		}).
		WithOwnerReferences(metav1ac.OwnerReference().
			WithAPIVersion(v1alpha1.GroupVersion.String()).
			WithKind("BookingPlatform").
			WithName(platform.Name).
			WithUID(platform.UID).
			WithController(true).
			WithBlockOwnerDeletion(true)).
		WithData(map[string]string{workload.CatalogKey: string(data)})
}
