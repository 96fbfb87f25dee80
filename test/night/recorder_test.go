//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/workload"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// moment is one channel from one instant to the next.
type moment struct {
	at time.Time
	// floor in the channel's status, and the autoscaler's minReplicas.
	floor, least int32
	// asked through the channel's /scale; wanted of the Deployment.
	asked, wanted int32
	// ready pods, those on their way out left out.
	ready int32
}

func (m moment) String() string {
	return fmt.Sprintf("floor %3d  minReplicas %3d  /scale %3d  Deployment %3d  Ready %3d", m.floor, m.least, m.asked, m.wanted, m.ready)
}

// recorder watches the channels of a scene and forgets nothing, however short.
type recorder struct {
	mu       sync.Mutex
	now      map[string]moment   // by channel
	history  map[string][]moment // by channel, oldest first
	pods     map[types.UID]*corev1.Pod
	restarts []string
	gone     []string
}

// record begins to watch.
func (s *scene) record() *recorder {
	s.Helper()
	r := &recorder{now: map[string]moment{}, history: map[string][]moment{}, pods: map[types.UID]*corev1.Pod{}}
	c, err := cache.New(s.Config, cache.Options{
		Scheme:            testenv.Scheme(),
		DefaultNamespaces: map[string]cache.Config{namespace: {}},
	})
	s.must("make the recorder's cache", err)
	for object, handle := range map[client.Object]func(o any, there bool){
		&corev1.Pod{}: r.pod,
		&v1alpha1.BookingChannel{}: whenThere(r, func(m *moment, c *v1alpha1.BookingChannel) {
			m.floor, m.asked = c.Status.Floor.Replicas, c.Spec.Replicas
		}),
		&appsv1.Deployment{}: whenThere(r, func(m *moment, d *appsv1.Deployment) { m.wanted = *d.Spec.Replicas }),
		&autoscalingv2.HorizontalPodAutoscaler{}: whenThere(r, func(m *moment, h *autoscalingv2.HorizontalPodAutoscaler) {
			if h.Spec.ScaleTargetRef.Kind == "Deployment" {
				m.least = *h.Spec.MinReplicas
			}
		}),
	} {
		informer, err := c.GetInformer(s.ctx, object)
		s.must("watch", err)
		_, err = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
			AddFunc:    func(o any) { handle(o, true) },
			UpdateFunc: func(_, o any) { handle(o, true) },
			DeleteFunc: func(o any) {
				if unknown, ok := o.(toolscache.DeletedFinalStateUnknown); ok {
					o = unknown.Obj
				}
				handle(o, false)
			},
		})
		s.must("watch", err)
	}
	go func() { _ = c.Start(s.ctx) }() // it ends with the test
	if !c.WaitForCacheSync(s.ctx) {
		s.Fatal("the recorder did not get to see the cluster")
	}
	return r
}

// whenThere handles an object that bears its channel's name.
func whenThere[T client.Object](r *recorder, see func(m *moment, o T)) func(any, bool) {
	return func(o any, there bool) {
		object, ok := o.(T)
		if !ok || !there {
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.change(object.GetName(), func(m *moment) { see(m, object) })
	}
}

func (r *recorder) pod(o any, there bool) {
	pod, ok := o.(*corev1.Pod)
	if !ok {
		return
	}
	channel := pod.Labels[workload.LabelChannel]
	r.mu.Lock()
	defer r.mu.Unlock()
	if there {
		for _, c := range pod.Status.ContainerStatuses {
			if c.RestartCount > 0 {
				r.restarts = append(r.restarts, pod.Name)
			}
		}
		r.pods[pod.UID] = pod
	} else {
		delete(r.pods, pod.UID)
		r.gone = append(r.gone, fmt.Sprintf("%s at %s", pod.Name, clock(time.Now())))
	}
	r.change(channel, func(m *moment) { m.ready = int32(len(r.readyUIDs(channel))) })
}

// change notes what is different now. The caller holds the lock.
func (r *recorder) change(channel string, change func(m *moment)) {
	before := r.now[channel]
	after := before
	change(&after)
	if after == before {
		return
	}
	after.at = time.Now()
	r.now[channel] = after
	r.history[channel] = append(r.history[channel], after)
}

func (r *recorder) readyUIDs(channel string) []types.UID {
	var ready []types.UID
	for uid, pod := range r.pods {
		if pod.Labels[workload.LabelChannel] != channel || pod.DeletionTimestamp != nil {
			continue
		}
		if _, ok := readySince(pod); ok {
			ready = append(ready, uid)
		}
	}
	slices.Sort(ready)
	return ready
}

// readySince is when a pod turned Ready, by its own condition.
func readySince(pod *corev1.Pod) (time.Time, bool) {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue {
			return c.LastTransitionTime.Time, true
		}
	}
	return time.Time{}, false
}

// present is a channel as it is.
func (r *recorder) present(channel string) moment {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now[channel]
}

// ready are the UIDs of a channel's Ready pods, sorted.
func (r *recorder) ready(channel string) []types.UID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.readyUIDs(channel)
}

// readyTimes are the Ready transition times of a channel's pods, earliest first.
func (r *recorder) readyTimes(channel string) []time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	var times []time.Time
	for _, uid := range r.readyUIDs(channel) {
		since, _ := readySince(r.pods[uid])
		times = append(times, since)
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// during are the moments of a channel that were in force between two instants.
func (r *recorder) during(channel string, from, to time.Time) []moment {
	r.mu.Lock()
	defer r.mu.Unlock()
	var inForce []moment
	for _, m := range r.history[channel] {
		switch {
		case !m.at.After(from):
			inForce = []moment{m}
		case m.at.Before(to):
			inForce = append(inForce, m)
		}
	}
	return inForce
}

// timeline returns what happened between two instants, the last of each second.
func (r *recorder) timeline(from, to time.Time) string {
	r.mu.Lock()
	channels := slices.Sorted(maps.Keys(r.history))
	r.mu.Unlock()
	var b strings.Builder
	for _, channel := range channels {
		moments := r.during(channel, from, to)
		for i, m := range moments {
			if i+1 < len(moments) && clock(moments[i+1].at) == clock(m.at) {
				continue
			}
			fmt.Fprintf(&b, "  %s  %-8s %s\n", clock(m.at), channel, m)
		}
	}
	return b.String()
}
