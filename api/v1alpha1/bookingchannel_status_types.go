/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// BookingChannelStatus reports what runs and what is planned.
// +kubebuilder:validation:MinProperties=1
type BookingChannelStatus struct {
	// conditions are Ready, Reconciling, Stalled, Available, FloorHeld, Launching, StaffingSufficient.
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

	// replicas that exist, as /scale reports them.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Replicas *int32 `json:"replicas,omitempty"`

	// readyReplicas of them are Ready.
	// +optional
	// +kubebuilder:validation:Minimum=0
	ReadyReplicas *int32 `json:"readyReplicas,omitempty"`

	// selector of the channel's pods, as /scale reports it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Selector string `json:"selector,omitempty"`

	// floor in force now, and why.
	// +optional
	Floor FloorStatus `json:"floor,omitzero"`

	// cap is the most that may run now: spec.scaling.maxReplicas, or less where the
	// channels share the store's connections.
	// +optional
	// +kubebuilder:validation:Minimum=1
	Cap int32 `json:"cap,omitempty"`

	// nextSteps of the plan, at most 20.
	// +optional
	// +listType=map
	// +listMapKey=at
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	NextSteps []FloorStep `json:"nextSteps,omitempty"`

	// callCentre holds the roster of a CallCentre against the forecast. Absent
	// where no campaign with a forecast on the channel lies ahead or in its window.
	// +optional
	CallCentre CallCentreStatus `json:"callCentre,omitzero"`

	// template is the hash of the declared inputs of the running pod template.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Template string `json:"template,omitempty"`

	// startUpSeconds is the learned time from a pod's creation to its being Ready:
	// the 95th percentile of the channel's own pods, forgotten slowly.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=86400
	StartUpSeconds int32 `json:"startUpSeconds,omitempty"`

	// startUpLearnedAt is the time of the last change of startUpSeconds.
	// +optional
	StartUpLearnedAt *metav1.Time `json:"startUpLearnedAt,omitempty"`

	// asked is the number of replicas that the other autoscaler asks for, in External
	// mode.
	// +optional
	Asked AskedReplicas `json:"asked,omitzero"`

	// lastOverruled names the last other writer whose value of a field of ours was set back.
	// +optional
	LastOverruled Overruled `json:"lastOverruled,omitzero"`
}

// FloorStatus is a floor and its reason.
type FloorStatus struct {
	// replicas is the fewest that may run now.
	// +required
	// +kubebuilder:validation:Minimum=1
	Replicas int32 `json:"replicas,omitempty"`

	// reason in plain words, for example "floor 184 = born-1946-1950 120 + born-1951-1955 64".
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Reason string `json:"reason,omitempty"`
}

// CallCentreStatus holds a roster against the calls of one opening: of those to
// come and those whose window lasts, the one with the most calls, all campaigns summed.
type CallCentreStatus struct {
	// opensAt is that opening.
	// +required
	OpensAt *metav1.Time `json:"opensAt,omitempty"`

	// offeredErlangs is the offered load at its peak, rounded up.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=2000000000
	OfferedErlangs int32 `json:"offeredErlangs,omitempty"`

	// serviceLevelPercent of all callers are answered within the time that the
	// service level names, by today's agents on today's lines; rounded down.
	// +required
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	ServiceLevelPercent *int32 `json:"serviceLevelPercent,omitempty"`

	// agentsNeeded to meet the service level.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=2000000000
	AgentsNeeded int32 `json:"agentsNeeded,omitempty"`

	// linesNeeded so that those agents meet it, and at most 1 % of callers would
	// find every line taken if there were an agent on each (Erlang B).
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=2000000000
	LinesNeeded int32 `json:"linesNeeded,omitempty"`
}

// FloorStep is one future step of the plan.
type FloorStep struct {
	// at is the time from which the floor has this value.
	// +required
	At *metav1.Time `json:"at,omitempty"`

	// floor from then on.
	// +required
	// +kubebuilder:validation:Minimum=1
	Floor int32 `json:"floor,omitempty"`

	// reason in plain words.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Reason string `json:"reason,omitempty"`
}

// Overruled names a writer whose value was set back.
type Overruled struct {
	// manager is the field manager that wrote the value, with its kind if that is known,
	// or the autoscaler that did.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Manager string `json:"manager,omitempty"`

	// field that it wrote.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Field string `json:"field,omitempty"`

	// time at which it was set back.
	// +required
	Time *metav1.Time `json:"time,omitempty"`
}

// AskedReplicas is the number of replicas that another autoscaler asks for through
// /scale.
type AskedReplicas struct {
	// replicas that spec.replicas asks for.
	// +required
	// +kubebuilder:validation:Minimum=1
	Replicas int32 `json:"replicas,omitempty"`

	// roseAt is the time at which it last asked for more than before. Running replicas
	// do not decrease shortly afterwards, since the other autoscaler may still be
	// scaling up.
	// +optional
	RoseAt *metav1.Time `json:"roseAt,omitempty"`
}
