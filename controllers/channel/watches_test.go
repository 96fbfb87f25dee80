/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"context"
	"os"
	"testing"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/controllers/channel"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// operator is a user with the operator's role and no other rights.
func (s *stage) operator() string {
	s.Helper()
	file, err := os.ReadFile(testenv.Path("config", "rbac", "role.yaml"))
	if err != nil {
		s.Fatal(err)
	}
	role, user := &rbacv1.ClusterRole{}, "operator-of-"+s.namespace
	if err := yaml.Unmarshal(file, role); err != nil {
		s.Fatal(err)
	}
	role.Name = user
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: user},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}
	for _, object := range []client.Object{role, binding} {
		if err := s.client.Create(s.Context(), object); err != nil {
			s.Fatal(err)
		}
	}
	return user
}

// manage runs the reconciler in a manager with a cache, with the operator's rights.
func (s *stage) manage() {
	s.Helper()
	again, operator := true, rest.CopyConfig(s.counting)
	operator.Impersonate.UserName = s.operator()
	mgr, err := ctrl.NewManager(operator, ctrl.Options{
		Scheme:     testenv.Scheme(),
		Metrics:    metricsserver.Options{BindAddress: "0"},
		Cache:      cache.Options{DefaultNamespaces: map[string]cache.Config{s.namespace: {}}},
		Controller: config.Controller{SkipNameValidation: &again},
	})
	if err != nil {
		s.Fatal(err)
	}
	if err := observe.Index(s.Context(), mgr.GetFieldIndexer()); err != nil {
		s.Fatal(err)
	}
	reconciler := &channel.Reconciler{Client: mgr.GetClient(), Clock: s.clock, Recorder: mgr.GetEventRecorder("mezzanotte")}
	if err := reconciler.SetupWithManager(mgr); err != nil {
		s.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- mgr.Start(ctx) }()
	s.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			s.Errorf("the manager stopped with %v", err)
		}
	})
}

// soon waits until something is so.
func (s *stage) soon(what string, so func() bool) {
	s.Helper()
	err := wait.PollUntilContextTimeout(s.Context(), 50*time.Millisecond, 20*time.Second, true, func(context.Context) (bool, error) {
		return so(), nil
	})
	if err != nil {
		s.Fatalf("%s: %v", what, err)
	}
}

// TestInAManager: what happens to the objects wakes the reconciler, what it
// writes itself does not keep it awake.
func TestInAManager(t *testing.T) {
	s := newStage(t)
	s.manage()
	s.create(build.MakeChannel("web").Obj())
	s.soon("the platform is missed", func() bool {
		return s.reason(v1alpha1.ConditionReconciling) == v1alpha1.ReasonPlatformNotFound
	})
	s.create(build.MakePlatform("lazio").Obj())
	s.soon("the platform is found", func() bool { return s.get("web", children()["HorizontalPodAutoscaler"]) })
	s.runs(2)
	s.soon("the pods are seen", func() bool { return s.reason(v1alpha1.ConditionReady) == v1alpha1.ReasonSucceeded })

	s.at("2026-12-01 23:50:00")
	s.create(build.MakeCampaign("over-80").Expects(120_000).Through("web", 100).Obj())
	s.soon("the campaign raises the floor", func() bool { return s.floor() == 17 })
	s.rivalFloor("someone")
	s.soon("the rival is overruled", func() bool { return s.floor() == 17 })
	s.soon("the rival is named", func() bool { return s.seen().Status.LastOverruled.Manager == "someone" })
	s.scaleDeployment(17, "kube-controller-manager")
	s.runs(17)
	s.soon("the channel is Ready", func() bool { return s.reason(v1alpha1.ConditionReady) == v1alpha1.ReasonSucceeded })
	s.soon("the events are there", func() bool {
		var list eventsv1.EventList
		if err := s.client.List(t.Context(), &list, client.InNamespace(s.namespace)); err != nil {
			t.Fatal(err)
		}
		reasons := map[string]bool{}
		for _, event := range list.Items {
			reasons[event.Reason] = true
		}
		return reasons[v1alpha1.EventFloorRaised] && reasons[v1alpha1.EventOverruled]
	})

	before := s.seen().ResourceVersion
	s.forget()
	_ = wait.PollUntilContextTimeout(t.Context(), time.Second, 3*time.Second, false, func(context.Context) (bool, error) { return false, nil })
	if writes := s.written(); len(writes) > 0 || s.seen().ResourceVersion != before {
		t.Errorf("written at rest: %v", writes)
	}
	if err := s.client.Delete(t.Context(), s.hpa()); err != nil {
		t.Fatal(err)
	}
	s.soon("the autoscaler is there again", func() bool { return s.get("web", children()["HorizontalPodAutoscaler"]) })
}

// reason of one of the channel's conditions.
func (s *stage) reason(kind string) string {
	for _, c := range s.seen().Status.Conditions {
		if c.Type == kind && c.Status == metav1.ConditionTrue {
			return c.Reason
		}
	}
	return ""
}
