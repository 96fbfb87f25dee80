/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
)

// deadlineExceeded is the reason that a Deployment's controller gives for a rollout
// without progress.
const deadlineExceeded = "ProgressDeadlineExceeded"

func (r reporter) rolloutPaused() (reason, message string) {
	d := r.seen.deployment
	return condition.When(d != nil && d.Spec.Paused, v1alpha1.ReasonRolloutPaused, fmt.Sprintf(
		"somebody has paused Deployment %[1]s: no change of its pod template is rolled out, and a half-done rollout stays so (%[2]s): `kubectl rollout resume deployment %[1]s`",
		r.seen.channel.Name, updated(d)))
}

func (r reporter) rolloutStuck() (reason, message string) {
	d := r.seen.deployment
	if d == nil {
		return "", ""
	}
	for _, c := range d.Status.Conditions {
		if c.Type == appsv1.DeploymentProgressing && c.Status == corev1.ConditionFalse && c.Reason == deadlineExceeded {
			words := []string{fmt.Sprintf("the rollout of Deployment %s is stuck (%s): %s", d.Name, updated(d), c.Message)}
			for _, why := range []string{r.seen.refused(), r.seen.homeless()} {
				if why != "" {
					words = append(words, why)
				}
			}
			return v1alpha1.ReasonRolloutStuck, strings.Join(words, "; ") + ". Correct the image or what else keeps new pods from being Ready"
		}
	}
	return "", ""
}

// rollingOut applies until every pod has the template that was applied last.
func (r reporter) rollingOut() (reason, message string) {
	d := r.seen.deployment
	if d == nil {
		return "", ""
	}
	done := rolledOut(d) && d.Status.UpdatedReplicas >= d.Status.Replicas && !r.templateApplied()
	return condition.When(!done, v1alpha1.ReasonRollingOut, fmt.Sprintf("a pod template is being rolled out: %s", updated(d)))
}

// templateApplied reports that this reconciliation has just changed the pod template, so
// that the Deployment's status is still that of the one before.
func (r reporter) templateApplied() bool {
	applied := r.wanted.template
	return applied != "" && applied != r.seen.running.Inputs && r.done.failed[kindDeployment] == nil && !r.done.held(kindDeployment)
}

// updated describes how far a rollout is.
func updated(d *appsv1.Deployment) string {
	if d == nil {
		return ""
	}
	return fmt.Sprintf("%d of %d pods have the new template", d.Status.UpdatedReplicas, d.Status.Replicas)
}
