/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// BookingChannelSpec is a way to book, and what its workload can bear.
// +kubebuilder:validation:XValidation:rule="self.type != 'CallCentre' || has(self.callCentre)",fieldPath=".callCentre",message="a CallCentre needs callCentre: its agents, lines, handle time and service level"
// +kubebuilder:validation:XValidation:rule="self.type == 'CallCentre' || !has(self.callCentre)",fieldPath=".callCentre",message="only the type CallCentre has callCentre: leave it out"
// +kubebuilder:validation:XValidation:rule="self.type != 'CallCentre' || has(self.capacity.agents) && !has(self.capacity.requestsPerSecond)",fieldPath=".capacity",message="one replica of a CallCentre serves agents: write capacity.agents, not requestsPerSecond"
// +kubebuilder:validation:XValidation:rule="self.type == 'CallCentre' || has(self.capacity.requestsPerSecond) && !has(self.capacity.agents)",fieldPath=".capacity",message="one replica of a Web or App channel serves requests: write capacity.requestsPerSecond, not agents"
// +kubebuilder:validation:XValidation:rule="self.type != 'CallCentre' || !has(self.session)",fieldPath=".session",message="a CallCentre has no session: callCentre.averageHandleTimeSeconds says how long one call takes"
// +kubebuilder:validation:XValidation:rule="self.type == 'CallCentre' || has(self.session)",fieldPath=".session",message="a Web or App channel needs session: the minutes that one person stays and the requests that they send"
// +kubebuilder:validation:XValidation:rule="self.scaling.autoscaler == 'External' || self.replicas <= self.scaling.maxReplicas",fieldPath=".replicas",message="replicas must not be greater than scaling.maxReplicas"
type BookingChannelSpec struct {
	// platformRef names the platform that the channel belongs to. It never changes.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a channel never moves to another platform: make a new channel"
	PlatformRef PlatformReference `json:"platformRef,omitzero"`

	// type of the channel. It never changes.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a channel's type never changes: make a new channel"
	Type ChannelType `json:"type,omitempty"`

	// replicas that a person, or another controller through /scale, asks for.
	// Never fewer run than the floor.
	// +optional
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	Replicas int32 `json:"replicas,omitempty"`

	// capacity of one replica.
	// +required
	Capacity Capacity `json:"capacity,omitzero"`

	// session of one person on a Web or App channel.
	// +optional
	Session Session `json:"session,omitzero"`

	// callCentre is the roster and the service level of a CallCentre channel.
	// +optional
	CallCentre CallCentreSpec `json:"callCentre,omitzero"`

	// scaling configures who scales the channel, and between which limits.
	// +required
	Scaling Scaling `json:"scaling,omitzero"`

	// workload that serves the channel. Without it, the platform's reference booking server.
	// +optional
	Workload *Workload `json:"workload,omitempty"`
}

// ChannelType is a way to book.
// +kubebuilder:validation:Enum=Web;App;CallCentre
type ChannelType string

// The channel types.
const (
	// ChannelWeb is a web site.
	ChannelWeb ChannelType = "Web"
	// ChannelApp is the back end of an app.
	ChannelApp ChannelType = "App"
	// ChannelCallCentre is for agents who book for people on the phone.
	ChannelCallCentre ChannelType = "CallCentre"
)

// Capacity is the capacity of ONE replica.
type Capacity struct {
	// requestsPerSecond that one replica answers at full load. Web and App.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	RequestsPerSecond int32 `json:"requestsPerSecond,omitempty"`

	// agents whom one replica serves. CallCentre.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	Agents int32 `json:"agents,omitempty"`

	// databaseConnections that one replica holds open.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	DatabaseConnections int32 `json:"databaseConnections,omitempty"`
}

// Session describes one person's session. CoWIN's public figures give 30 requests for a
// booking.
type Session struct {
	// minutes that one person stays.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=240
	Minutes int32 `json:"minutes,omitempty"`

	// requests that one person sends meanwhile.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	Requests int32 `json:"requests,omitempty"`
}

// CallCentreSpec is a roster and its service level.
// +kubebuilder:validation:XValidation:rule="self.lines >= self.agents",fieldPath=".lines",message="lines must not be fewer than agents: an agent without a line answers nobody"
type CallCentreSpec struct {
	// agents rostered for the opening.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	Agents int32 `json:"agents,omitempty"`

	// lines into the call centre, talking and waiting together.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=200000
	Lines int32 `json:"lines,omitempty"`

	// averageHandleTimeSeconds of one call, wrap-up included.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=7200
	AverageHandleTimeSeconds int32 `json:"averageHandleTimeSeconds,omitempty"`

	// patienceSeconds after which a waiting caller gives up, on average. Without it, nobody does.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=7200
	PatienceSeconds int32 `json:"patienceSeconds,omitempty"`

	// serviceLevel that the roster is held against.
	// +required
	ServiceLevel ServiceLevel `json:"serviceLevel,omitzero"`

	// signIn of the agents: an OIDC client or a file of agents.
	// +optional
	SignIn SecretSource `json:"signIn,omitzero"`
}

// ServiceLevel is the percentage of calls to answer within a time.
type ServiceLevel struct {
	// percent of the calls.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=99
	Percent int32 `json:"percent,omitempty"`

	// withinSeconds they are answered.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3600
	WithinSeconds int32 `json:"withinSeconds,omitempty"`
}

// Scaling configures who scales a channel, and between which limits.
// +kubebuilder:validation:XValidation:rule="self.minReplicas <= self.maxReplicas",fieldPath=".minReplicas",message="minReplicas must not be greater than maxReplicas (it is 2 unless it is given)"
type Scaling struct {
	// autoscaler is Managed, we own a HorizontalPodAutoscaler on the Deployment;
	// External, someone else drives the channel's /scale.
	// +optional
	// +kubebuilder:default=Managed
	Autoscaler Autoscaler `json:"autoscaler,omitempty"`

	// minReplicas is the floor outside every campaign's window.
	// +optional
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	MinReplicas int32 `json:"minReplicas,omitempty"`

	// maxReplicas is never exceeded.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	MaxReplicas int32 `json:"maxReplicas,omitempty"`

	// targetUtilizationPercent of a replica's capacity that the plan counts on,
	// and of its CPU request that the autoscaler aims at.
	// +optional
	// +kubebuilder:default=70
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	TargetUtilizationPercent int32 `json:"targetUtilizationPercent,omitempty"`
}

// Autoscaler selects who sets the replicas above the floor.
// +kubebuilder:validation:Enum=Managed;External
type Autoscaler string

// The autoscalers.
const (
	// AutoscalerManaged is a HorizontalPodAutoscaler of ours on the Deployment.
	AutoscalerManaged Autoscaler = "Managed"
	// AutoscalerExternal is somebody else's, on the channel's /scale.
	AutoscalerExternal Autoscaler = "External"
)

// BookingChannel is a way to book; it runs as a workload.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas,selectorpath=.status.selector
// +kubebuilder:resource:shortName=bchan,categories=mezzanotte
// +kubebuilder:selectablefield:JSONPath=`.spec.platformRef.name`
// +kubebuilder:printcolumn:name="Platform",type=string,JSONPath=`.spec.platformRef.name`
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Floor",type=integer,JSONPath=`.status.floor.replicas`
// +kubebuilder:printcolumn:name="Ready pods",type=integer,JSONPath=`.status.readyReplicas`
// +kubebuilder:printcolumn:name="Cap",type=integer,JSONPath=`.status.cap`
// +kubebuilder:printcolumn:name="Next step (UTC)",type=string,JSONPath=`.status.nextSteps[0].at`
// +kubebuilder:printcolumn:name="To",type=integer,JSONPath=`.status.nextSteps[0].floor`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Staffing",type=string,JSONPath=`.status.conditions[?(@.type=="StaffingSufficient")].reason`,priority=1
// +kubebuilder:printcolumn:name="Why",type=string,JSONPath=`.status.floor.reason`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",fieldPath=".metadata",message="a channel's name has at most 40 characters: lower-case letters, digits and '-', a letter first, since its Service bears it"
// +kubebuilder:validation:XValidation:rule="!(self.metadata.name in ['default', 'kubernetes'])",fieldPath=".metadata",message="Kubernetes itself has a ServiceAccount default in every namespace and a Service kubernetes: give the channel another name, for example web"
type BookingChannel struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec of the channel.
	// +required
	Spec BookingChannelSpec `json:"spec,omitzero"`

	// status reports what runs and what is planned.
	// +optional
	Status BookingChannelStatus `json:"status,omitzero"`
}

// BookingChannelList is a list of BookingChannel.
// +kubebuilder:object:root=true
type BookingChannelList struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard list's metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// items of the list.
	Items []BookingChannel `json:"items"`
}
