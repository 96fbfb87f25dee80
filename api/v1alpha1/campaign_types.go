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
