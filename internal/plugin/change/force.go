/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// Force reports whether a change is published; [Reach] counts the pods on which it is in
// force.
type Force struct {
	// Published reports that the platform's catalog has the change, from Revision on.
	Published bool
	Revision  int64
	// Guessed reports that the catalog is not readable, and that the statuses were used
	// instead.
	Guessed bool
	// Waits is the reason while it is not published.
	Waits string
}

// Force checks how far the change is in force.
func (c *Change) Force(ctx context.Context, from client.Reader) (Force, error) {
	var platform v1alpha1.BookingPlatform
	if err := from.Get(ctx, client.ObjectKeyFromObject(c.Set.Platform), &platform); err != nil {
		return Force{}, fmt.Errorf("read platform %s: %w", c.Set.Platform.Name, err)
	}
	key := client.ObjectKey{Namespace: platform.Namespace, Name: workload.CatalogConfigMap(platform.Name)}
	var document corev1.ConfigMap
	switch err := from.Get(ctx, key, &document); {
	case apierrors.IsForbidden(err):
		return c.guess(ctx, from, platform.Status.Catalog)
	case apierrors.IsNotFound(err):
		return Force{Waits: "there is no ConfigMap " + key.Name}, nil
	case err != nil:
		return Force{}, fmt.Errorf("read ConfigMap %s: %w", key.Name, err)
	}
	published, err := catalog.Decode([]byte(document.Data[workload.CatalogKey]))
	if err != nil {
		return Force{Waits: fmt.Sprintf("ConfigMap %s cannot be read: %v", key.Name, err)}, nil
	}
	for _, campaign := range published.Campaigns {
		if campaign.Name == c.After.Name && c.in(campaign) {
			return Force{Published: true, Revision: published.Revision}, nil
		}
	}
	return Force{Waits: fmt.Sprintf("revision %d of the catalog does not hold it", published.Revision)}, nil
}

// in reports whether a catalog's campaign has the change.
func (c *Change) in(campaign catalog.Campaign) bool {
	switch c.Verb {
	case Pause:
		return campaign.Paused == c.Reason
	case Resume:
		return campaign.Paused == ""
	case Postpone:
		return campaign.OpensAt.Equal(c.To.OpensAt)
	}
	return false
}

// guess infers it from the statuses: the operator publishes the catalog from the same
// objects.
func (c *Change) guess(ctx context.Context, from client.Reader, published v1alpha1.CatalogStatus) (Force, error) {
	var campaign v1alpha1.Campaign
	if err := from.Get(ctx, client.ObjectKeyFromObject(c.After), &campaign); err != nil {
		return Force{}, fmt.Errorf("read campaign %s: %w", c.After.Name, err)
	}
	before := c.Set.Platform.Status.Catalog.Revision
	if published.Revision > before && campaign.Status.ObservedGeneration >= c.After.Generation {
		return Force{Published: true, Guessed: true, Revision: published.Revision}, nil
	}
	return Force{Guessed: true, Waits: fmt.Sprintf("the platform's status still names revision %d of the catalog", published.Revision)}, nil
}

// Words describes it. took is the time until it was published, or the time waited.
func (f Force) Words(took time.Duration) string {
	took = took.Truncate(100 * time.Millisecond)
	switch {
	case !f.Published:
		return fmt.Sprintf("not in force: after %s %s; is the operator running? The change stays written; until it is in force, the announced opening stands", took, f.Waits)
	case f.Guessed:
		return fmt.Sprintf("revision %d of the catalog was published %s after it was written; this user may not read the catalog itself", f.Revision, took)
	}
	return fmt.Sprintf("revision %d of the catalog holds it, %s after it was written", f.Revision, took)
}
