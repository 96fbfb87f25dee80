/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/apply"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/condition"
)

// happened returns the events of this reconciliation.
func happened(seen observed, wanted wanted, done done) []apply.Event {
	publish := func(kind, reason, note string) apply.Event {
		return apply.Event{Type: kind, Reason: reason, Action: v1alpha1.ActionPublish, Note: note}
	}
	if wanted.refused != nil {
		if condition.In(seen.set.Platform.Status.Conditions, v1alpha1.ConditionCatalogPublished).Reason == wanted.reason {
			return nil
		}
		return []apply.Event{publish(corev1.EventTypeWarning, v1alpha1.EventCatalogNotPublished, wanted.refused.Error())}
	}
	if !done.wrote || done.failed != nil {
		return nil
	}
	var all []apply.Event
	if seen.orphan {
		all = append(all, publish(corev1.EventTypeNormal, v1alpha1.EventAdopted, fmt.Sprintf(
			"ConfigMap %s was made for a platform of this name that is gone, as after a restore; it is this platform's now", seen.live.Name)))
	}
	if wanted.Revision == seen.published.Revision {
		return all
	}
	all = append(all, publish(corev1.EventTypeNormal, v1alpha1.EventCatalogPublished, wanted.contents()))
	for _, campaign := range seen.published.Campaigns {
		if !holds(wanted.Catalog, campaign.Name) {
			all = append(all, publish(corev1.EventTypeWarning, v1alpha1.EventCampaignWithdrawn, fmt.Sprintf(
				"campaign %s, which opens %s, is withdrawn: it was deleted", campaign.Name, campaign.OpensAtLocal)))
		}
	}
	return all
}

func holds(c catalog.Catalog, name string) bool {
	return slices.ContainsFunc(c.Campaigns, func(campaign catalog.Campaign) bool { return campaign.Name == name })
}
