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

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// status returns the platform's status after its catalog was published, or not.
func status(seen observed, wanted wanted, done done, now time.Time) v1alpha1.BookingPlatformStatus {
	platform := seen.set.Platform
	out := *platform.Status.DeepCopy()
	out.ObservedGeneration = platform.Generation
	out.Hubs, out.Campaigns, out.Channels = number(len(seen.set.Hubs)), number(len(seen.set.Campaigns)), number(len(seen.set.Channels))
	out.NextOpening, out.PlannedConnections = wanted.opening, wanted.connections
	if wanted.data != nil && done.failed == nil {
		out.Catalog = v1alpha1.CatalogStatus{
			ConfigMap: workload.CatalogConfigMap(platform.Name), Revision: wanted.Revision, Digest: wanted.Digest(),
		}
	}
	write := condition.Writer{Conditions: &out.Conditions, Generation: platform.Generation, Now: now}
	wanted.launching.Write(write, seen.set.Zone())
	connectionsSufficient(write, platform, wanted.bases)
	row, reason, message := condition.First(published, edited{wanted.edition, done, out.Catalog})
	write.Set(v1alpha1.ConditionCatalogPublished, condition.Verdict{Status: row.Ready, Reason: reason, Message: message})
	row.Set(write, reason, message)
	return out
}

// edited is an edition, what became of it, and the catalog in force now.
type edited struct {
	edition
	done    done
	inForce v1alpha1.CatalogStatus
}

// published decides CatalogPublished, Ready, Reconciling and Stalled.
var published = []condition.Row[edited]{
	condition.Stalled(edited.isRefused),
	condition.Reconciling(edited.hasFailed),
	condition.Ready(edited.isPublished),
}

func (e edited) isRefused() (reason, message string) {
	if e.refused == nil {
		return "", ""
	}
	return e.reason, e.refused.Error() + staysInForce(e.inForce)
}

func (e edited) hasFailed() (reason, message string) {
	if e.done.failed == nil {
		return "", ""
	}
	return v1alpha1.ReasonWriteFailed, e.done.failed.Error() + staysInForce(e.inForce)
}

func (e edited) isPublished() (reason, message string) {
	return v1alpha1.ReasonPublished, e.contents()
}

// connectionsSufficient sets the condition: the store accepts every channel at its
// base. Bases that alone exceed it are reported, not cut.
func connectionsSufficient(write condition.Writer, platform *v1alpha1.BookingPlatform, bases int64) {
	most := int64(platform.Spec.Database.MaxConnections)
	message := fmt.Sprintf("all channels at their bases need %d connections, including 20 in reserve; the store accepts %d", bases, most)
	if bases <= most {
		write.Set(v1alpha1.ConditionConnectionsSufficient, condition.True(v1alpha1.ReasonBasesFit, message))
		return
	}
	write.Set(v1alpha1.ConditionConnectionsSufficient, condition.False(v1alpha1.ReasonBasesExceedConnections, message+
		fmt.Sprintf(": raise spec.database.maxConnections to at least %d, or lower scaling.minReplicas or capacity.databaseConnections of some channels", bases)))
}

// contents describes what a catalog holds, and what it does not hold as declared.
func (next edition) contents() string {
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

// staysInForce names the catalog in force.
func staysInForce(published v1alpha1.CatalogStatus) string {
	if published.Revision == 0 {
		return ""
	}
	return fmt.Sprintf("; revision %d stays in force", published.Revision)
}

func number(n int) *int32 {
	n32 := int32(n)
	return &n32
}
