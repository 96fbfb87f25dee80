/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"fmt"
	"slices"
	"strings"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/kind"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// readiness decides Ready, Reconciling and Stalled, once the other conditions are set.
var readiness = []condition.Row[reporter]{
	condition.Reconciling(reporter.platformMissing),
	condition.Stalled(reporter.typeUnknown),
	condition.Stalled(reporter.nameTaken),
	condition.Stalled(reporter.imageMissing),
	condition.Stalled(reporter.refused),
	condition.Reconciling(reporter.writeFailed),
	condition.Reconciling(reporter.replicasOverruled),
	condition.Stalled(reporter.secondAutoscaler),
	condition.Stalled(reporter.rolloutPaused),
	condition.Stalled(reporter.rolloutStuck),
	condition.Reconciling(reporter.podsRefused),
	condition.Reconciling(reporter.podsUnschedulable),
	condition.Reconciling(reporter.belowFloor),
	condition.Reconciling(reporter.firstPodsStarting),
	condition.Reconciling(reporter.rollingOut),
	condition.Reconciling(reporter.waitsForConnections),
	condition.Ready(reporter.podsStarting),
	condition.Ready(reporter.autoscalerBlind),
	condition.Ready(reporter.serves),
}

func (r reporter) platformMissing() (reason, message string) {
	return condition.When(!r.seen.platform, v1alpha1.ReasonPlatformNotFound, fmt.Sprintf(
		"there is no BookingPlatform %s in this namespace: create it, or make a channel of another platform; until then what runs stays as it is",
		r.seen.channel.Spec.PlatformRef.Name))
}

func (r reporter) typeUnknown() (reason, message string) {
	if _, err := kind.Find(r.seen.channel.Spec.Type); err != nil {
		return v1alpha1.ReasonInvalidSpec, err.Error() + "; until then what runs stays as it is"
	}
	return "", ""
}

func (r reporter) nameTaken() (reason, message string) {
	var taken []string
	for kind, owner := range r.seen.taken {
		taken = append(taken, fmt.Sprintf("%s %s, which belongs to %s", kind, r.seen.channel.Name, owner))
	}
	slices.Sort(taken)
	return condition.When(len(taken) > 0, v1alpha1.ReasonNameTaken, "the channel needs a name that is already taken: "+strings.Join(taken, "; ")+
		". Delete or rename it, or make a channel of another name; it is left alone")
}

func (r reporter) imageMissing() (reason, message string) {
	_, named := workload.Image(r.seen.channel, r.seen.set.Platform)
	return condition.When(!named, v1alpha1.ReasonNoImage, fmt.Sprintf(
		"no image is named: set spec.workload.image, or spec.image of BookingPlatform %s", r.seen.channel.Spec.PlatformRef.Name))
}

func (r reporter) refused() (reason, message string) {
	err := r.done.refused()
	if err == nil {
		return "", ""
	}
	return v1alpha1.ReasonRefused, "the API server refuses what the channel asks for; correct the channel: " + err.Error()
}

func (r reporter) writeFailed() (reason, message string) {
	err := r.done.err()
	if err == nil {
		return "", ""
	}
	return v1alpha1.ReasonWriteFailed, err.Error()
}

func (r reporter) podsRefused() (reason, message string) {
	return r.ifHeld(v1alpha1.ReasonPodsRefused, "%s. Raise the limit that is named, or create what is missing")
}

func (r reporter) podsUnschedulable() (reason, message string) {
	return r.ifHeld(v1alpha1.ReasonPodsUnschedulable, "%s. Add nodes, or let the pods onto those that exist")
}

func (r reporter) belowFloor() (reason, message string) {
	return r.ifHeld(v1alpha1.ReasonBelowFloor, "%s; the missing pods should have started by now: check them")
}

func (r reporter) firstPodsStarting() (reason, message string) {
	return condition.When(!meta.IsStatusConditionTrue(*r.Conditions, v1alpha1.ConditionAvailable), v1alpha1.ReasonProgressing, "the first pods are starting")
}

func (r reporter) waitsForConnections() (reason, message string) {
	return r.ifHeld(v1alpha1.ReasonWaitsForConnections, "%s")
}

func (r reporter) podsStarting() (reason, message string) {
	return r.ifHeld(v1alpha1.ReasonPodsStarting, "the floor has risen and pods are starting, on schedule")
}

func (r reporter) autoscalerBlind() (reason, message string) {
	return condition.When(blind(r.seen.autoscaler), v1alpha1.ReasonAutoscalerBlind, fmt.Sprintf(
		"the floor holds, but the autoscaler has no metrics to scale by above it: `kubectl describe hpa %s` says why", r.seen.channel.Name))
}

func (r reporter) serves() (reason, message string) {
	message = "the channel serves at its floor or above"
	if r.wanted.freeze.stale != "" {
		message += "; " + r.staleBreak() + ": remove it"
	}
	return v1alpha1.ReasonSucceeded, message
}

// ifHeld applies if FloorHeld has a reason. A %s in the message is replaced by FloorHeld's.
func (r reporter) ifHeld(is, message string) (reason, text string) {
	held := condition.In(*r.Conditions, v1alpha1.ConditionFloorHeld)
	return condition.When(held.Reason == is, is, strings.Replace(message, "%s", held.Message, 1))
}

func (r reporter) launchFreeze() string {
	until := "until " + r.wanted.freeze.until.In(r.seen.set.Zone()).Format("2006-01-02 15:04:05 MST")
	if r.wanted.freeze.until.Year() > 9999 {
		until = "for as long as it is paused"
	}
	text := fmt.Sprintf("the launch of campaign %s keeps the pod template %s; the annotation %s with the value %q lets the change through",
		r.wanted.freeze.campaign, until, v1alpha1.AnnotationBreakFreeze, r.wanted.freeze.opens.UTC().Format(time.RFC3339)+": REASON")
	if r.wanted.freeze.stale != "" {
		text += "; " + r.staleBreak()
	}
	return text
}

// staleBreak reports an annotation that breaks nothing.
func (r reporter) staleBreak() string {
	return fmt.Sprintf("the annotation break-freeze has no effect, since its value %q names no launch that is planned",
		condition.Cut(r.wanted.freeze.stale, 200))
}

// blind reports whether an autoscaler has no metrics. One at 0 replicas is off, not blind.
func blind(hpa *autoscalingv2.HorizontalPodAutoscaler) bool {
	if hpa == nil {
		return false
	}
	for _, c := range hpa.Status.Conditions {
		if c.Type == autoscalingv2.ScalingActive {
			return c.Status == corev1.ConditionFalse && c.Reason != "ScalingDisabled"
		}
	}
	return false
}
