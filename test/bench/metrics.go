/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/test/stage"
)

// reader is the name under which this program asks the operator for its metrics.
const reader = "bench"

// scraper asks the operator for its metrics, as a metrics collector would.
type scraper struct {
	address, token string
	client         http.Client
}

// newScraper chooses a free address for the operator's metrics, and takes the
// right to read them.
func newScraper(ctx context.Context, c client.Client) (*scraper, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("find a free port: %w", err)
	}
	s := &scraper{address: listener.Addr().String()}
	// The certificate is one that the operator has made for itself.
	s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // loopback
	s.client.Timeout = time.Minute                                                               // at full size the machine is busy for minutes
	if err := listener.Close(); err != nil {
		return nil, err
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: stage.OperatorNamespace, Name: reader}}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: reader},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "mezzanotte-metrics-reader"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: account.Namespace, Name: account.Name}},
	}
	for _, object := range []client.Object{account, binding} {
		if err := c.Create(ctx, object); err != nil {
			return nil, fmt.Errorf("create %T %s: %w", object, object.GetName(), err)
		}
	}
	request := &authenticationv1.TokenRequest{}
	if err := c.SubResource("token").Create(ctx, account, request); err != nil {
		return nil, fmt.Errorf("ask for a token to read metrics with: %w", err)
	}
	s.token = request.Status.Token
	return s, nil
}

// sample is the operator's metrics at one instant, each under its name and labels as they are written.
type sample map[string]float64

func (s *scraper) scrape(ctx context.Context) (sample, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+s.address+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read the operator's metrics: %s", response.Status)
	}
	return parse(response.Body)
}

// parse reads Prometheus' text format, whose lines here bear no timestamps.
func parse(text io.Reader) (sample, error) {
	out := sample{}
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		end := strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || end < 0 {
			continue
		}
		value, err := strconv.ParseFloat(line[end+1:], 64)
		if err != nil {
			return nil, fmt.Errorf("read the metric %q: %w", line, err)
		}
		out[line[:end]] = value
	}
	return out, lines.Err()
}

// sum adds up the values of a metric whose labels contain all of these.
func (s sample) sum(name string, labels ...string) float64 {
	total := 0.0
	for key, value := range s {
		rest, found := strings.CutPrefix(key, name)
		if !found || (rest != "" && rest[0] != '{') {
			continue
		}
		for _, label := range labels {
			found = found && strings.Contains(rest, label)
		}
		if found {
			total += value
		}
	}
	return total
}

// reconciles counts all reconciles.
func (s sample) reconciles() float64 { return s.sum("controller_runtime_reconcile_total") }

// failed counts the reconciles that ended with an error.
func (s sample) failed() float64 { return s.sum("controller_runtime_reconcile_errors_total") }

// requests counts the requests to the API server.
func (s sample) requests() float64 { return s.sum("rest_client_requests_total") }

// reads counts the requests that read.
func (s sample) reads() float64 { return s.sum("rest_client_requests_total", `method="GET"`) }

// cpu is the processor time it took, in seconds.
func (s sample) cpu() float64 { return s.sum("process_cpu_seconds_total") }

// resident is the memory it has, in MB.
func (s sample) resident() float64 { return s.sum("process_resident_memory_bytes") / 1e6 }

// waiting counts the objects in queues and in reconcilers.
func (s sample) waiting() float64 {
	return s.sum("workqueue_depth") + s.sum("controller_runtime_active_workers")
}
