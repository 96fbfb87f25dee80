/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// made builds an Input that reads as a sentence.
type made struct{ in Input }

// MakeInput is a web channel of the platform lazio, run by the reference
// booking server.
func MakeInput(channel string) *made {
	return &made{Input{
		Floor: 2,
		Max:   200,
		Channel: &v1alpha1.BookingChannel{
			ObjectMeta: metav1.ObjectMeta{Name: channel, Namespace: "lazio", UID: "5d0a5f3e-0000-4000-8000-000000000001"},
			Spec: v1alpha1.BookingChannelSpec{
				PlatformRef: v1alpha1.PlatformReference{Name: "lazio"},
				Type:        v1alpha1.ChannelWeb,
				Replicas:    1,
				Capacity:    v1alpha1.Capacity{RequestsPerSecond: 40, DatabaseConnections: 4},
				Session:     v1alpha1.Session{Minutes: 5, Requests: 30},
				Scaling: v1alpha1.Scaling{
					Autoscaler: v1alpha1.AutoscalerManaged, MinReplicas: 2, MaxReplicas: 200, TargetUtilizationPercent: 70,
				},
			},
		},
		Platform: &v1alpha1.BookingPlatform{
			ObjectMeta: metav1.ObjectMeta{Name: "lazio", Namespace: "lazio"},
			Spec: v1alpha1.BookingPlatformSpec{
				TimeZone: "Europe/Rome",
				Image:    "mezzanotte/booking:v0.1.0",
				Database: v1alpha1.DatabaseSpec{
					SecretRef:      v1alpha1.KeyReference{Name: "lazio-database", Key: "uri"},
					MaxConnections: 2000,
				},
				IdentifierKeys: v1alpha1.SecretSource{SecretRef: v1alpha1.SecretReference{Name: "lazio-identifier-keys"}},
				Mail:           v1alpha1.SecretSource{SecretRef: v1alpha1.SecretReference{Name: "lazio-smtp"}},
			},
		},
	}}
}

// CallCentre makes it a call centre.
func (m *made) CallCentre() *made {
	spec := &m.in.Channel.Spec
	spec.Type = v1alpha1.ChannelCallCentre
	spec.Capacity = v1alpha1.Capacity{Agents: 10, DatabaseConnections: 2}
	spec.Session = v1alpha1.Session{}
	spec.CallCentre = v1alpha1.CallCentreSpec{
		Agents: 80, Lines: 200, AverageHandleTimeSeconds: 210, PatienceSeconds: 120,
		ServiceLevel: v1alpha1.ServiceLevel{Percent: 80, WithinSeconds: 20},
		SignIn:       v1alpha1.SecretSource{SecretRef: v1alpha1.SecretReference{Name: "lazio-agents"}},
	}
	return m
}

// External leaves the replicas to somebody else.
func (m *made) External() *made {
	m.in.Channel.Spec.Scaling.Autoscaler = v1alpha1.AutoscalerExternal
	return m
}

// Runs declares a workload.
func (m *made) Runs(w v1alpha1.Workload) *made {
	m.in.Channel.Spec.Workload = &w
	return m
}

// With changes anything else.
func (m *made) With(change func(in *Input)) *made {
	change(&m.in)
	return m
}

// Obj is the Input.
func (m *made) Obj() Input { return m.in }
