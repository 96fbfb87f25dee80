/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/plugin/change"
	"github.com/mezzanotte/mezzanotte/internal/workload"
)

// TestReachIsTold: as soon as pods hold a revision, and no longer than one wants to wait.
func TestReachIsTold(t *testing.T) {
	later := errors.New("forbidden")
	tests := map[string]struct {
		rounds [][]int64 // the last one stays
		err    error
		wait   time.Duration
		want   []string
	}{
		"at once":           {[][]int64{{7, 8}}, nil, time.Minute, []string{"in force on 2 of 2"}},
		"one after another": {[][]int64{{6, 6}, {6, 7}, {7, 7}}, nil, time.Minute, []string{"in force on 0 of 2", "in force on 1 of 2", "in force on 2 of 2"}},
		"not within":        {[][]int64{{6}}, nil, time.Millisecond, []string{"in force on 0 of 1", "in force on 0 of 1 booking pods, 2"}},
		"no pods":           {[][]int64{nil}, nil, time.Minute, []string{"no booking pod is running"}},
		"it may not":        {[][]int64{nil}, later, time.Minute, []string{"cannot count the pods that have it: forbidden"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSession(t, evening)
			var out bytes.Buffer
			s.Out = &out
			a, _ := newAct(s, change.Pause)
			a.wait = test.wait
			a.pods = func(context.Context, client.Reader) ([]int64, error) {
				round := test.rounds[0]
				if len(test.rounds) > 1 {
					test.rounds = test.rounds[1:]
				}
				return round, test.err
			}
			a.reach(t.Context(), nil, 7, time.Now())
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if !slices.EqualFunc(lines, test.want, strings.Contains) {
				t.Errorf("got\n%s\nwant %q", out.String(), test.want)
			}
		})
	}
}

// TestRevisions: the pods that run are asked through the API server; one that is not
// ready counts, one that serves something else is mute, one that ends is left out.
func TestRevisions(t *testing.T) {
	answers := map[string]string{
		"web-1": `{"ready":true,"catalogRevision":7}`,
		"web-2": `{"ready":false,"catalogRevision":6}`,
		"web-3": `<html>`,
		"web-5": `{"ready":true,"catalogRevision":9}`,
	}
	var pods corev1.PodList
	for _, name := range []string{"web-1", "web-2", "web-3", "web-4", "web-5"} {
		pods.Items = append(pods.Items, pod(name))
	}
	pods.Items[4].DeletionTimestamp = &metav1.Time{Time: at(evening)}
	stub := &podsAPI{pods: pods, answers: answers}
	api := httptest.NewServer(stub)
	t.Cleanup(api.Close)
	s := newSession(t, evening)
	s.Config.WrapConfigFn = func(*rest.Config) *rest.Config { return &rest.Config{Host: api.URL} }
	c, err := s.client()
	if err != nil {
		t.Fatal(err)
	}
	platform := client.ObjectKey{Namespace: "lazio", Name: "lazio"}
	got, err := s.revisions(t.Context(), c, platform)
	if want := []int64{7, 6, 0, 0}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	stub.forbid = true
	if got, err := s.revisions(t.Context(), c, platform); err == nil {
		t.Errorf("where pods may not be asked: %v", got)
	}
}

// podsAPI is an API server that knows pods, and what each answers to a probe.
type podsAPI struct {
	pods    corev1.PodList
	answers map[string]string
	forbid  bool
}

func (a *podsAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, asked := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/api/v1/namespaces/lazio/pods/"), ":8080/proxy/readyz")
	switch answer := a.answers[name]; {
	case r.URL.Path == "/api":
		fmt.Fprint(w, `{"kind":"APIVersions","versions":["v1"]}`)
	case r.URL.Path == "/apis":
		fmt.Fprint(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`)
	case r.URL.Path == "/api/v1":
		fmt.Fprint(w, `{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","namespaced":true,"kind":"Pod","verbs":["list"]}]}`)
	case r.URL.Path == "/api/v1/namespaces/lazio/pods" && r.URL.Query().Get("labelSelector") == workload.LabelPlatform+"=lazio":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(a.pods)
	case !asked || answer == "":
		http.NotFound(w, r)
	case a.forbid:
		w.WriteHeader(http.StatusForbidden)
	case strings.Contains(answer, "false"):
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, answer)
	default:
		fmt.Fprint(w, answer)
	}
}

func pod(name string) corev1.Pod {
	return corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "lazio", Name: name},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Ports: []corev1.ContainerPort{{Name: workload.PortName, ContainerPort: 8080}}}}},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
}
