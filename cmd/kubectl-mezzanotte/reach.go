/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/workload"
)

const (
	// askAtOnce is how many pods are asked at the same time, answerWithin how long one
	// may take, askEvery how often all of them are asked.
	askAtOnce    = 16
	answerWithin = 3 * time.Second
	askEvery     = 2 * time.Second
)

// revisions asks a platform's booking pods, through the API server, which revision of
// the catalog is in force on them: a number for each pod that runs, 0 where it did not
// say. That takes the right to list pods and to get pods/proxy.
func (s *session) revisions(ctx context.Context, c client.Reader, platform client.ObjectKey) ([]int64, error) {
	var pods corev1.PodList
	if err := c.List(ctx, &pods, client.InNamespace(platform.Namespace), client.MatchingLabels{workload.LabelPlatform: platform.Name}); err != nil {
		return nil, fmt.Errorf("list the booking pods: %w", err)
	}
	config, err := s.Config.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("find the cluster: %w", err)
	}
	config.QPS = -1 // the API server's own fairness is the limit
	api, err := corev1client.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("connect to the cluster: %w", err)
	}
	var (
		group  sync.WaitGroup
		places = make(chan struct{}, askAtOnce)
		held   = make([]int64, len(pods.Items))
		errs   = make([]error, len(pods.Items))
	)
	for i, pod := range pods.Items {
		group.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			held[i], errs[i] = revision(ctx, api, pod)
		})
	}
	group.Wait()
	var running []int64
	for i, pod := range pods.Items {
		if apierrors.IsForbidden(errs[i]) {
			return nil, fmt.Errorf("ask the booking pods: %w", errs[i])
		}
		if runs(pod) {
			running = append(running, held[i])
		}
	}
	return running, nil
}

// revision asks one pod. What it answers counts also where it is not ready.
func revision(ctx context.Context, api corev1client.PodsGetter, pod corev1.Pod) (int64, error) {
	port := httpPort(pod)
	if port == "" || !runs(pod) {
		return 0, nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	body, err := api.Pods(pod.Namespace).ProxyGet("", pod.Name, port, "/readyz", nil).DoRaw(ctx)
	var health struct {
		CatalogRevision int64 `json:"catalogRevision"` // as internal/booking/server writes it
	}
	if json.Unmarshal(body, &health) == nil && health.CatalogRevision > 0 {
		return health.CatalogRevision, nil
	}
	return 0, err
}

func runs(pod corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodRunning && pod.DeletionTimestamp == nil
}

// httpPort is where a booking pod answers; "" where it says none.
func httpPort(pod corev1.Pod) string {
	for _, container := range pod.Spec.Containers {
		for _, port := range container.Ports {
			if port.Name == workload.PortName {
				return strconv.Itoa(int(port.ContainerPort))
			}
		}
	}
	return ""
}
