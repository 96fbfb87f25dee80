/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package platform

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// status of a platform after an edition of its catalog was published, or not.
func status(s seen, next edition, launches condition.Launching, now time.Time) v1alpha1.BookingPlatformStatus {
	platform := s.set.Platform
	out := *platform.Status.DeepCopy()
	out.ObservedGeneration = platform.Generation
	out.Hubs, out.Campaigns, out.Channels = number(len(s.set.Hubs)), number(len(s.set.Campaigns)), number(len(s.set.Channels))
	out.NextOpening = v1alpha1.NextOpening{}
	if campaign, opensAt := nextOpening(s.set, now); campaign != "" {
		out.NextOpening = v1alpha1.NextOpening{Campaign: campaign, OpensAt: &metav1.Time{Time: opensAt}}
	}

	if next.data != nil && next.failed == nil {
		out.Catalog = v1alpha1.CatalogStatus{
			ConfigMap: workload.CatalogConfigMap(platform.Name), Revision: next.Revision, Digest: next.Digest(),
		}
	}
	conditions := condition.Writer{Conditions: &out.Conditions, Generation: platform.Generation, Now: now}
	launches.Write(conditions, s.set.Zone())
	planned, bases := connections(s.set, now)
	out.PlannedConnections = planned
	connectionsSufficient(conditions, platform, bases)
	switch {
	case next.refused != nil:
		message := next.refused.Error() + last(out.Catalog)
		conditions.False(v1alpha1.ConditionCatalogPublished, next.reason, message)
		conditions.Stalled(next.reason, message)
	case next.failed != nil:
		message := next.failed.Error() + last(platform.Status.Catalog)
		conditions.False(v1alpha1.ConditionCatalogPublished, v1alpha1.ReasonWriteFailed, message)
		conditions.Reconciling(v1alpha1.ReasonWriteFailed, message)
	default:
		message := says(next)
		conditions.True(v1alpha1.ConditionCatalogPublished, v1alpha1.ReasonPublished, message)
		conditions.Ready(v1alpha1.ReasonPublished, message)
	}
	return out
}

// says what a catalog holds, and what it does not hold as it is declared.
func says(next edition) string {
	text := fmt.Sprintf("revision %d of the catalog holds %d hubs and %d campaigns", next.Revision, len(next.Hubs), len(next.Campaigns))
	if len(next.left) == 0 {
		return text
	}
	left := slices.SortedFunc(slices.Values(next.left), func(a, b declared.LeftOut) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	words := make([]string, 0, len(left))
	for _, l := range left {
		words = append(words, fmt.Sprintf("%s %s (%s)", l.Kind, l.Name, l.Why))
	}
	return text + "; not as declared: " + strings.Join(words, ", ")
}

// last says which catalog stays in force.
func last(published v1alpha1.CatalogStatus) string {
	if published.Revision == 0 {
		return ""
	}
	return fmt.Sprintf("; revision %d stays in force", published.Revision)
}

// nextOpening is the first opening after now that nothing holds, or "".
func nextOpening(set declared.Set, now time.Time) (campaign string, opensAt time.Time) {
	for i := range set.Campaigns {
		c := &set.Campaigns[i]
		resolved, err := declared.InForce(c, set.Platform)
		if err != nil || resolved.Held || c.Spec.Pause.Reason != "" || !resolved.OpensAt.After(now) {
			continue
		}
		first := campaign == "" || resolved.OpensAt.Before(opensAt) || (resolved.OpensAt.Equal(opensAt) && c.Name < campaign)
		if first {
			campaign, opensAt = c.Name, resolved.OpensAt
		}
	}
	return campaign, opensAt
}

func number(n int) *int32 {
	n32 := int32(n)
	return &n32
}
