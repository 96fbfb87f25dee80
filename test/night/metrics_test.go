//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// crowd is the load on the channels of a scene, as metrics.k8s.io tells it: a
// channel's load is spread evenly over its Ready pods.
type crowd struct {
	client client.Client

	mu    sync.Mutex
	loads map[string]int64 // by channel, in thousandths of a CPU
}

// serveMetrics makes the scene's API server ask this process for the pods' metrics.
func (s *scene) serveMetrics() *crowd {
	s.Helper()
	c := &crowd{client: s.Client, loads: map[string]int64{}}
	server := httptest.NewTLSServer(c)
	s.Cleanup(server.Close)
	address, ok := server.Listener.Addr().(*net.TCPAddr)
	if !ok {
		s.Fatalf("the metrics server listens on %v", server.Listener.Addr())
	}
	// A Service may not lead to a loopback address, but it may bear a name that does.
	service := &corev1.Service{}
	service.Namespace, service.Name = "kube-system", "metrics-server"
	service.Spec = corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "localhost"}
	registration := &unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{
			"group": "metrics.k8s.io", "version": "v1beta1",
			"groupPriorityMinimum": int64(100), "versionPriority": int64(100),
			"insecureSkipTLSVerify": true,
			"service":               map[string]any{"namespace": "kube-system", "name": "metrics-server", "port": int64(address.Port)},
		},
	}}
	registration.SetGroupVersionKind(schema.GroupVersionKind{Group: "apiregistration.k8s.io", Version: "v1", Kind: "APIService"})
	registration.SetName("v1beta1.metrics.k8s.io")
	s.create(service, registration)
	s.eventually(patience, "the API server asks the metrics server", func() string {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(schema.GroupVersionKind{Group: "metrics.k8s.io", Version: "v1beta1", Kind: "PodMetricsList"})
		if err := s.Client.List(s.ctx, list, client.InNamespace(namespace)); err != nil && !apierrors.IsNotFound(err) {
			return err.Error()
		} else if err != nil {
			return "not found yet"
		}
		return ""
	})
	return c
}

// put puts a load on a channel, in thousandths of a CPU.
func (c *crowd) put(channel string, load int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.loads[channel] = load
}

func (c *crowd) on(channel string) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.loads[channel]
}

const metricsPath = "/apis/metrics.k8s.io/v1beta1"

// ServeHTTP answers what an HPA and the API server's discovery ask.
func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == metricsPath {
		answer(w, map[string]any{
			"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1",
			"resources": []any{map[string]any{"name": "pods", "namespaced": true, "kind": "PodMetrics", "verbs": []string{"get", "list"}}},
		})
		return
	}
	in, isPods := strings.CutPrefix(r.URL.Path, metricsPath+"/namespaces/")
	in, isList := strings.CutSuffix(in, "/pods")
	if !isPods || !isList {
		http.NotFound(w, r)
		return
	}
	items, err := c.metrics(r.Context(), in, r.URL.Query().Get("labelSelector"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, map[string]any{
		"kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": map[string]any{}, "items": items,
	})
}

// window is over how long a CPU's usage is averaged.
const window = 5 * time.Second

func (c *crowd) metrics(ctx context.Context, in, selector string) ([]any, error) {
	chosen, err := labels.Parse(selector)
	if err != nil {
		return nil, err
	}
	var pods corev1.PodList
	if err := c.client.List(ctx, &pods, client.InNamespace(in), client.MatchingLabelsSelector{Selector: chosen}); err != nil {
		return nil, err
	}
	ready := map[string]int64{}
	for i := range pods.Items {
		if serves(&pods.Items[i]) {
			ready[pods.Items[i].Labels[workload.LabelChannel]]++
		}
	}
	items := []any{}
	for i := range pods.Items {
		pod := &pods.Items[i]
		if !serves(pod) {
			continue
		}
		channel := pod.Labels[workload.LabelChannel]
		usage := c.on(channel) * 1_000_000 / ready[channel]
		items = append(items, map[string]any{
			"metadata":  map[string]any{"name": pod.Name, "namespace": pod.Namespace, "labels": pod.Labels},
			"timestamp": time.Now().UTC().Format(time.RFC3339),
			"window":    window.String(),
			"containers": []any{map[string]any{
				"name":  workload.Container,
				"usage": map[string]any{"cpu": fmt.Sprintf("%dn", usage), "memory": "100Mi"},
			}},
		})
	}
	return items, nil
}

func serves(pod *corev1.Pod) bool {
	_, ready := readySince(pod)
	return ready && pod.DeletionTimestamp == nil
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // whoever asked has hung up
}
