/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/kind"
)

// Labels and annotations of the objects of a channel.
const (
	// LabelChannel names the channel. It alone selects a channel's pods: a
	// Deployment's selector can never change.
	LabelChannel = "booking.mezzanotte.dev/channel"
	// LabelPlatform names the platform.
	LabelPlatform = "booking.mezzanotte.dev/platform"
	// AnnotationInputs on the Deployment says which declared inputs its pod
	// template was rendered from.
	AnnotationInputs = "booking.mezzanotte.dev/template-inputs"
)

// What pods and those who look at them agree on.
const (
	// Container is the name of the container that books.
	Container = "booking"
	// PortName is the name of its port, and of the Service's.
	PortName = "http"
	// ServicePort is the port of the Service.
	ServicePort = 80
	// CatalogKey is the catalog's key in its ConfigMap, and so its file's name.
	CatalogKey = "catalog.json"
)

const defaultPort = 8080

// CatalogConfigMap names the ConfigMap that holds a platform's catalog.
func CatalogConfigMap(platform string) string {
	return platform + "-catalog"
}

// Labels are on every object of a channel and on its pods.
func Labels(channel *v1alpha1.BookingChannel) map[string]string {
	platform := channel.Spec.PlatformRef.Name
	return map[string]string{
		"app.kubernetes.io/name":       "booking",
		"app.kubernetes.io/instance":   channel.Name,
		"app.kubernetes.io/component":  row(channel).Component,
		"app.kubernetes.io/part-of":    platform,
		"app.kubernetes.io/managed-by": "mezzanotte",
		LabelChannel:                   channel.Name,
		LabelPlatform:                  platform,
	}
}

// Selector chooses a channel's pods.
func Selector(channel *v1alpha1.BookingChannel) map[string]string {
	return map[string]string{LabelChannel: channel.Name}
}

// SelectorString is the selector as /scale reports it.
func SelectorString(channel *v1alpha1.BookingChannel) string {
	return LabelChannel + "=" + channel.Name
}

// row returns a channel's row in the table of kinds. The zero row of an unknown type is
// never rendered: such a channel has no plan.
func row(channel *v1alpha1.BookingChannel) kind.Kind {
	k, _ := kind.Find(channel.Spec.Type)
	return k
}

// owner makes a channel the controller of its objects, so that they go with it.
func owner(channel *v1alpha1.BookingChannel) *metav1ac.OwnerReferenceApplyConfiguration {
	return metav1ac.OwnerReference().
		WithAPIVersion(v1alpha1.GroupVersion.String()).
		WithKind("BookingChannel").
		WithName(channel.Name).
		WithUID(channel.UID).
		WithController(true).
		WithBlockOwnerDeletion(true)
}

func selector(channel *v1alpha1.BookingChannel) *metav1ac.LabelSelectorApplyConfiguration {
	return metav1ac.LabelSelector().WithMatchLabels(Selector(channel))
}

func port(channel *v1alpha1.BookingChannel) int32 {
	if w := channel.Spec.Workload; w != nil && w.Port != 0 {
		return w.Port
	}
	return defaultPort
}
