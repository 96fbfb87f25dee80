/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// CampaignSpec declares a group of people and the instant from which they may book.
// +kubebuilder:validation:XValidation:rule="!has(self.closing) || !self.closing.time.matches('^[0-9]{2}:[0-9]{2}$') || !self.opening.time.matches('^[0-9]{2}:[0-9]{2}$') || format.date().validate(self.closing.date).hasValue() || format.date().validate(self.opening.date).hasValue() || timestamp(self.closing.date + 'T00:00:00Z') + duration(self.closing.time.substring(0, 2) + 'h' + self.closing.time.substring(3, 5) + 'm') + duration(has(self.closing.timeZone) == has(self.opening.timeZone) && (!has(self.closing.timeZone) || self.closing.timeZone == self.opening.timeZone) ? '0h' : '26h') > timestamp(self.opening.date + 'T00:00:00Z') + duration(self.opening.time.substring(0, 2) + 'h' + self.opening.time.substring(3, 5) + 'm')",fieldPath=".closing",message="closing must come after opening (24:00 of a day is 00:00 of the next)"
type CampaignSpec struct {
	// platformRef names the platform that the campaign belongs to. It never changes.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a campaign never moves to another platform: make a new campaign"
	PlatformRef PlatformReference `json:"platformRef,omitzero"`

	// service that people book.
	// +required
	Service Service `json:"service,omitempty"`

	// ageBand is the people who may book. Without it, everyone may.
	// +optional
	AgeBand AgeBand `json:"ageBand,omitzero"`

	// opening is the instant from which they may book; in the past, it means now.
	// +required
	Opening CivilTime `json:"opening,omitzero"`

	// closing is the instant from which they may no longer book. Without it the campaign
	// stays open.
	// +optional
	Closing CivilTime `json:"closing,omitzero"`

	// doses that one booking reserves, all or nothing. Without it, one.
	// +optional
	Doses Doses `json:"doses,omitzero"`

	// hubSelector chooses among the platform's hubs that offer the service. Without it, all of them.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!has(self.matchLabels) || self.matchLabels.size() <= 16",fieldPath=".matchLabels",message="at most 16 labels choose a hub"
	// +kubebuilder:validation:XValidation:rule="!has(self.matchExpressions) || self.matchExpressions.size() <= 16",fieldPath=".matchExpressions",message="at most 16 expressions choose a hub"
	// +kubebuilder:validation:XValidation:rule="!has(self.matchExpressions) || self.matchExpressions.all(e, e.operator in ['In', 'NotIn'] ? has(e.values) && size(e.values) > 0 : e.operator in ['Exists', 'DoesNotExist'] && (!has(e.values) || size(e.values) == 0))",fieldPath=".matchExpressions",message="operator is In or NotIn with values, or Exists or DoesNotExist without"
	HubSelector *metav1.LabelSelector `json:"hubSelector,omitempty"`

	// forecast says how many people will come and how. Without it the campaign
	// raises no floor and cannot be called feasible.
	// +optional
	Forecast Forecast `json:"forecast,omitzero"`

	// pause holds the opening while it is there or, once open, stops new bookings.
	// +optional
	Pause Pause `json:"pause,omitzero"`
}

// AgeBand is a range of birth dates, both inclusive. Ages are never used: they change overnight.
// +kubebuilder:validation:XValidation:rule="self.bornFrom <= self.bornTo",fieldPath=".bornFrom",message="bornFrom must not be after bornTo: the older birth date comes first"
type AgeBand struct {
	// bornFrom is the earliest birth date of the band.
	// +required
	BornFrom Date `json:"bornFrom,omitempty"`

	// bornTo is the latest birth date of the band.
	// +required
	BornTo Date `json:"bornTo,omitempty"`
}

// Doses is the number of appointments of one booking, and the interval between them.
// +kubebuilder:validation:XValidation:rule="self.count != 1 || !has(self.minIntervalDays) && !has(self.maxIntervalDays)",message="one dose has no interval: leave minIntervalDays and maxIntervalDays out"
// +kubebuilder:validation:XValidation:rule="self.count == 1 || has(self.minIntervalDays) && has(self.maxIntervalDays)",message="two doses or more need minIntervalDays and maxIntervalDays between them"
// +kubebuilder:validation:XValidation:rule="!has(self.minIntervalDays) || !has(self.maxIntervalDays) || self.minIntervalDays <= self.maxIntervalDays",fieldPath=".minIntervalDays",message="minIntervalDays must not be greater than maxIntervalDays"
type Doses struct {
	// count of doses.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=4
	Count int32 `json:"count,omitempty"`

	// minIntervalDays between two doses.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=730
	MinIntervalDays int32 `json:"minIntervalDays,omitempty"`

	// maxIntervalDays between two doses.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=730
	MaxIntervalDays int32 `json:"maxIntervalDays,omitempty"`
}

// Forecast says how many people come and how fast. The defaults rest on the
// figures of 2021: 20-26 % of a band booked in 12 hours; a queue's arrivals
// grew as t^0.39, which is about 20 % of the first hour in its first minute.
type Forecast struct {
	// eligiblePeople is the number of people to whom the campaign opens.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=2000000000
	EligiblePeople int64 `json:"eligiblePeople,omitempty"`

	// uptakePercent of the eligible people book in the end.
	// +optional
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	UptakePercent int32 `json:"uptakePercent,omitempty"`

	// firstHourPercent of the eligible people try in the first hour.
	// +optional
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	FirstHourPercent int32 `json:"firstHourPercent,omitempty"`

	// firstMinutePercent of the first hour's people come in its first minute.
	// +optional
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=95
	FirstMinutePercent int32 `json:"firstMinutePercent,omitempty"`

	// channelShares says through which channels they come; the percents sum to 100.
	// +required
	// +listType=map
	// +listMapKey=channel
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:XValidation:rule="self.map(s, s.percent).sum() >= 100",message="the percents of channelShares must sum to 100, these to less: everybody comes through some channel"
	// +kubebuilder:validation:XValidation:rule="self.map(s, s.percent).sum() <= 100",message="the percents of channelShares must sum to 100, these to more"
	ChannelShares []ChannelShare `json:"channelShares,omitempty"`
}

// ChannelShare is the part of the people who come through one channel.
type ChannelShare struct {
	// channel is the name of a BookingChannel of the same platform.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.size() <= 40 && self.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",message="no BookingChannel can have this name: write at most 40 lower-case letters, digits and '-', a letter first"
	Channel string `json:"channel,omitempty"`

	// percent of the campaign's people.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	Percent int32 `json:"percent,omitempty"`
}

// Pause holds an opening, or stops new bookings once open. Capacity stays.
type Pause struct {
	// reason is shown to people.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'[\p{L}\p{N}]') && !self.matches(r'[\p{Cc}\p{Zl}\p{Zp}\x{202A}-\x{202E}\x{2066}-\x{2069}]')`,message="write one line with at least one letter or digit: no line breaks, tabs or other control characters"
	Reason string `json:"reason,omitempty"`
}

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

// Campaign opens bookings to a group of people at one instant.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=camp,categories=mezzanotte
// +kubebuilder:selectablefield:JSONPath=`.spec.platformRef.name`
// +kubebuilder:printcolumn:name="Platform",type=string,JSONPath=`.spec.platformRef.name`
// +kubebuilder:printcolumn:name="Day",type=string,JSONPath=`.spec.opening.date`
// +kubebuilder:printcolumn:name="Time",type=string,JSONPath=`.spec.opening.time`
// +kubebuilder:printcolumn:name="Opens (UTC)",type=string,JSONPath=`.status.opensAt`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Prescaled",type=string,JSONPath=`.status.conditions[?(@.type=="Prescaled")].status`
// +kubebuilder:printcolumn:name="Open",type=string,JSONPath=`.status.conditions[?(@.type=="Open")].status`
// +kubebuilder:printcolumn:name="Opens",type=string,JSONPath=`.status.opensAtLocal`,priority=1
// +kubebuilder:printcolumn:name="Why",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",fieldPath=".metadata",message="a campaign's name has at most 63 characters"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.openedAt) || self.spec.opening == oldSelf.spec.opening",fieldPath=".spec.opening",message="the campaign has opened: its opening cannot change any more (use spec.pause to stop new bookings)"
type Campaign struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec of the campaign.
	// +required
	Spec CampaignSpec `json:"spec,omitzero"`

	// status reports what was resolved, planned and observed.
	// +optional
	Status CampaignStatus `json:"status,omitzero"`
}

// CampaignList is a list of Campaign.
// +kubebuilder:object:root=true
type CampaignList struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard list's metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// items of the list.
	Items []Campaign `json:"items"`
}
