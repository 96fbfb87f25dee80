/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package metrics

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/ptr"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// TestManagersCache scrapes a real manager: before it acts, while it does, and
// after an object has gone.
func TestManagersCache(t *testing.T) {
	api := testenv.Start(t)
	c := testenv.Client(t, api)
	namespace := testenv.Namespace(t, c)
	made := build.MakeChannel("web").In(namespace).Obj()
	if err := c.Create(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	made.Status = v1alpha1.BookingChannelStatus{ReadyReplicas: ptr.To[int32](3)}
	if err := c.Status().Update(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	wishing := scaler("web", made.UID, 5)
	status := wishing.Status
	status.Conditions[0].Status = corev1.ConditionTrue
	wishing.Namespace = namespace
	wishing.OwnerReferences[0] = *metav1.NewControllerRef(made, v1alpha1.GroupVersion.WithKind("BookingChannel"))
	wishing.Spec = autoscalingv2.HorizontalPodAutoscalerSpec{
		ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "web"},
		MaxReplicas:    9,
	}
	if err := c.Create(t.Context(), &wishing); err != nil {
		t.Fatal(err)
	}
	wishing.Status = status
	if err := c.Status().Update(t.Context(), &wishing); err != nil {
		t.Fatal(err)
	}

	mgr := testenv.Manager(t, api)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(New(mgr.GetCache(), mgr.Elected()))
	says := func() string {
		families, err := registry.Gather()
		if err != nil {
			t.Error(err)
		}
		return series(text(t, families))
	}
	if got, want := says(), "mezzanotte_manager_leader 0\n"; got != want {
		t.Errorf("before it acts it says:\n%s", got)
	}
	testenv.Background(t, mgr)
	named := `{channel="web",namespace="` + namespace + `",platform="lazio"} `
	await(t, says, func(got string) bool {
		return strings.Contains(got, "mezzanotte_channel_ready_replicas"+named+"3\n") &&
			strings.Contains(got, "mezzanotte_channel_desired_replicas"+named+"5\n") &&
			strings.Contains(got, "mezzanotte_manager_leader 1\n")
	})
	if err := c.Delete(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	await(t, says, func(got string) bool { return !strings.Contains(got, namespace) })
}

// await scrapes until what is said is as it should be.
func await(t *testing.T, says func() string, right func(string) bool) {
	t.Helper()
	var got string
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true,
		func(context.Context) (bool, error) {
			got = says()
			return right(got), nil
		})
	if err != nil {
		t.Errorf("%v; at last it says:\n%s", err, got)
	}
}
