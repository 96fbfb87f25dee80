/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/workload"
	"github.com/mezzanotte/mezzanotte/test/stage"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// watch polls a night's objects. While the API server is silent it keeps what it saw last.
type watch struct {
	client    client.Client
	namespace string
	opens     time.Time
	host      host // only run asks it

	mu      sync.Mutex
	samples []night.Sample
	pods    []corev1.Pod // as last seen
	opening []corev1.Pod // as last seen before the opening
}

const (
	lookEvery = time.Second
	// lookSeldom is the interval while little can happen.
	lookSeldom = 2 * time.Second
	nearIs     = 90 * time.Second
)

// run looks until ctx ends.
func (w *watch) run(ctx context.Context) {
	for ctx.Err() == nil {
		began := time.Now()
		w.look(ctx, began)
		pause := lookSeldom
		if began.After(w.opens.Add(-nearIs)) {
			pause = lookEvery
		}
		sleep(ctx, time.Until(began.Add(pause)))
	}
}

func (w *watch) look(ctx context.Context, now time.Time) {
	sample, pods, err := w.see(ctx)
	sample.At = now.Sub(w.opens).Seconds()
	if err != nil {
		if ctx.Err() != nil {
			return
		}
		sample = night.Sample{At: sample.At, Silent: true}
	}
	sample.Stolen = w.host.stolen()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.samples = append(w.samples, sample)
	if err == nil {
		w.pods = pods
		if now.Before(w.opens) || w.opening == nil {
			w.opening = pods
		}
	}
}

// see takes one sample.
func (w *watch) see(ctx context.Context) (night.Sample, []corev1.Pod, error) {
	var (
		channels    v1alpha1.BookingChannelList
		scalers     autoscalingv2.HorizontalPodAutoscalerList
		deployments appsv1.DeploymentList
		pods        corev1.PodList
		manager     appsv1.Deployment
	)
	for _, list := range []client.ObjectList{&channels, &scalers, &deployments, &pods} {
		if err := w.client.List(ctx, list, client.InNamespace(w.namespace)); err != nil {
			return night.Sample{}, nil, err
		}
	}
	key := client.ObjectKey{Namespace: stage.OperatorNamespace, Name: "mezzanotte-manager"}
	if err := client.IgnoreNotFound(w.client.Get(ctx, key, &manager)); err != nil {
		return night.Sample{}, nil, err
	}
	seen := map[string]*night.Replicas{}
	for _, c := range channels.Items {
		seen[c.Name] = &night.Replicas{Channel: c.Name, Floor: c.Status.Floor.Replicas}
	}
	for _, h := range scalers.Items {
		if r := seen[h.Name]; r != nil {
			r.Least, r.Wish, r.CPU = ptr.Deref(h.Spec.MinReplicas, 1), h.Status.DesiredReplicas, utilisation(h)
		}
	}
	for _, d := range deployments.Items {
		if r := seen[d.Name]; r != nil {
			r.Desired, r.Ready = ptr.Deref(d.Spec.Replicas, 1), d.Status.ReadyReplicas
		}
	}
	sample := night.Sample{Managers: manager.Status.ReadyReplicas}
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		sample.Channels = append(sample.Channels, *seen[name])
	}
	return sample, pods.Items, nil
}

func utilisation(h autoscalingv2.HorizontalPodAutoscaler) *int32 {
	for _, m := range h.Status.CurrentMetrics {
		if m.ContainerResource != nil {
			return m.ContainerResource.Current.AverageUtilization
		}
	}
	return nil
}

// last returns the newest sample.
func (w *watch) last() (night.Sample, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.samples) == 0 {
		return night.Sample{}, false
	}
	return w.samples[len(w.samples)-1], true
}

// all returns the samples.
func (w *watch) all() []night.Sample {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.samples)
}

// seen returns the pods as last seen.
func (w *watch) seen() []corev1.Pod {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.pods)
}

// launched returns the result of each launch, from the times at which the pods that
// existed at the opening became Ready.
func (w *watch) launched(s night.Scenario, peaks map[string]int32) []night.Launched {
	w.mu.Lock()
	pods := slices.Clone(w.opening)
	w.mu.Unlock()
	var all []night.Launched
	for _, c := range s.Channels {
		times := readySince(pods, c.Name)
		l := night.Launched{Channel: c.Name, Base: c.Least, Peak: peaks[c.Name], Ready: int32(len(times))}
		if n := int(l.Peak); n > 0 && len(times) >= n {
			before := w.opens.Sub(times[n-1]).Seconds()
			l.ProvedBefore = &before
		}
		all = append(all, l)
	}
	return all
}

// readySince returns when each of a channel's Ready pods became Ready, earliest first.
func readySince(pods []corev1.Pod, channel string) []time.Time {
	var times []time.Time
	for _, p := range pods {
		if since, ready := isReady(p); ready && p.Labels[workload.LabelChannel] == channel {
			times = append(times, since)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

func isReady(p corev1.Pod) (since time.Time, ready bool) {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue && p.DeletionTimestamp == nil {
			return c.LastTransitionTime.Time, true
		}
	}
	return time.Time{}, false
}

// sleep waits, unless ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
