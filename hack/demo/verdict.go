/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// Verdict is the result of a run: InTime if every channel was Ready in time.
type Verdict struct {
	InTime bool
	Text   string
}

func (v Verdict) String() string { return v.Text }

// outcome is the result of one channel.
type outcome struct {
	wanted
	// ready are the Ready transition times of its Ready pods, earliest first.
	ready []time.Time
	// waits is the reason for which one of the others is not Ready, or "".
	waits string
}

// proved returns when the last pod of the peak became Ready, or false if too few did.
func (o outcome) proved() (time.Time, bool) {
	if len(o.ready) < o.peak || o.peak == 0 {
		return time.Time{}, false
	}
	return o.ready[o.peak-1], true
}

func (n *night) verdict(ctx context.Context, c client.Client) (Verdict, error) {
	var outcomes []outcome
	for _, w := range n.wanted {
		var pods corev1.PodList
		if err := c.List(ctx, &pods, client.InNamespace(n.set.Platform.Namespace), client.MatchingLabels{workload.LabelChannel: w.channel}); err != nil {
			return Verdict{}, fmt.Errorf("list the pods of %s: %w", w.channel, err)
		}
		outcomes = append(outcomes, outcome{wanted: w, ready: readyTimes(pods.Items), waits: waitsFor(pods.Items)})
	}
	return judge(n.opens, readyBeforeMinutes*time.Minute, outcomes), nil
}

func readyTimes(pods []corev1.Pod) []time.Time {
	var times []time.Time
	for _, pod := range pods {
		for _, condition := range pod.Status.Conditions {
			if condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue {
				times = append(times, condition.LastTransitionTime.Time)
			}
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// waitsFor returns why the first pod that is not Ready waits, in the words of the node or
// the scheduler.
func waitsFor(pods []corev1.Pod) string {
	for _, pod := range pods {
		for _, container := range pod.Status.ContainerStatuses {
			if waiting := container.State.Waiting; waiting != nil {
				return strings.TrimSuffix(waiting.Reason+": "+waiting.Message, ": ")
			}
		}
		for _, condition := range pod.Status.Conditions {
			if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
				return condition.Reason + ": " + condition.Message
			}
		}
	}
	return ""
}

// judge returns READY with how early the slowest channel was, or LATE with what was
// missing.
func judge(opens time.Time, readyBefore time.Duration, outcomes []outcome) Verdict {
	var last time.Time
	var climbs, missing []string
	for _, o := range outcomes {
		climbs = append(climbs, fmt.Sprintf("%s %d → %d", o.channel, o.base, o.peak))
		proved, ok := o.proved()
		if !ok {
			text := fmt.Sprintf("%s has %d of %d pods Ready", o.channel, len(o.ready), o.peak)
			if o.waits != "" {
				text += " (" + o.waits + ")"
			}
			missing = append(missing, text)
			continue
		}
		if proved.After(last) {
			last = proved
		}
	}
	if len(missing) > 0 || len(outcomes) == 0 {
		return Verdict{Text: "LATE not proved Ready at the opening: " + strings.Join(missing, ", ")}
	}
	early, all := opens.Sub(last), strings.Join(climbs, ", ")
	if early < readyBefore {
		return Verdict{Text: fmt.Sprintf("LATE every channel proved Ready %s before the opening, %s were asked for: %s", early, readyBefore, all)}
	}
	return Verdict{InTime: true, Text: fmt.Sprintf("READY every channel proved Ready %s before the opening (%s asked for): %s", early, readyBefore, all)}
}
