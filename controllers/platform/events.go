/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/condition"
)

// occurrence is an event that is to be recorded.
type occurrence struct{ kind, reason, note string }

// happened is what has changed with this edition.
func happened(s seen, next edition) []occurrence {
	if next.refused != nil {
		before := meta.FindStatusCondition(s.set.Platform.Status.Conditions, v1alpha1.ConditionCatalogPublished)
		if before != nil && before.Reason == next.reason {
			return nil
		}
		return []occurrence{{corev1.EventTypeWarning, v1alpha1.EventCatalogNotPublished, next.refused.Error()}}
	}
	if !next.wrote || next.failed != nil || next.Revision == s.published.Revision {
		return nil
	}
	all := []occurrence{{corev1.EventTypeNormal, v1alpha1.EventCatalogPublished, says(next)}}
	for _, campaign := range s.published.Campaigns {
		if !holds(next.Catalog, campaign.Name) {
			all = append(all, occurrence{corev1.EventTypeWarning, v1alpha1.EventCampaignWithdrawn, fmt.Sprintf(
				"campaign %s, which opens %s, is withdrawn: it was deleted", campaign.Name, campaign.OpensAtLocal)})
		}
	}
	return all
}

func holds(c catalog.Catalog, name string) bool {
	for _, campaign := range c.Campaigns {
		if campaign.Name == name {
			return true
		}
	}
	return false
}

func (r *Reconciler) record(platform *v1alpha1.BookingPlatform, all []occurrence) {
	for _, one := range all {
		r.Recorder.Eventf(platform, nil, one.kind, one.reason, v1alpha1.ActionPublish, "%s", condition.Brief(one.note))
	}
}
