/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

// PlatformReference names the BookingPlatform in the same namespace to which
// an object belongs.
type PlatformReference struct {
	// name of the BookingPlatform.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name,omitempty"`
}

// SecretReference names a Secret in the same namespace. The operator never
// reads it: pods mount it.
type SecretReference struct {
	// name of the Secret.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// SecretSource says where a secret comes from.
type SecretSource struct {
	// secretRef names the Secret that pods mount.
	// +required
	SecretRef SecretReference `json:"secretRef,omitzero"`
}

// KeyReference names one key of a Secret or ConfigMap in the same namespace.
type KeyReference struct {
	// name of the Secret or ConfigMap.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// key within it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[-._a-zA-Z0-9]+$`
	Key string `json:"key,omitempty"`
}

// Date is a day of the civil calendar, YYYY-MM-DD.
// +kubebuilder:validation:MinLength=10
// +kubebuilder:validation:MaxLength=10
// +kubebuilder:validation:Pattern=`^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`
// +kubebuilder:validation:XValidation:rule="timestamp(self + 'T00:00:00Z').getFullYear() > 0",message="no such day in the calendar: write a real day as YYYY-MM-DD, for example 2026-12-01"
type Date string

// TimeZone is a name of the IANA time zone database, such as Europe/Rome.
// +kubebuilder:validation:MinLength=2
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:Pattern=`^[A-Z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*$`
// +kubebuilder:validation:XValidation:rule="self != 'Local'",message="Local differs from machine to machine: name the zone, for example Europe/Rome"
// +kubebuilder:validation:XValidation:rule="timestamp('2026-01-01T00:00:00Z').getHours(self) >= 0",message="unknown time zone: use a name of the IANA database, for example Europe/Rome"
type TimeZone string

// CivilTime is a date and a time of day as they are announced. It is resolved
// once to an exact instant: 24:00 is the midnight that ends the day; a time
// that does not exist is the first instant after the gap; a time that comes
// twice is its first coming.
type CivilTime struct {
	// date is the announced day.
	// +required
	Date Date `json:"date,omitempty"`

	// time of that day, 00:00 to 24:00. 24:00 is the midnight that ends the day.
	// +required
	// +kubebuilder:validation:MinLength=5
	// +kubebuilder:validation:MaxLength=5
	// +kubebuilder:validation:XValidation:rule="self.matches('^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$')",message="no such time of day: write HH:MM from 00:00 to 24:00; 24:00 is the midnight that ends the day"
	Time string `json:"time,omitempty"`

	// timeZone overrides the platform's.
	// +optional
	TimeZone TimeZone `json:"timeZone,omitempty"`
}

// Service is what a hub offers and a campaign books.
// +kubebuilder:validation:Enum=Vaccination;Test
type Service string

// The services.
const (
	// ServiceVaccination books vaccinations.
	ServiceVaccination Service = "Vaccination"
	// ServiceTest books tests.
	ServiceTest Service = "Test"
)
