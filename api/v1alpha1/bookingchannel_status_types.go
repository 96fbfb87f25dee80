/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// BookingChannelStatus is what runs and what is planned.
// +kubebuilder:validation:MinProperties=1
type BookingChannelStatus struct {
	// conditions are Ready, Reconciling, Stalled, Available, FloorHeld, StaffingSufficient.
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

	// nextSteps of the plan, at most 20.
	// +optional
	// +listType=map
	// +listMapKey=at
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	NextSteps []FloorStep `json:"nextSteps,omitempty"`

	// template says which declared inputs the running pod template was rendered from.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Template string `json:"template,omitempty"`

	// startUpSeconds is the learned time from a pod's creation to its being Ready.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=86400
	StartUpSeconds int32 `json:"startUpSeconds,omitempty"`

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

// FloorStep is one future step of the plan.
type FloorStep struct {
	// at is when the floor takes this value.
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
	// manager is the field manager that wrote the value.
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
