/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// BookingPlatformSpec is one authority's booking service: its zone, its store, its limits.
type BookingPlatformSpec struct {
	// timeZone is the default for everything on this platform. It never changes.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a platform's time zone never changes, since announced openings rest on it: make a new platform"
	TimeZone TimeZone `json:"timeZone,omitempty"`

	// image of the reference booking server, for channels that bring no image of their own.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^((localhost|[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)+)(:[0-9]{1,5})?/|[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?:[0-9]{1,5}/)?[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][-.A-Za-z0-9_]{0,127})?(@sha256:[a-f0-9]{64})?$')",message="not an image: write [registry/]name[:tag][@sha256:digest], the name in lower case, no scheme and no spaces, for example mezzanotte/booking:v0.1.0"
	Image string `json:"image,omitempty"`

	// database is the PostgreSQL that holds the bookings of all channels.
	// +required
	Database DatabaseSpec `json:"database,omitzero"`

	// identifierKeys encrypt and hash people's identifiers.
	// +required
	IdentifierKeys SecretSource `json:"identifierKeys,omitzero"`

	// mail sends confirmations. Without it none are sent.
	// +optional
	Mail SecretSource `json:"mail,omitzero"`

	// callCentrePlaces keeps a share of the places for people who call. Without it
	// every channel may take every place.
	// +optional
	CallCentrePlaces CallCentrePlaces `json:"callCentrePlaces,omitzero"`

	// launch holds the defaults for the launch of every campaign.
	// +optional
	// +kubebuilder:default={readyBeforeMinutes: 15, keepPeakMinutes: 60, podStartsPerMinute: 120}
	Launch LaunchSpec `json:"launch,omitzero"`
}

// DatabaseSpec says where the store is and how many connections it bears.
type DatabaseSpec struct {
	// secretRef names the Secret and its key that hold the connection URI.
	// +required
	SecretRef KeyReference `json:"secretRef,omitzero"`

	// maxConnections is the number of connections that the store accepts from all
	// channels together; 20 of them are kept in reserve.
	// +required
	// +kubebuilder:validation:Minimum=25
	// +kubebuilder:validation:Maximum=1000000
	MaxConnections int32 `json:"maxConnections,omitempty"`
}

// CallCentrePlaces configures the places that only the call centre may take, and until
// when.
type CallCentrePlaces struct {
	// percent of the places that a hub has at any one time. It is rounded up, but
	// one place at least is left to everybody: a hub with one station keeps none.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=50
	Percent int32 `json:"percent,omitempty"`

	// releaseBeforeHours is the time before an appointment at which its kept places are
	// released to every channel, if nobody took them. 0 keeps them to the end.
	// +optional
	// +kubebuilder:default=48
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=336
	ReleaseBeforeHours *int32 `json:"releaseBeforeHours,omitempty"`
}

// LaunchSpec configures the launch of every campaign of the platform.
// +kubebuilder:validation:MinProperties=1
type LaunchSpec struct {
	// readyBeforeMinutes is the time before the opening by which every channel must be
	// proved Ready.
	// +optional
	// +kubebuilder:default=15
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=240
	ReadyBeforeMinutes int32 `json:"readyBeforeMinutes,omitempty"`

	// keepPeakMinutes is the time after the opening for which the peak floor stays.
	// +optional
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1440
	KeepPeakMinutes int32 `json:"keepPeakMinutes,omitempty"`

	// podStartsPerMinute is the pace of all ramps together: what nodes, image
	// registry and control plane bear.
	// +optional
	// +kubebuilder:default=120
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	PodStartsPerMinute int32 `json:"podStartsPerMinute,omitempty"`
}

// BookingPlatformStatus reports what was observed and computed.
// +kubebuilder:validation:MinProperties=1
type BookingPlatformStatus struct {
	// conditions are Ready, Reconciling, Stalled, CatalogPublished, ConnectionsSufficient, Launching.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation that this status speaks of.
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// catalog is the document that tells booking pods which hubs and openings exist.
	// +optional
	Catalog CatalogStatus `json:"catalog,omitzero"`

	// nextOpening is the next one on this platform.
	// +optional
	NextOpening NextOpening `json:"nextOpening,omitzero"`

	// plannedConnections is the most connections that all channels together may hold
	// open now: each at its cap with one more pod in a rollout, plus 20 in reserve.
	// +optional
	// +kubebuilder:validation:Minimum=20
	PlannedConnections int64 `json:"plannedConnections,omitempty"`

	// hubs is the number of hubs of this platform.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Hubs *int32 `json:"hubs,omitempty"`

	// campaigns is the number of campaigns of this platform.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Campaigns *int32 `json:"campaigns,omitempty"`

	// channels is the number of channels of this platform.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Channels *int32 `json:"channels,omitempty"`
}

// CatalogStatus is the catalog that is published.
type CatalogStatus struct {
	// configMap that holds the catalog.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	ConfigMap string `json:"configMap,omitempty"`

	// revision grows by one with every change. The first is the second in which the
	// platform was created, in Unix time, so that a platform created anew over an old
	// database begins above every revision that the database remembers.
	// +required
	// +kubebuilder:validation:Minimum=1
	Revision int64 `json:"revision,omitempty"`

	// digest of the content, without its revision.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`
}

// NextOpening names an opening that is still to come.
type NextOpening struct {
	// campaign that opens.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Campaign string `json:"campaign,omitempty"`

	// opensAt is the exact instant.
	// +required
	OpensAt *metav1.Time `json:"opensAt,omitempty"`
}

// BookingPlatform is one authority's booking service.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=bplat,categories=mezzanotte
// +kubebuilder:printcolumn:name="Zone",type=string,JSONPath=`.spec.timeZone`
// +kubebuilder:printcolumn:name="Next opening",type=string,JSONPath=`.status.nextOpening.campaign`
// +kubebuilder:printcolumn:name="Opens (UTC)",type=string,JSONPath=`.status.nextOpening.opensAt`
// +kubebuilder:printcolumn:name="Hubs",type=integer,JSONPath=`.status.hubs`
// +kubebuilder:printcolumn:name="Catalog",type=integer,JSONPath=`.status.catalog.revision`,priority=1
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",fieldPath=".metadata",message="a platform's name has at most 40 characters: lower-case letters, digits and '-', a letter first, since what it owns is named after it"
type BookingPlatform struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec of the platform.
	// +required
	Spec BookingPlatformSpec `json:"spec,omitzero"`

	// status reports what was observed and computed.
	// +optional
	Status BookingPlatformStatus `json:"status,omitzero"`
}

// BookingPlatformList is a list of BookingPlatform.
// +kubebuilder:object:root=true
type BookingPlatformList struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard list's metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// items of the list.
	Items []BookingPlatform `json:"items"`
}
