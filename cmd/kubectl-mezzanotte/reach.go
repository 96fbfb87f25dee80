/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/workload"
)

const (
	// askAtOnce limits concurrent requests, answerWithin is the timeout of one, askEvery
	// the pause between rounds.
	askAtOnce    = 16
	answerWithin = 3 * time.Second
	askEvery     = 2 * time.Second
)

// revisions asks a platform's booking pods, through the API server, for the catalog
// revision in force: one number for each running pod, 0 for no answer. It needs the rights
// to list pods and to get pods/proxy.
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
	running := slices.DeleteFunc(pods.Items, func(pod corev1.Pod) bool { return !runs(pod) })
	held := make([]int64, len(running))
	var group errgroup.Group
	group.SetLimit(askAtOnce)
	for i, pod := range running {
		group.Go(func() (err error) {
			held[i], err = revision(ctx, api, pod)
			return err
		})
	}
	return held, group.Wait()
}

// revision asks one pod; 0 means no answer. A pod that is not Ready may answer, too. Only a
// missing right is an error.
func revision(ctx context.Context, api corev1client.PodsGetter, pod corev1.Pod) (int64, error) {
	port := httpPort(pod)
	if port == "" {
		return 0, nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	body, err := api.Pods(pod.Namespace).ProxyGet("", pod.Name, port, "/readyz", nil).DoRaw(ctx)
	if apierrors.IsForbidden(err) {
		return 0, fmt.Errorf("ask the booking pods: %w", err)
	}
	var health struct {
		CatalogRevision int64 `json:"catalogRevision"` // as internal/booking/server writes it
	}
	if json.Unmarshal(body, &health) != nil {
		return 0, nil // a server of another kind, or none
	}
	return health.CatalogRevision, nil
}

func runs(pod corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodRunning && pod.DeletionTimestamp == nil
}

// httpPort is the port of a booking pod, or "".
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
