/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// CampaignStatus is what was resolved, planned and observed.
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

	// pauses is the memory of spec.pause, newest last. The forecast's clock stands
	// still in them: who could not book comes when bookings go on.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Pauses []PausedSpan `json:"pauses,omitempty"`

	// supply holds the hubs' appointments against the forecast. Absent without one.
	// +optional
	Supply SupplyStatus `json:"supply,omitzero"`

	// channels says, per channel, what the opening needs of it and when it had it.
	// +optional
	// +listType=map
	// +listMapKey=channel
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	Channels []ChannelLaunch `json:"channels,omitempty"`

	// lateSeconds is how much later than readyBefore the last channel was proved
	// Ready; 0 when all were in time. Absent until all have been.
	// +optional
	// +kubebuilder:validation:Minimum=0
	LateSeconds *int64 `json:"lateSeconds,omitempty"`
}

// AnnouncedOpening is one entry of the memory of openings.
type AnnouncedOpening struct {
	// opensAt is the instant that the opening was resolved to.
	// +required
	OpensAt *metav1.Time `json:"opensAt,omitempty"`

	// opening is the spec that it came from, its zone filled in.
	// +required
	Opening AnnouncedTime `json:"opening,omitzero"`

	// since is when it was first observed.
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
	// from is when the pause was first observed.
	// +required
	From *metav1.Time `json:"from,omitempty"`

	// until is when its end was observed. Absent while it lasts.
	// +optional
	Until *metav1.Time `json:"until,omitempty"`
}

// SupplyStatus is a forecast: the appointments that the campaign's hubs offer,
// after what campaigns that open earlier are expected to take. Places actually
// left are the store's to say.
type SupplyStatus struct {
	// expectedDoses is how many appointments the campaign's people are expected to book.
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

// ChannelLaunch is what one campaign's opening needs of one channel.
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

	// rampStartsAt is when the floor begins to climb for this opening.
	// +optional
	RampStartsAt *metav1.Time `json:"rampStartsAt,omitempty"`

	// provedReadyAt is when the last pod of the peak floor turned Ready, by the
	// pods' own Ready transition times.
	// +optional
	ProvedReadyAt *metav1.Time `json:"provedReadyAt,omitempty"`
}
