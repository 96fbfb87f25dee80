/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// ChannelBuilder makes a BookingChannel.
type ChannelBuilder struct{ obj v1alpha1.BookingChannel }

// MakeChannel makes a web channel from 2 to 200 replicas with an autoscaler of
// ours. One replica answers 40 requests a second over 4 connections; a session
// has 30 requests in 5 minutes.
func MakeChannel(name string) *ChannelBuilder {
	return &ChannelBuilder{v1alpha1.BookingChannel{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: Namespace},
		Spec: v1alpha1.BookingChannelSpec{
			PlatformRef: v1alpha1.PlatformReference{Name: Platform},
			Type:        v1alpha1.ChannelWeb,
			Replicas:    1,
			Capacity:    v1alpha1.Capacity{RequestsPerSecond: 40, DatabaseConnections: 4},
			Session:     v1alpha1.Session{Minutes: 5, Requests: 30},
			Scaling: v1alpha1.Scaling{
				Autoscaler: v1alpha1.AutoscalerManaged, MinReplicas: 2, MaxReplicas: 200, TargetUtilizationPercent: 70,
			},
		},
	}}
}

// In puts it into a namespace.
func (b *ChannelBuilder) In(namespace string) *ChannelBuilder {
	b.obj.Namespace = namespace
	return b
}

// Of puts it on a platform.
func (b *ChannelBuilder) Of(platform string) *ChannelBuilder {
	b.obj.Spec.PlatformRef.Name = platform
	return b
}

// Desk makes it a call centre with the given agents, ten to a replica, and lines.
func (b *ChannelBuilder) Desk(agents, lines int32) *ChannelBuilder {
	spec := &b.obj.Spec
	spec.Type = v1alpha1.ChannelCallCentre
	spec.Capacity = v1alpha1.Capacity{Agents: 10, DatabaseConnections: 2}
	spec.Session = v1alpha1.Session{}
	spec.CallCentre = v1alpha1.CallCentreSpec{
		Agents: agents, Lines: lines, AverageHandleTimeSeconds: 210, PatienceSeconds: 120,
		ServiceLevel: v1alpha1.ServiceLevel{Percent: 80, WithinSeconds: 20},
	}
	return b
}

// Replicas sets the number that a person or another autoscaler asks for through /scale.
func (b *ChannelBuilder) Replicas(n int32) *ChannelBuilder {
	b.obj.Spec.Replicas = n
	return b
}

// Between these replicas.
func (b *ChannelBuilder) Between(least, most int32) *ChannelBuilder {
	b.obj.Spec.Scaling.MinReplicas, b.obj.Spec.Scaling.MaxReplicas = least, most
	return b
}

// External leaves /scale to another autoscaler.
func (b *ChannelBuilder) External() *ChannelBuilder {
	b.obj.Spec.Scaling.Autoscaler = v1alpha1.AutoscalerExternal
	return b
}

// Runs an image of its own.
func (b *ChannelBuilder) Runs(image string) *ChannelBuilder {
	if b.obj.Spec.Workload == nil {
		b.obj.Spec.Workload = &v1alpha1.Workload{}
	}
	b.obj.Spec.Workload.Image = image
	return b
}

// With changes anything else.
func (b *ChannelBuilder) With(change func(c *v1alpha1.BookingChannel)) *ChannelBuilder {
	change(&b.obj)
	return b
}

// Obj returns a copy of the channel; later sentences do not change it.
func (b *ChannelBuilder) Obj() *v1alpha1.BookingChannel { return b.obj.DeepCopy() }
