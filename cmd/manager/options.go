/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"crypto/tls"
	"flag"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// flags of the command line.
type flags struct {
	leaderElect             bool
	leaderElectionNamespace string
	metricsAddress          string
	probeAddress            string
	pprofAddress            string
	workers                 int
}

func bindFlags(set *flag.FlagSet) *flags {
	f := &flags{}
	set.BoolVar(&f.leaderElect, "leader-elect", false,
		"Let one of several managers act; the others stand by with warm caches.")
	set.StringVar(&f.leaderElectionNamespace, "leader-election-namespace", "",
		"Namespace of the Lease; in a pod, its own.")
	set.StringVar(&f.metricsAddress, "metrics-bind-address", ":8443",
		"Where metrics are served, over HTTPS to whoever may get /metrics; 0 serves none.")
	set.StringVar(&f.probeAddress, "health-probe-bind-address", ":8081",
		"Where /healthz and /readyz are served.")
	set.StringVar(&f.pprofAddress, "pprof-bind-address", "",
		"Where Go profiles are served, at /debug/pprof/, to anyone who can connect: 127.0.0.1:6060, for example. Off by default.")
	set.IntVar(&f.workers, "workers", 8, "How many objects of each kind are reconciled at once.")
	return f
}

func (f *flags) options(scheme *runtime.Scheme) manager.Options {
	return manager.Options{
		Scheme:                        scheme,
		LeaderElection:                f.leaderElect,
		LeaderElectionID:              "manager.mezzanotte.dev",
		LeaderElectionNamespace:       f.leaderElectionNamespace,
		LeaderElectionReleaseOnCancel: true,
		HealthProbeBindAddress:        f.probeAddress,
		PprofBindAddress:              f.pprofAddress,
		Metrics: metricsserver.Options{
			BindAddress:    f.metricsAddress,
			SecureServing:  true,
			FilterProvider: filters.WithAuthenticationAndAuthorization,
			TLSOpts:        []func(*tls.Config){func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }},
		},
		Controller: config.Controller{
			MaxConcurrentReconciles: f.workers,
			EnableWarmup:            ptr.To(true),
			UsePriorityQueue:        ptr.To(true),
		},
		Cache: cache.Options{ByObject: cached()},
	}
}

// cached limits the cache to objects with our labels. Managed fields are kept, since
// they name other writers.
func cached() map[client.Object]cache.ByObject {
	ours := cache.ByObject{Label: labelled(workload.LabelChannel)}
	return map[client.Object]cache.ByObject{
		&appsv1.Deployment{}:                     ours,
		&autoscalingv2.HorizontalPodAutoscaler{}: ours,
		&corev1.Service{}:                        ours,
		&corev1.ServiceAccount{}:                 ours,
		&networkingv1.NetworkPolicy{}:            ours,
		&policyv1.PodDisruptionBudget{}:          ours,
		&corev1.Pod{}:                            {Label: ours.Label, Transform: slimPod},
		&corev1.ConfigMap{}:                      {Label: labelled(workload.LabelPlatform)},
	}
}

// labelled selects objects with a label.
func labelled(key string) labels.Selector {
	exists, err := labels.NewRequirement(key, selection.Exists, nil)
	if err != nil {
		return labels.Nothing()
	}
	return labels.NewSelector().Add(*exists)
}

// slimPod keeps the fields of a pod that tell for whom and when it was created, started
// and became Ready.
func slimPod(object any) (any, error) {
	pod, ok := object.(*corev1.Pod)
	if !ok {
		return object, nil
	}
	var containers []corev1.ContainerStatus
	for i := range pod.Status.ContainerStatuses {
		c := &pod.Status.ContainerStatuses[i]
		containers = append(containers, corev1.ContainerStatus{
			Name: c.Name, RestartCount: c.RestartCount,
			State: corev1.ContainerState{Running: c.State.Running},
		})
	}
	return &corev1.Pod{
		TypeMeta: pod.TypeMeta,
		ObjectMeta: metav1.ObjectMeta{
			Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID, ResourceVersion: pod.ResourceVersion,
			Labels: pod.Labels, CreationTimestamp: pod.CreationTimestamp, DeletionTimestamp: pod.DeletionTimestamp,
			OwnerReferences: pod.OwnerReferences,
		},
		Status: corev1.PodStatus{Phase: pod.Status.Phase, Conditions: pod.Status.Conditions, ContainerStatuses: containers},
	}, nil
}
