/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plan"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

const (
	// startUpPercentile of a channel's pods need no longer than what is learned.
	startUpPercentile = 95
	// startUpStep is in what steps it is learned, so that a second more or less
	// changes nothing.
	startUpStep = 10 * time.Second
	// longestStartUp is what counts as one. A pod that lost its readiness and found
	// it again hours after its creation did not take hours to start.
	longestStartUp = 30 * time.Minute
	// forgetAfter is how long nothing is forgotten, and how often half of it is.
	forgetAfter = 24 * time.Hour
	// clearBefore is how long before a launch nothing is forgotten any more.
	clearBefore = time.Hour
)

// startUps reads how long the channel's Ready pods took from their creation.
func (r *Reconciler) startUps(ctx context.Context, channel *v1alpha1.BookingChannel) ([]time.Duration, error) {
	var pods corev1.PodList
	err := r.Client.List(ctx, &pods, client.InNamespace(channel.Namespace),
		client.MatchingLabels{workload.LabelChannel: channel.Name}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list the pods of channel %s: %w", channel.Name, err)
	}
	var took []time.Duration
	for i := range pods.Items {
		for _, c := range pods.Items[i].Status.Conditions {
			since := c.LastTransitionTime.Sub(pods.Items[i].CreationTimestamp.Time)
			if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue && since > 0 && since <= longestStartUp {
				took = append(took, since)
			}
		}
	}
	slices.Sort(took)
	return took, nil
}

// longest start-up of nearly all pods, in whole steps; 0 if none is known.
func longest(startUps []time.Duration) time.Duration {
	if len(startUps) == 0 {
		return 0
	}
	at := startUps[(len(startUps)*startUpPercentile+99)/100-1]
	return (at + startUpStep - 1).Truncate(startUpStep)
}

// learned is what the status says of the time that a pod needs to start. More is
// learned at once; less, by half of the difference, once a day, and neither in a
// launch nor in the hour before one, where a pod that is late costs the most.
type learned struct {
	seconds int32
	at      *metav1.Time
}

func (l learned) time() time.Duration { return time.Duration(l.seconds) * time.Second }

// raised is what is learned from the pods that are Ready.
func raised(status v1alpha1.BookingChannelStatus, startUps []time.Duration, now time.Time) learned {
	seconds := int32(longest(startUps) / time.Second)
	if seconds > status.StartUpSeconds {
		return learned{seconds, &metav1.Time{Time: now.Truncate(time.Second)}}
	}
	return learned{status.StartUpSeconds, status.StartUpLearnedAt}
}

// forgotten is what is left of it.
func (l learned) forgotten(startUps []time.Duration, launches []plan.Launch, now time.Time) learned {
	least := longest(startUps)
	before := l.time()
	if least == 0 || least >= before || l.at != nil && now.Before(l.at.Add(forgetAfter)) {
		return l
	}
	for _, launch := range launches {
		if !now.Before(launch.Begins().Add(-clearBefore)) && now.Before(launch.Ends) {
			return l
		}
	}
	half := least + ((before - least) / 2).Truncate(startUpStep)
	return learned{int32(half / time.Second), &metav1.Time{Time: now.Truncate(time.Second)}}
}
