/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// unpublished is why a platform's newest catalog is not published, or "".
func unpublished(p *v1alpha1.BookingPlatform) string {
	c := meta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionCatalogPublished)
	if c == nil || c.Status != metav1.ConditionFalse {
		return ""
	}
	return c.Message
}

// readPublished finds out what booking pods know of the campaign where the
// platform's newest catalog is not published: it may be in the last one all the
// same, as it is declared, as it was before, or not at all.
func (r *Reconciler) readPublished(ctx context.Context, s *seen) error {
	platform := s.set.Platform
	why := unpublished(platform)
	if why == "" || !s.stands {
		return nil
	}
	document := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: platform.Namespace, Name: workload.CatalogConfigMap(platform.Name)}
	if err := r.Live.Get(ctx, key, document); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("read ConfigMap %s: %w", key.Name, err)
	}
	since := fmt.Sprintf(", since BookingPlatform %s publishes no new catalog: %s", platform.Name, why)
	s.outdated = "booking pods do not know it" + since
	s.shut = s.outdated
	published, err := catalog.Decode([]byte(document.Data[workload.CatalogKey]))
	if err != nil || published.Platform != platform.Name {
		return nil // nothing that pods could read
	}
	i := slices.IndexFunc(published.Campaigns, func(c catalog.Campaign) bool { return c.Name == s.campaign.Name })
	if i < 0 {
		return nil
	}
	s.outdated, s.shut = "", ""
	if last := published.Campaigns[i]; !asDeclared(last, declared.Set{Platform: platform, Campaigns: []v1alpha1.Campaign{*s.campaign}}) {
		s.outdated = "booking pods do not know it as it is declared" + since
		if last.Paused != "" || last.OpensAt.After(s.now) {
			s.shut = s.outdated
		}
	}
	return nil
}

// asDeclared says that a campaign was published as it stands alone in a set.
func asDeclared(published catalog.Campaign, alone declared.Set) bool {
	wanted, _ := alone.Catalog()
	return catalog.Catalog{Campaigns: wanted.Campaigns}.Digest() == catalog.Catalog{Campaigns: []catalog.Campaign{published}}.Digest()
}
