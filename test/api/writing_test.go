/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api_test

import (
	"fmt"
	"strings"
	"testing"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	apply1 "github.com/mezzanotte/mezzanotte/api/v1alpha1/applyconfiguration/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// codecs for the server's own answers, such as tables.
var codecs = func() serializer.CodecFactory {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, v1alpha1.GroupVersion)
	if err := metav1.AddMetaToScheme(scheme); err != nil {
		panic(err) // two types under one kind: a mistake in the program
	}
	return serializer.NewCodecFactory(scheme)
}()

// Somebody else's autoscaler reads and writes /scale, and needs a selector in it.
func TestScale(t *testing.T) {
	c := testenv.Client(t, config)
	channel := &v1alpha1.BookingChannel{}
	key := client.ObjectKeyFromObject(created(t, c, testenv.Namespace(t, c), "channel-external-with-its-own-workload.yaml"))
	if err := c.Get(t.Context(), key, channel); err != nil {
		t.Fatal(err)
	}
	running := int32(3)
	channel.Status.Replicas, channel.Status.Selector = &running, "booking.mezzanotte.dev/channel=web"
	if err := c.Status().Update(t.Context(), channel); err != nil {
		t.Fatal(err)
	}

	scale := &autoscalingv1.Scale{}
	if err := c.SubResource("scale").Get(t.Context(), channel, scale); err != nil {
		t.Fatal(err)
	}
	if scale.Spec.Replicas != 1 || scale.Status.Replicas != 3 || scale.Status.Selector != channel.Status.Selector {
		t.Errorf("scale is %+v %+v, want 1 wanted, 3 running, and the channel's selector", scale.Spec, scale.Status)
	}

	for replicas, refused := range map[int32]bool{40: false, 60: false, 0: true} {
		scale.Spec.Replicas = replicas
		scale.ResourceVersion = ""
		err := c.SubResource("scale").Update(t.Context(), channel, client.WithSubResourceBody(scale))
		if (err != nil) != refused {
			t.Errorf("scaled to %d: %v", replicas, err)
		}
	}
}

// The generated apply configurations say what they set and nothing else.
func TestApplyConfiguration(t *testing.T) {
	c := testenv.Client(t, config)
	namespace := testenv.Namespace(t, c)
	wanted := apply1.BookingChannel("web", namespace).WithSpec(apply1.BookingChannelSpec().
		WithPlatformRef(apply1.PlatformReference().WithName("lazio")).
		WithType(v1alpha1.ChannelWeb).
		WithCapacity(apply1.Capacity().WithRequestsPerSecond(40).WithDatabaseConnections(4)).
		WithSession(apply1.Session().WithMinutes(5).WithRequests(30)).
		WithScaling(apply1.Scaling().WithMaxReplicas(200)))
	if err := c.Apply(t.Context(), wanted, client.FieldOwner("test")); err != nil {
		t.Fatal(err)
	}
	status := apply1.BookingChannel("web", namespace).WithStatus(apply1.BookingChannelStatus().
		WithFloor(apply1.FloorStatus().WithReplicas(2).WithReason("floor 2 = base")))
	if err := c.Status().Apply(t.Context(), status, client.FieldOwner("test-status")); err != nil {
		t.Fatal(err)
	}

	channel := &v1alpha1.BookingChannel{}
	if err := c.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "web"}, channel); err != nil {
		t.Fatal(err)
	}
	if channel.Spec.Capacity.RequestsPerSecond != 40 || channel.Status.Floor.Replicas != 2 {
		t.Errorf("capacity %d and floor %d, want 40 and 2", channel.Spec.Capacity.RequestsPerSecond, channel.Status.Floor.Replicas)
	}
	for _, fields := range channel.ManagedFields {
		if strings.Contains(string(fields.FieldsV1.GetRawBytes()), "f:replicas") && fields.Subresource == "" {
			t.Errorf("%s owns replicas, which it did not set", fields.Manager)
		}
	}
}

// The rules stay within the API server's budget where every list is full.
func TestLargestObjects(t *testing.T) {
	c := testenv.Client(t, config)
	namespace := testenv.Namespace(t, c)

	channel := &v1alpha1.BookingChannel{}
	read(t, c, created(t, c, namespace, "channel-external-with-its-own-workload.yaml"), channel)
	channel.Spec.Workload.Env, channel.Spec.Workload.Volumes = nil, nil
	value := strings.Repeat("x", 1024)
	for i := range 128 {
		channel.Spec.Workload.Env = append(channel.Spec.Workload.Env, v1alpha1.EnvVar{Name: fmt.Sprintf("VARIABLE_%d", i), Value: &value})
	}
	for i := range 30 {
		name := fmt.Sprintf("volume-%d", i)
		channel.Spec.Workload.Volumes = append(channel.Spec.Workload.Volumes, v1alpha1.Volume{
			Name: name, MountPath: "/" + strings.Repeat("d", 400) + "/" + name, Secret: v1alpha1.SecretReference{Name: name},
		})
	}

	hub := &v1alpha1.VaccinationHub{}
	read(t, c, created(t, c, namespace, "hub-with-a-lunch-break.yaml"), hub)
	week := []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	hub.Spec.OpeningHours = nil
	for hour := range 14 {
		hub.Spec.OpeningHours = append(hub.Spec.OpeningHours, v1alpha1.OpeningHours{
			Days: week, Opens: fmt.Sprintf("%02d:00", hour), Closes: fmt.Sprintf("%02d:00", hour+1),
		})
	}
	for i := range 366 {
		hub.Spec.ClosedOn = append(hub.Spec.ClosedOn, v1alpha1.Date(fmt.Sprintf("20%02d-%02d-%02d", i/300, i/28%12+1, i%28+1)))
	}

	for _, object := range []client.Object{channel, hub} {
		if err := c.Update(t.Context(), object); err != nil {
			t.Errorf("%s: %v", object.GetName(), err)
		}
	}
}

func read(t *testing.T, c client.Client, from, into client.Object) {
	t.Helper()
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(from), into); err != nil {
		t.Fatal(err)
	}
}
