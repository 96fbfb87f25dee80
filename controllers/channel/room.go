/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel

import (
	"context"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// mostOf reads how many replicas each channel of the platform may run or does,
// whichever is more, by the channel's name.
func (r *Reconciler) mostOf(ctx context.Context, namespace, platform string) (map[string]int, error) {
	of := []client.ListOption{
		client.InNamespace(namespace), client.MatchingLabels{workload.LabelPlatform: platform}, client.UnsafeDisableDeepCopy,
	}
	var deployments appsv1.DeploymentList
	if err := r.Client.List(ctx, &deployments, of...); err != nil {
		return nil, fmt.Errorf("list the Deployments of platform %s: %w", platform, err)
	}
	var autoscalers autoscalingv2.HorizontalPodAutoscalerList
	if err := r.Client.List(ctx, &autoscalers, of...); err != nil {
		return nil, fmt.Errorf("list the HorizontalPodAutoscalers of platform %s: %w", platform, err)
	}
	most := map[string]int{}
	for i := range deployments.Items {
		name := deployments.Items[i].Labels[workload.LabelChannel]
		most[name] = max(most[name], running(&deployments.Items[i]))
	}
	for i := range autoscalers.Items {
		name := autoscalers.Items[i].Labels[workload.LabelChannel]
		most[name] = max(most[name], int(autoscalers.Items[i].Spec.MaxReplicas))
	}
	return most, nil
}

// running is how many replicas a Deployment has or is to have, whichever is more.
func running(d *appsv1.Deployment) int {
	if d == nil {
		return 0
	}
	return max(int(replicasOf(d)), int(d.Status.Replicas))
}

// kept returns how many running replicas a lower maximum must not kill. In External
// mode they are those that the other autoscaler asks for or takes over.
func (o *observed) kept(floor int, now time.Time) int {
	if !o.external() {
		return running(o.deployment)
	}
	return min(running(o.deployment), handingOver(o, floor, now).level(now, o.least(floor)))
}
