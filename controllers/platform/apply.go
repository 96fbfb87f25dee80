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

// publish applies the ConfigMap unless it is as it should be. It gives way to
// nobody, but to a ConfigMap that has changed since it was read: the revision
// follows from what was read.
func (r *Reconciler) publish(ctx context.Context, s seen, next edition) (wrote bool, err error) {
	if next.data == nil {
		return false, nil
	}
	wanted := configMap(s.set.Platform, next.data)
	if s.live != nil {
		wanted.WithResourceVersion(s.live.ResourceVersion)
	}
	manager := apply.Manager{Client: r.Client, Name: Manager}
	wrote, err = apply.Object(ctx, manager, apply.NewChange(s.live, wanted, extract), client.ForceOwnership)
	if err != nil {
		return wrote, fmt.Errorf("publish the catalog: %w", err)
	}
	return wrote, nil
}

func extract(live *corev1.ConfigMap, manager string) (*corev1ac.ConfigMapApplyConfiguration, error) {
	applied, err := corev1ac.ExtractConfigMap(live, manager)
	if err != nil {
		return nil, err
	}
	return applied.WithResourceVersion(live.ResourceVersion), nil
}

// configMap holds a platform's catalog and goes with it.
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
