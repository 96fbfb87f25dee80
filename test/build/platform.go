/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// PlatformBuilder makes a BookingPlatform.
type PlatformBuilder struct{ obj v1alpha1.BookingPlatform }

// MakePlatform makes a platform in Europe/Rome with 2,000 connections to its store. It
// starts 120 pods a minute, is Ready 15 minutes before an opening and keeps the peak for 60.
func MakePlatform(name string) *PlatformBuilder {
	return &PlatformBuilder{v1alpha1.BookingPlatform{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: Namespace},
		Spec: v1alpha1.BookingPlatformSpec{
			TimeZone: "Europe/Rome",
			Image:    Image,
			Database: v1alpha1.DatabaseSpec{
				SecretRef:      v1alpha1.KeyReference{Name: name + "-database", Key: "uri"},
				MaxConnections: 2000,
			},
			IdentifierKeys: v1alpha1.SecretSource{SecretRef: v1alpha1.SecretReference{Name: name + "-identifier-keys"}},
			Launch:         v1alpha1.LaunchSpec{ReadyBeforeMinutes: 15, KeepPeakMinutes: 60, PodStartsPerMinute: 120},
		},
	}}
}

// In puts it into a namespace.
func (b *PlatformBuilder) In(namespace string) *PlatformBuilder {
	b.obj.Namespace = namespace
	return b
}

// Zone sets its time zone.
func (b *PlatformBuilder) Zone(zone string) *PlatformBuilder {
	b.obj.Spec.TimeZone = v1alpha1.TimeZone(zone)
	return b
}

// Runs the image on every channel that brings none; "" for no image.
func (b *PlatformBuilder) Runs(image string) *PlatformBuilder {
	b.obj.Spec.Image = image
	return b
}

// Connections sets the number of connections that its store accepts.
func (b *PlatformBuilder) Connections(most int32) *PlatformBuilder {
	b.obj.Spec.Database.MaxConnections = most
	return b
}

// Keeps the given percentage of the places for people who call, and releases what is
// left of them the given hours before the appointment.
func (b *PlatformBuilder) Keeps(percent, releaseBeforeHours int32) *PlatformBuilder {
	b.obj.Spec.CallCentrePlaces = v1alpha1.CallCentrePlaces{Percent: percent, ReleaseBeforeHours: &releaseBeforeHours}
	return b
}

// Starts sets the pods started a minute.
func (b *PlatformBuilder) Starts(perMinute int32) *PlatformBuilder {
	b.obj.Spec.Launch.PodStartsPerMinute = perMinute
	return b
}

// Launches sets the minutes before an opening and after it in which the peak is kept.
func (b *PlatformBuilder) Launches(before, after int32) *PlatformBuilder {
	b.obj.Spec.Launch.ReadyBeforeMinutes, b.obj.Spec.Launch.KeepPeakMinutes = before, after
	return b
}

// With changes anything else.
func (b *PlatformBuilder) With(change func(p *v1alpha1.BookingPlatform)) *PlatformBuilder {
	change(&b.obj)
	return b
}

// Obj returns a copy of the platform; later sentences do not change it.
func (b *PlatformBuilder) Obj() *v1alpha1.BookingPlatform { return b.obj.DeepCopy() }
