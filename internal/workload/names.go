/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/kind"
)

// Labels and annotations of the objects of a channel.
const (
	// LabelChannel holds the channel's name. It alone selects a channel's pods: a
	// Deployment's selector can never change.
	LabelChannel = "booking.mezzanotte.dev/channel"
	// LabelPlatform holds the platform's name.
	LabelPlatform = "booking.mezzanotte.dev/platform"
	// AnnotationInputs on the Deployment holds the hash of the inputs from which its
	// pod template was rendered.
	AnnotationInputs = "booking.mezzanotte.dev/template-inputs"
)

// Names that pods and their observers share.
const (
	// Container is the name of the booking container.
	Container = "booking"
	// PortName is the name of its port, and of the Service's.
	PortName = "http"
	// ServicePort is the port of the Service.
	ServicePort = 80
	// CatalogKey is the catalog's key in its ConfigMap, and so its file's name.
	CatalogKey = "catalog.json"
)

const defaultPort = 8080

// CatalogConfigMap returns the name of the ConfigMap with a platform's catalog.
func CatalogConfigMap(platform string) string {
	return platform + "-catalog"
}

// Labels returns the labels of every object of a channel and of its pods.
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

// OwnsPod reports whether a pod was made for a channel's Deployment: by a ReplicaSet of
// its name and of the pod's template. A label alone proves nothing; anybody may set it.
func OwnsPod(channel string, pod *corev1.Pod) bool {
	by := metav1.GetControllerOfNoCopy(pod)
	return by != nil && by.Kind == "ReplicaSet" && by.Name == channel+"-"+pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
}

// Selector selects a channel's pods.
func Selector(channel *v1alpha1.BookingChannel) map[string]string {
	return map[string]string{LabelChannel: channel.Name}
}

// SelectorString returns the selector as /scale reports it.
func SelectorString(channel *v1alpha1.BookingChannel) string {
	return LabelChannel + "=" + channel.Name
}

// row returns a channel's row in the table of kinds. The zero row of an unknown type is
// never rendered: such a channel has no plan.
func row(channel *v1alpha1.BookingChannel) kind.Kind {
	k, _ := kind.Find(channel.Spec.Type)
	return k
}

// owner makes a channel the controller of its objects, so that they are deleted with
// it.
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

// declared holds what people declared for the pod template, and nothing that we choose.
// A field may be added with omitempty; to rename or remove one, or to add one that is
// always present, would restart every booking pod on upgrade.
type declared struct {
	Type           v1alpha1.ChannelType  `json:"type"`
	Image          string                `json:"image"`
	Connections    int32                 `json:"databaseConnections"`
	Workload       v1alpha1.Workload     `json:"workload,omitzero"`
	Database       v1alpha1.KeyReference `json:"database"`
	IdentifierKeys string                `json:"identifierKeys"`
	Mail           string                `json:"mail,omitempty"`
	SignIn         string                `json:"signIn,omitempty"`
}

// Inputs returns the hash of the declared inputs of the pod template. The same
// declaration has the same hash in every version of the operator; an empty workload
// equals none.
func Inputs(channel *v1alpha1.BookingChannel, platform *v1alpha1.BookingPlatform) string {
	image, _ := Image(channel, platform)
	d := declared{
		Type:           channel.Spec.Type,
		Image:          image,
		Connections:    channel.Spec.Capacity.DatabaseConnections,
		Database:       platform.Spec.Database.SecretRef,
		IdentifierKeys: platform.Spec.IdentifierKeys.SecretRef.Name,
		Mail:           platform.Spec.Mail.SecretRef.Name,
		SignIn:         signIn(channel),
	}
	if w := channel.Spec.Workload; w != nil {
		d.Workload = *w
	}
	canonical, err := json.Marshal(d)
	if err != nil {
		// Strings, numbers and quantities are always JSON.
		canonical = []byte(err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:8])
}

// Image returns the container's image; false if none is declared.
func Image(channel *v1alpha1.BookingChannel, platform *v1alpha1.BookingPlatform) (string, bool) {
	if w := channel.Spec.Workload; w != nil && w.Image != "" {
		return w.Image, true
	}
	return platform.Spec.Image, platform.Spec.Image != ""
}

// reference reports whether a channel runs the reference booking server.
func reference(channel *v1alpha1.BookingChannel) bool {
	return channel.Spec.Workload == nil || channel.Spec.Workload.Image == ""
}

// signIn returns the name of the Secret with a call centre's agents, or "".
func signIn(channel *v1alpha1.BookingChannel) string {
	return channel.Spec.CallCentre.SignIn.SecretRef.Name
}
