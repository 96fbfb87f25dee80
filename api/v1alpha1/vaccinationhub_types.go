/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// VaccinationHubSpec is a place where people are vaccinated or tested.
type VaccinationHubSpec struct {
	// platformRef names the platform that the hub belongs to. It never changes.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a hub never moves to another platform: make a new hub"
	PlatformRef PlatformReference `json:"platformRef,omitzero"`

	// displayName is the name that people read.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'[\p{L}\p{N}]') && !self.matches(r'[\p{Cc}\p{Zl}\p{Zp}\x{202A}-\x{202E}\x{2066}-\x{2069}]')`,message="write one line with at least one letter or digit: no line breaks, tabs or other control characters"
	DisplayName string `json:"displayName,omitempty"`

	// healthAuthority that runs the hub.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'[\p{L}\p{N}]') && !self.matches(r'[\p{Cc}\p{Zl}\p{Zp}\x{202A}-\x{202E}\x{2066}-\x{2069}]')`,message="write one line with at least one letter or digit: no line breaks, tabs or other control characters"
	HealthAuthority string `json:"healthAuthority,omitempty"`

	// address where people go.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'[\p{L}\p{N}]') && !self.matches(r'[\p{Cc}\p{Zl}\p{Zp}\x{202A}-\x{202E}\x{2066}-\x{2069}]')`,message="write one line with at least one letter or digit: no line breaks, tabs or other control characters"
	Address string `json:"address,omitempty"`

	// coordinates for "nearest hub".
	// +optional
	Coordinates Coordinates `json:"coordinates,omitzero"`

	// services that the hub offers.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	Services []Service `json:"services,omitempty"`

	// stations is the number of people who are served in parallel.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Stations int32 `json:"stations,omitempty"`

	// minutesPerAppointment is the time for which one person occupies a station.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=240
	MinutesPerAppointment int32 `json:"minutesPerAppointment,omitempty"`

	// openingHours of the week, in the platform's zone.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=14
	// +kubebuilder:validation:XValidation:rule="self.all(h, self.filter(o, o.opens < h.closes && h.opens < o.closes && o.days.exists(d, d in h.days)).size() <= 1)",message="opening hours of the same day overlap: join them into one entry or separate their times"
	OpeningHours []OpeningHours `json:"openingHours,omitempty"`

	// closedOn lists the days on which the hub stays closed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=366
	ClosedOn []Date `json:"closedOn,omitempty"`
}

// Coordinates are degrees in decimal notation, WGS 84, as strings.
type Coordinates struct {
	// latitude from -90 to 90.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^-?[0-9]{1,2}([.][0-9]{1,8})?$') && double(self) >= -90.0 && double(self) <= 90.0",message="latitude is degrees from -90 to 90 in quotes, for example \"41.8076\""
	Latitude string `json:"latitude,omitempty"`

	// longitude from -180 to 180.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^-?[0-9]{1,3}([.][0-9]{1,8})?$') && double(self) >= -180.0 && double(self) <= 180.0",message="longitude is degrees from -180 to 180 in quotes, for example \"12.3270\""
	Longitude string `json:"longitude,omitempty"`
}

// OpeningHours are the same hours on some days of the week.
// +kubebuilder:validation:XValidation:rule="self.opens.size() != 5 || self.closes.size() != 5 || self.closes == '00:00' || self.opens < self.closes",fieldPath=".opens",message="opens must come before closes; a hub open past midnight has two entries, one that closes at 24:00 and one that opens at 00:00 of the next day"
type OpeningHours struct {
	// days of the week.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	Days []Weekday `json:"days,omitempty"`

	// opens at this time of day, 00:00 to 23:59.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([01][0-9]|2[0-3]):[0-5][0-9]$')",message="no such opening time: write HH:MM from 00:00 to 23:59; 24:00 can only close a day, and 00:00 opens the next"
	Opens string `json:"opens,omitempty"`

	// closes at this time of day, 00:01 to 24:00.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$') && self != '00:00'",message="no such closing time: write HH:MM from 00:01 to 24:00, where 24:00 is the midnight that ends the day"
	Closes string `json:"closes,omitempty"`
}

// Weekday is a day of the week in English.
// +kubebuilder:validation:Enum=Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday
type Weekday string

// VaccinationHubStatus reports what was computed from the hub's hours.
// +kubebuilder:validation:MinProperties=1
type VaccinationHubStatus struct {
	// conditions are Ready, Reconciling, Stalled.
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

	// appointmentsPerDay for the next 7 days, today first.
	// +optional
	// +listType=map
	// +listMapKey=date
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	AppointmentsPerDay []DayAppointments `json:"appointmentsPerDay,omitempty"`

	// appointmentsNext30Days is the total for 30 days, today included.
	// +optional
	// +kubebuilder:validation:Minimum=0
	AppointmentsNext30Days *int64 `json:"appointmentsNext30Days,omitempty"`
}

// DayAppointments is the number of appointments that a hub offers on one day.
type DayAppointments struct {
	// date of the day, YYYY-MM-DD.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	Date string `json:"date,omitempty"`

	// appointments offered on it; 0 when closed.
	// +required
	// +kubebuilder:validation:Minimum=0
	Appointments *int64 `json:"appointments,omitempty"`
}

// VaccinationHub is a place where people are vaccinated or tested.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=vhub,categories=mezzanotte
// +kubebuilder:selectablefield:JSONPath=`.spec.platformRef.name`
// +kubebuilder:printcolumn:name="Platform",type=string,JSONPath=`.spec.platformRef.name`
// +kubebuilder:printcolumn:name="Name of hub",type=string,JSONPath=`.spec.displayName`
// +kubebuilder:printcolumn:name="Stations",type=integer,JSONPath=`.spec.stations`
// +kubebuilder:printcolumn:name="Next 30 days",type=integer,JSONPath=`.status.appointmentsNext30Days`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",fieldPath=".metadata",message="a hub's name has at most 63 characters"
type VaccinationHub struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the hub as its authority runs it.
	// +required
	Spec VaccinationHubSpec `json:"spec,omitzero"`

	// status reports what was computed from it.
	// +optional
	Status VaccinationHubStatus `json:"status,omitzero"`
}

// VaccinationHubList is a list of VaccinationHub.
// +kubebuilder:object:root=true
type VaccinationHubList struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard list's metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// items of the list.
	Items []VaccinationHub `json:"items"`
}
