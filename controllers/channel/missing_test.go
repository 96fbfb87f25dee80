/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/build"
)

func TestPlatformMissing(t *testing.T) {
	s := newStage(t, build.MakeChannel("web").Obj())
	s.reconcile()
	said := s.wantCondition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonPlatformNotFound)
	if !strings.Contains(said.Message, "create it") {
		t.Errorf("the condition does not say what to do: %s", said.Message)
	}
	for kind, object := range children() {
		if s.get("web", object) {
			t.Errorf("there is a %s", kind)
		}
	}
	s.create(build.MakePlatform("lazio").Obj())
	s.settle()
	s.runs(2)
	s.settle()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded)
}

// TestPlatformDeleted in a launch: what runs stays as it is.
func TestPlatformDeleted(t *testing.T) {
	s := newLaunch(t)
	s.at("2026-12-01 23:50:00").settle()
	if err := s.client.Delete(t.Context(), build.MakePlatform("lazio").In(s.namespace).Obj()); err != nil {
		t.Fatal(err)
	}
	s.at("2026-12-03 12:00:00").settle()
	if got := s.floor(); got != 17 {
		t.Errorf("the floor is %d, want it left at 17", got)
	}
	if got := s.seen().Status; got.Floor.Replicas != 17 || len(got.NextSteps) > 0 {
		t.Errorf("the status says %+v and %d steps, want what is in force and no plan", got.Floor, len(got.NextSteps))
	}
	s.wantCondition(v1alpha1.ConditionFloorHeld, metav1.ConditionUnknown, v1alpha1.ReasonPlatformNotFound)
}

func TestNoImage(t *testing.T) {
	s := newStage(t, build.MakePlatform("lazio").Runs("").Obj(), build.MakeChannel("web").Obj())
	if _, err := s.try("web"); !errors.Is(err, reconcile.TerminalError(nil)) {
		t.Errorf("err = %v, want a terminal one", err)
	}
	said := s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonNoImage)
	if !strings.Contains(said.Message, "spec.workload.image") {
		t.Errorf("the condition does not say what to do: %s", said.Message)
	}
	s.edit(func(c *v1alpha1.BookingChannel) { c.Spec.Workload = &v1alpha1.Workload{Image: "example/booking:1"} })
	s.settle()
	if got := s.deployment().Spec.Template.Spec.Containers[0].Image; got != "example/booking:1" {
		t.Errorf("the image is %s", got)
	}
}

// TestImageTakenAway: what runs stays, and follows the clock.
func TestImageTakenAway(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	change(s, build.MakePlatform("lazio").Obj(), "a-person", func(p *v1alpha1.BookingPlatform) { p.Spec.Image = "" })
	result := s.at("2026-12-01 23:50:00").settle()
	if s.floor() != 17 || result.RequeueAfter == 0 {
		t.Errorf("the floor is %d and it looks again after %s, want 17 and a time", s.floor(), result.RequeueAfter)
	}
	if got := s.deployment().Spec.Template.Spec.Containers[0].Image; got != build.Image {
		t.Errorf("the image is %s", got)
	}
	s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonNoImage)
}

func deploymentOf(owners ...metav1.OwnerReference) *appsv1.Deployment {
	labels := map[string]string{"app": "theirs"}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web", OwnerReferences: owners},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "theirs", Image: "theirs:1"}}},
			},
		},
	}
}

func TestNameTaken(t *testing.T) {
	yes := true
	somebody := metav1.OwnerReference{APIVersion: "example.com/v1", Kind: "Shop", Name: "corner", UID: "1234", Controller: &yes}
	for name, test := range map[string]struct {
		object client.Object
		says   string
	}{
		"a Deployment of a controller": {deploymentOf(somebody), "Deployment web, which belongs to Shop corner"},
		"a Deployment of nobody":       {deploymentOf(), "Deployment web, which belongs to nobody known"},
		"a Service of nobody": {&corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: "web"},
			Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80}}},
		}, "Service web, which belongs to nobody known"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newLaunch(t)
			s.create(test.object)
			version := test.object.GetResourceVersion()
			if result := s.settle(); result.RequeueAfter != 20*time.Second {
				t.Errorf("looks again after %s, want 20s: no watch shows when the name is free", result.RequeueAfter)
			}
			said := s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonNameTaken)
			if !strings.Contains(said.Message, test.says) {
				t.Errorf("the condition says %q, want %q in it", said.Message, test.says)
			}
			s.must("web", test.object)
			if test.object.GetResourceVersion() != version {
				t.Error("somebody else's object was changed")
			}
			_, deployment := test.object.(*appsv1.Deployment)
			if got := s.get("web", children()["HorizontalPodAutoscaler"]); got == deployment {
				t.Errorf("there is an autoscaler: %t, want one only for a Deployment of ours", got)
			}
			if err := s.client.Delete(t.Context(), test.object); err != nil {
				t.Fatal(err)
			}
			s.settle()
			s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionFalse, "")
		})
	}
}

// TestCacheThatMissesAnObject: what the cache does not show is looked for past it.
func TestCacheThatMissesAnObject(t *testing.T) {
	s := newLaunch(t)
	s.channel.Live = s.client
	s.create(deploymentOf())
	blind := s.channel.Client
	s.channel.Client = noDeployments{blind}
	s.reconcile()
	s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonNameTaken)
	if got := s.deployment().Spec.Template.Spec.Containers; len(got) != 1 {
		t.Errorf("somebody else's Deployment was changed: %v", got)
	}
}

func TestAdoptsAnOrphan(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	change(s, &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, "garbage-collector", func(d *appsv1.Deployment) { d.OwnerReferences = nil })
	s.settle()
	if metav1.GetControllerOf(s.deployment()) == nil {
		t.Error("the Deployment is still an orphan")
	}
}

// TestRestoredFromABackup: the channel has a new UID, and its objects name the old one.
// They are adopted, and an event says so. A user's object with our labels is not.
func TestRestoredFromABackup(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.at("2026-12-01 23:50:00").settle()
	for _, object := range children() {
		s.must("web", object)
		owners := object.GetOwnerReferences()
		owners[0].UID = "of-the-channel-before"
		object.SetOwnerReferences(owners)
		if err := s.client.Update(t.Context(), object, client.FieldOwner("restore")); err != nil {
			t.Fatal(err)
		}
	}
	s.settle()
	for kind, object := range children() {
		s.must("web", object)
		if owners := object.GetOwnerReferences(); len(owners) != 1 || owners[0].UID != s.seen().UID {
			t.Errorf("the owners of the %s are %+v, want the channel", kind, owners)
		}
	}
	if got := strings.Count(s.events(), "Normal Adopted "); got != len(children()) {
		t.Errorf("%d events say so, want one for each of %d objects", got, len(children()))
	}
	s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionFalse, "")
	if got := s.floor(); got != 17 {
		t.Errorf("the floor is %d, want 17", got)
	}

	service := &corev1.Service{}
	s.must("web", service)
	theirs := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "web", Labels: service.Labels}, Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80}}}}
	if err := s.client.Delete(t.Context(), service); err != nil {
		t.Fatal(err)
	}
	s.create(theirs)
	s.settle()
	s.wantCondition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonNameTaken)
}

func TestGoneOrGoing(t *testing.T) {
	s := newLaunch(t)
	if result, err := s.try("nothing"); err != nil || result != (reconcile.Result{}) {
		t.Errorf("result %+v, %v for a channel that is not there", result, err)
	}
	s.settle()
	s.edit(func(c *v1alpha1.BookingChannel) { c.Finalizers = []string{"example.com/keep"} })
	if err := s.client.Delete(t.Context(), s.seen()); err != nil {
		t.Fatal(err)
	}
	s.at("2026-12-01 23:50:00").forget()
	s.reconcile()
	if writes := s.written(); len(writes) > 0 {
		t.Errorf("written for a channel that is going: %v", writes)
	}
}
