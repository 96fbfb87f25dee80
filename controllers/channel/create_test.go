/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package channel_test

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/controllers/channel"
	"github.com/mezzanotte/mezzanotte/test/build"
)

// children are one empty object of every kind that a channel owns.
func children() map[string]client.Object {
	return map[string]client.Object{
		"Deployment":              &appsv1.Deployment{},
		"HorizontalPodAutoscaler": &autoscalingv2.HorizontalPodAutoscaler{},
		"Service":                 &corev1.Service{},
		"ServiceAccount":          &corev1.ServiceAccount{},
		"PodDisruptionBudget":     &policyv1.PodDisruptionBudget{},
		"NetworkPolicy":           &networkingv1.NetworkPolicy{},
	}
}

func TestCreatesWhatAChannelOwns(t *testing.T) {
	s := newLaunch(t)
	s.reconcile()

	owner := s.seen()
	for kind, object := range children() {
		if !s.get("web", object) {
			t.Errorf("there is no %s", kind)
			continue
		}
		if controller := metav1.GetControllerOf(object); controller == nil || controller.UID != owner.UID || controller.Kind != "BookingChannel" {
			t.Errorf("the controller of the %s is %v, want the channel", kind, controller)
		}
	}
}

func TestFirstFloor(t *testing.T) {
	s := newLaunch(t)
	s.reconcile()
	hpa := s.hpa()
	if got := hpa.Spec.ScaleTargetRef; got.Kind != "Deployment" || got.Name != "web" {
		t.Errorf("the autoscaler targets %v, want the Deployment", got)
	}
	if s.floor() != 2 || hpa.Spec.MaxReplicas != 200 {
		t.Errorf("the autoscaler goes from %d to %d, want 2 to 200", s.floor(), hpa.Spec.MaxReplicas)
	}
	for _, entry := range s.deployment().ManagedFields {
		if entry.Manager == string(channel.Manager) && strings.Contains(entry.FieldsV1.String(), "f:replicas") {
			t.Errorf("we own the Deployment's replicas: %s", entry.FieldsV1)
		}
	}
	status := s.seen().Status
	if status.Selector != "booking.mezzanotte.dev/channel=web" || status.ObservedGeneration != 1 || status.Template == "" {
		t.Errorf("status is %+v", status)
	}
	if status.Floor.Replicas != 2 || status.Floor.Reason != "floor 2 = base 2" {
		t.Errorf("floor is %+v, want the base", status.Floor)
	}
	if len(status.NextSteps) == 0 || len(status.NextSteps) > 20 {
		t.Errorf("%d next steps, want 1 to 20", len(status.NextSteps))
	}
}

func TestBecomesReady(t *testing.T) {
	s := newLaunch(t)
	s.reconcile()
	s.wantCondition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonProgressing)
	s.wantCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonMinimumReplicasUnavailable)

	s.runs(2)
	s.reconcile()
	s.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded)
	s.wantCondition(v1alpha1.ConditionAvailable, metav1.ConditionTrue, "")
	s.wantCondition(v1alpha1.ConditionFloorHeld, metav1.ConditionTrue, v1alpha1.ReasonFloorReached)
}

// TestWritesNothingAtRest: what is as it should be costs no request that writes,
// however often it is looked at and however much time passes between two steps.
func TestWritesNothingAtRest(t *testing.T) {
	for name, web := range map[string]*build.ChannelBuilder{
		"a managed channel":                    build.MakeChannel("web"),
		"an external channel":                  build.MakeChannel("web").External().Replicas(7),
		"a call centre":                        build.MakeChannel("web").Desk(80, 200).Between(2, 30),
		"a channel with a workload of its own": build.MakeChannel("web").With(ownWorkload),
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, build.MakePlatform("lazio").Obj(), web.Obj(),
				build.MakeCampaign("over-80").Expects(120_000).Through("web", 100).Obj())
			s.settle()
			s.runs(7)
			s.settle()
			for range 10 {
				s.later(time.Second)
				s.reconcile()
			}
			if writes := s.written(); len(writes) > 0 {
				t.Errorf("written at rest: %v", writes)
			}
		})
	}
}

// ownWorkload sets every field of a workload.
func ownWorkload(c *v1alpha1.BookingChannel) {
	value := "1"
	c.Spec.Workload = &v1alpha1.Workload{
		Image: "example/booking:1", Command: []string{"serve"}, Args: []string{"--fast"},
		Env: []v1alpha1.EnvVar{
			{Name: "WORKERS", Value: &value},
			{Name: "NODE", ValueFrom: v1alpha1.EnvVarSource{FieldPath: "spec.nodeName"}},
			{Name: "KEY", ValueFrom: v1alpha1.EnvVarSource{SecretKeyRef: v1alpha1.KeyReference{Name: "keys", Key: "key"}}},
		},
		EnvFrom:          []v1alpha1.EnvFromSource{{ConfigMapRef: v1alpha1.ConfigMapReference{Name: "settings"}}},
		Port:             9090,
		ReadinessPath:    "/ok",
		Volumes:          []v1alpha1.Volume{{Name: "settings", MountPath: "/etc/settings", ConfigMap: v1alpha1.ConfigMapReference{Name: "settings"}}},
		ImagePullSecrets: []v1alpha1.SecretReference{{Name: "pull"}},
		NodeSelector:     map[string]v1alpha1.LabelValue{"pool": "booking"},
		Tolerations:      []v1alpha1.Toleration{{Key: "booking", Operator: "Exists", Effect: "NoSchedule"}},
	}
}

func TestRecreatesWhatWasDeleted(t *testing.T) {
	s := newLaunch(t)
	s.settle()
	s.at("2026-12-01 23:50:00").settle()
	peak := s.floor()
	for kind, object := range children() {
		s.must("web", object)
		if err := s.client.Delete(t.Context(), object, client.GracePeriodSeconds(0)); err != nil {
			t.Fatalf("delete the %s: %v", kind, err)
		}
		s.reconcile()
		if !s.get("web", object) {
			t.Errorf("the %s is not there again", kind)
		}
	}
	if s.floor() != peak || peak <= 2 {
		t.Errorf("the floor is %d again, was %d", s.floor(), peak)
	}
}
