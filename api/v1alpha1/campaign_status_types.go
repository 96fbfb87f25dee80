/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// CampaignStatus reports what was resolved, planned and observed.
// +kubebuilder:validation:MinProperties=1
type CampaignStatus struct {
	// conditions are Ready, Reconciling, Stalled, Scheduled, Feasible, Prescaled, Open, Launching, SupplySufficient.
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

	// announced is the memory of openings, newest last.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Announced []AnnouncedOpening `json:"announced,omitempty"`

	// opensAt is the exact instant of the opening.
	// +optional
	OpensAt *metav1.Time `json:"opensAt,omitempty"`

	// opensAtLocal is the same instant in unmistakable words, in its own zone.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	OpensAtLocal string `json:"opensAtLocal,omitempty"`

	// closesAt is the exact instant of the closing.
	// +optional
	ClosesAt *metav1.Time `json:"closesAt,omitempty"`

	// openedAt is set once the campaign has opened, and fixes its opening for good.
	// +optional
	OpenedAt *metav1.Time `json:"openedAt,omitempty"`

	// pauses is the memory of spec.pause, newest last. The forecast's clock stops during
	// a pause: people who could not book come when it ends.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Pauses []PausedSpan `json:"pauses,omitempty"`

	// supply holds the hubs' appointments against the forecast. Absent without one.
	// +optional
	Supply SupplyStatus `json:"supply,omitzero"`

	// channels reports what the opening needs of each channel, and when it had that.
	// +optional
	// +listType=map
	// +listMapKey=channel
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	Channels []ChannelLaunch `json:"channels,omitempty"`

	// lateSeconds is the delay with which the last channel was proved Ready; 0 if all
	// were in time. Absent until all are proved, and while pods that were lost before
	// the opening are missing.
	// +optional
	// +kubebuilder:validation:Minimum=0
	LateSeconds *int64 `json:"lateSeconds,omitempty"`
}

// AnnouncedOpening is one entry of the memory of openings.
type AnnouncedOpening struct {
	// opensAt is the opening as an instant.
	// +required
	OpensAt *metav1.Time `json:"opensAt,omitempty"`

	// opening is the declared one, with its zone filled in.
	// +required
	Opening AnnouncedTime `json:"opening,omitzero"`

	// since is the time at which it was first observed.
	// +required
	Since *metav1.Time `json:"since,omitempty"`
}

// AnnouncedTime is a CivilTime as it was declared. Only what is declared is validated:
// a status that could not be written would say nothing at all.
type AnnouncedTime struct {
	// date is the announced day.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	Date string `json:"date,omitempty"`

	// time of that day.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	Time string `json:"time,omitempty"`

	// timeZone in which both are meant.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	TimeZone string `json:"timeZone,omitempty"`
}

// PausedSpan is a time in which a campaign took no bookings.
type PausedSpan struct {
	// from is the time at which the pause was first observed.
	// +required
	From *metav1.Time `json:"from,omitempty"`

	// until is the time at which its end was observed. Absent while it lasts.
	// +optional
	Until *metav1.Time `json:"until,omitempty"`
}

// SupplyStatus is a forecast: the appointments that the campaign's hubs offer,
// less those that campaigns that open earlier are expected to take. Only the store
// knows which places are left.
type SupplyStatus struct {
	// expectedDoses is the number of appointments that the campaign's people are expected
	// to book.
	// +required
	// +kubebuilder:validation:Minimum=1
	ExpectedDoses int64 `json:"expectedDoses,omitempty"`

	// servedDoses of them find an appointment within a year of the opening.
	// +required
	// +kubebuilder:validation:Minimum=0
	ServedDoses *int64 `json:"servedDoses,omitempty"`

	// servedBy is the day of the last of these appointments, YYYY-MM-DD.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	ServedBy string `json:"servedBy,omitempty"`
}

// ChannelLaunch reports what one campaign's opening needs of one channel.
type ChannelLaunch struct {
	// channel is the name of the BookingChannel.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Channel string `json:"channel,omitempty"`

	// peakFloor is the channel's floor at the opening, for all its campaigns together.
	// +optional
	// +kubebuilder:validation:Minimum=1
	PeakFloor int32 `json:"peakFloor,omitempty"`

	// share of the peak floor that this campaign asks for.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Share *int32 `json:"share,omitempty"`

	// rampStartsAt is the time at which the floor begins to climb for this opening.
	// +optional
	RampStartsAt *metav1.Time `json:"rampStartsAt,omitempty"`

	// provedReadyAt is the time at which the last pod of the peak floor became Ready, by
	// the pods' own Ready transition times. If pods were lost before the opening, it is
	// the time at which the last of them was replaced.
	// +optional
	ProvedReadyAt *metav1.Time `json:"provedReadyAt,omitempty"`

	// lostAt is when Ready pods were first found missing after the proof. It is absent
	// once they are back, and stays if they are not by the end of the launch.
	// +optional
	LostAt *metav1.Time `json:"lostAt,omitempty"`
}
