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

	"github.com/mezzanotte/mezzanotte/internal/plan"
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

// mostNow is the most that may run now: the plan's cap but, where the channels
// share the store's connections, no more than what the others have let go of
// already, and never fewer than what runs, since a maximum that falls kills pods
// at once. They go as the autoscaler lets go of them, and their connections with
// them; until then whoever waits for these waits.
func (o *observed) mostNow(in plan.Input, p plan.ChannelPlan, now time.Time) int {
	if p.Shared == nil {
		return p.Cap
	}
	base, each, taken := 1, 1, map[string]int{}
	for _, c := range in.Channels {
		taken[c.Name] = max(p.Shared[c.Name], o.most[c.Name])
		if c.Name == p.Name {
			base, each, taken[c.Name] = c.Base, max(1, c.Connections), 0
		}
	}
	room := (int64(in.Connections) - plan.Connections(in.Channels, taken)) / int64(each)
	most := max(base, int(min(int64(p.Cap), room)))
	return max(most, o.spared(p.Floor.Replicas, now))
}

// spared is how many of the running replicas a falling maximum leaves alone.
// Driven by somebody else's autoscaler, they are those that it asks for, or that
// are handed over to it.
func (o *observed) spared(floor int, now time.Time) int {
	if !o.external() {
		return running(o.deployment)
	}
	return min(running(o.deployment), handingOver(o, floor, now).level(now, o.least(floor)))
}
