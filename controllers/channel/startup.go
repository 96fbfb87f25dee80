/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
	// longestStartUp is what counts as one.
	longestStartUp = 30 * time.Minute
	// longestWarmUp is how long a container may run before it is Ready. A pod that
	// was Ready, lost it and found it again later than that did not start then.
	longestWarmUp = 10 * time.Minute
	// longestSetUp is how long a pod that has a node may wait for its volumes and
	// its network. Longer, it waited for a Secret that was not there yet.
	longestSetUp = time.Minute
	// forgetAfter is how long nothing is forgotten, and how often half of it is.
	forgetAfter = 24 * time.Hour
	// clearBefore is how long before a launch nothing is forgotten any more.
	clearBefore = time.Hour
)

// startUp is how long a pod took from its creation to Ready: for a node, its
// image and its server. Unknown where something else delayed it: its container
// was started again, was Ready before, or the pod could not be set up.
func startUp(pod *corev1.Pod) (took time.Duration, known bool) {
	ready, container := since(pod, corev1.PodReady), runningIn(pod)
	if ready.IsZero() || container == nil || container.RestartCount > 0 {
		return 0, false
	}
	if ready.Sub(container.State.Running.StartedAt.Time) > longestWarmUp {
		return 0, false
	}
	placed, setUp := since(pod, corev1.PodScheduled), since(pod, corev1.PodReadyToStartContainers)
	if !placed.IsZero() && setUp.Sub(placed) > longestSetUp {
		return 0, false
	}
	took = ready.Sub(pod.CreationTimestamp.Time)
	return took, took > 0 && took <= longestStartUp
}

// since when a pod's condition has been True; the zero time: it is not.
func since(pod *corev1.Pod, kind corev1.PodConditionType) time.Time {
	for _, c := range pod.Status.Conditions {
		if c.Type == kind && c.Status == corev1.ConditionTrue {
			return c.LastTransitionTime.Time
		}
	}
	return time.Time{}
}

// runningIn a pod is the container of ours, or nil if it does not run.
func runningIn(pod *corev1.Pod) *corev1.ContainerStatus {
	for i := range pod.Status.ContainerStatuses {
		if c := &pod.Status.ContainerStatuses[i]; c.Name == workload.Container && c.State.Running != nil {
			return c
		}
	}
	return nil
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
