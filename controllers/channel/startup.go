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
	// startUpPercentile of the pods start at least as fast as what is learned.
	startUpPercentile = 95
	// startUpStep rounds what is learned, so that a second more or less changes
	// nothing.
	startUpStep = 10 * time.Second
	// longestStartUp is the longest time that counts as a start-up.
	longestStartUp = 30 * time.Minute
	// longestWarmUp is the longest time from a container's start to Ready. A pod that
	// became Ready later than that was Ready before.
	longestWarmUp = 10 * time.Minute
	// longestSetUp is the longest time that a pod with a node needs for its volumes and
	// network. A pod that took longer waited for a Secret that did not exist yet.
	longestSetUp = time.Minute
	// forgetAfter is the time before half of an excess is forgotten, and between two
	// times.
	forgetAfter = 24 * time.Hour
	// clearBefore is the time before a launch in which nothing is forgotten.
	clearBefore = time.Hour
)

// startUp returns the time from a pod's creation to Ready: for a node, its image and
// its server. It is unknown if something else delayed the pod: its container was
// restarted, was Ready before, or could not be set up.
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

// since returns when a pod's condition became True; the zero time if it is not.
func since(pod *corev1.Pod, kind corev1.PodConditionType) time.Time {
	for _, c := range pod.Status.Conditions {
		if c.Type == kind && c.Status == corev1.ConditionTrue {
			return c.LastTransitionTime.Time
		}
	}
	return time.Time{}
}

// runningIn returns our container in a pod; nil if it does not run.
func runningIn(pod *corev1.Pod) *corev1.ContainerStatus {
	for i := range pod.Status.ContainerStatuses {
		if c := &pod.Status.ContainerStatuses[i]; c.Name == workload.Container && c.State.Running != nil {
			return c
		}
	}
	return nil
}

// longest returns the start-up time of nearly all pods, rounded up; 0 if none is known.
func longest(startUps []time.Duration) time.Duration {
	if len(startUps) == 0 {
		return 0
	}
	at := startUps[(len(startUps)*startUpPercentile+99)/100-1]
	return (at + startUpStep - 1).Truncate(startUpStep)
}

// learned is the start-up time in the status. A longer time is learned at once; a
// shorter one by half of the difference, once a day, but neither in a launch nor in the
// hour before one, where a late pod costs most.
type learned struct {
	seconds int32
	at      *metav1.Time
}

func (l learned) time() time.Duration { return time.Duration(l.seconds) * time.Second }

// raised returns what the Ready pods teach: a longer time only.
func raised(status v1alpha1.BookingChannelStatus, startUps []time.Duration, now time.Time) learned {
	seconds := int32(longest(startUps) / time.Second)
	if seconds > status.StartUpSeconds {
		return learned{seconds, &metav1.Time{Time: now.Truncate(time.Second)}}
	}
	return learned{status.StartUpSeconds, status.StartUpLearnedAt}
}

// forgotten returns a shorter time, if it is time to forget.
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
