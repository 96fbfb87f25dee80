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
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// observe reads all that a campaign's status is made from. Pods are read only
// while they may prove something, the catalog only where it is not the newest.
func (r *Reconciler) observe(ctx context.Context, campaign *v1alpha1.Campaign, now time.Time) (seen, error) {
	set, found, err := observe.Set(ctx, r.Client, campaign.Namespace, campaign.Spec.PlatformRef.Name)
	if err != nil {
		return seen{}, err
	}
	s := seen{campaign: campaign, now: now}
	if found {
		s.look(set)
		if err := r.readPublished(ctx, &s); err != nil {
			return seen{}, err
		}
	}
	for i := range s.launches {
		if l := &s.launches[i]; s.awaits(*l) {
			if l.ready, err = r.readyTimes(ctx, campaign.Namespace, l.Channel); err != nil {
				return seen{}, err
			}
		}
	}
	s.prove()
	return s, nil
}

// readyTimes are the instants at which a channel's pods became Ready, of those
// that still are, in the order of time.
func (r *Reconciler) readyTimes(ctx context.Context, namespace, channel string) ([]time.Time, error) {
	var pods corev1.PodList
	err := r.Client.List(ctx, &pods, client.InNamespace(namespace),
		client.MatchingLabels{workload.LabelChannel: channel}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list the pods of channel %s: %w", channel, err)
	}
	var times []time.Time
	for i := range pods.Items {
		if since, ready := readySince(&pods.Items[i]); ready {
			times = append(times, since)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times, nil
}

// readySince is when a pod became Ready, if it is and is not on its way out.
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
