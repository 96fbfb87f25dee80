/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package campaign

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// observed holds what was read for one campaign.
type observed struct {
	campaign *v1alpha1.Campaign
	// set is nil if the platform does not exist.
	set *declared.Set
	// published is the catalog that booking pods have, if it is readable. It is read
	// only where the newest one is not published or leaves the campaign out.
	published catalog.Catalog
	readable  bool
}

// observe reads a campaign, what belongs to its platform and what is published of it.
func (r *Reconciler) observe(ctx context.Context, key types.NamespacedName) (seen observed, found bool, err error) {
	seen.campaign = &v1alpha1.Campaign{}
	if err := r.Client.Get(ctx, key, seen.campaign); err != nil {
		return observed{}, false, client.IgnoreNotFound(err)
	}
	set, found, err := observe.Set(ctx, r.Client, key.Namespace, seen.campaign.Spec.PlatformRef.Name)
	if err != nil || !found {
		return seen, err == nil, err
	}
	seen.set = &set
	if unpublished(set, seen.campaign) == "" {
		return seen, true, nil
	}
	document := &corev1.ConfigMap{}
	key.Name = workload.CatalogConfigMap(set.Platform.Name)
	if err := r.Live.Get(ctx, key, document); client.IgnoreNotFound(err) != nil {
		return observed{}, false, fmt.Errorf("read ConfigMap %s: %w", key.Name, err)
	}
	seen.published, err = catalog.Decode([]byte(document.Data[workload.CatalogKey]))
	seen.readable = err == nil && seen.published.Platform == set.Platform.Name
	return seen, true, nil
}

// unpublished returns why a campaign is not published as it is declared, or "": its
// platform's newest catalog is not published, or leaves it out.
func unpublished(set declared.Set, campaign *v1alpha1.Campaign) string {
	if why := notPublishing(set.Platform); why != "" {
		return fmt.Sprintf("BookingPlatform %s publishes no new catalog: %s", set.Platform.Name, why)
	}
	if err := set.LeavesOut(campaign); err != nil {
		return "the catalog leaves it out: " + err.Error()
	}
	return ""
}

// notPublishing returns why a platform's newest catalog is not published, or "".
func notPublishing(p *v1alpha1.BookingPlatform) string {
	if c := condition.In(p.Status.Conditions, v1alpha1.ConditionCatalogPublished); c.Status == metav1.ConditionFalse {
		return c.Message
	}
	return ""
}

// prove reads the pods that may prove a channel Ready, only while they may.
func (r *Reconciler) prove(ctx context.Context, wanted *wanted) (err error) {
	for i := range wanted.launches {
		l := &wanted.launches[i]
		if !wanted.awaits(*l) {
			continue
		}
		if l.ready, err = r.readyTimes(ctx, wanted.campaign.Namespace, l.Channel); err != nil {
			return err
		}
		wanted.compareWithProof(l)
	}
	return nil
}

// readyTimes returns the instants at which a channel's Ready pods became Ready, in order.
func (r *Reconciler) readyTimes(ctx context.Context, namespace, channel string) ([]time.Time, error) {
	var pods corev1.PodList
	err := r.Client.List(ctx, &pods, client.InNamespace(namespace),
		client.MatchingLabels{workload.LabelChannel: channel}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list the pods of channel %s: %w", channel, err)
	}
	var times []time.Time
	for i := range pods.Items {
		if since, ready := readySince(&pods.Items[i]); ready && workload.OwnsPod(channel, &pods.Items[i]) {
			times = append(times, since)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times, nil
}

// readySince returns when a pod became Ready, if it is Ready and not being deleted.
func readySince(pod *corev1.Pod) (since time.Time, ready bool) {
	if pod.DeletionTimestamp != nil {
		return time.Time{}, false
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.LastTransitionTime.UTC(), c.Status == corev1.ConditionTrue
		}
	}
	return time.Time{}, false
}
