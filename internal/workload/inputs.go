/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package workload

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

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
