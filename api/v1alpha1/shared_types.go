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
	// +kubebuilder:validation:XValidation:rule="self.size() <= 40 && self.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",message="no BookingPlatform can have this name: write at most 40 lower-case letters, digits and '-', a letter first"
	Name string `json:"name,omitempty"`
}

// SecretReference names a Secret in the same namespace. The operator never
// reads it: pods mount it.
type SecretReference struct {
	// name of the Secret.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="!format.dns1123Subdomain().validate(self).hasValue()",message="not a name that Kubernetes takes: write lower-case letters, digits, '-' and '.', with a letter or digit first and last"
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
	// +kubebuilder:validation:XValidation:rule="!format.dns1123Subdomain().validate(self).hasValue()",message="not a name that Kubernetes takes: write lower-case letters, digits, '-' and '.', with a letter or digit first and last"
	Name string `json:"name,omitempty"`

	// key within it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[-._a-zA-Z0-9]+$') && self != '.' && !self.startsWith('..')",message="not a key of a Secret or ConfigMap: write letters, digits, '-', '_' and '.'; not '.' alone, and no '..' first"
	Key string `json:"key,omitempty"`
}

// Date is a day of the civil calendar, YYYY-MM-DD.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=32
// +kubebuilder:validation:XValidation:rule="!format.date().validate(self).hasValue() && self >= '1900-01-01' && self < '2100-01-01'",message="no such day: write a day of the calendar from 1900 to 2099 as YYYY-MM-DD, for example 2026-12-01"
type Date string

// TimeZone is a name of the IANA time zone database, such as Europe/Rome.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$') && self != 'Local'",message="not the name of a time zone: write one of the IANA time zone database, for example Europe/Rome or UTC; an offset such as +02:00 does not follow summer time, and Local differs from machine to machine"
// +kubebuilder:validation:XValidation:rule="!self.matches('^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$') || timestamp('2026-01-01T00:00:00Z').getHours(self) >= 0",message="write a name of the IANA time zone database, for example Europe/Rome"
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
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$')",message="no such time of day: write HH:MM from 00:00 to 24:00, where 24:00 is the midnight that ends the day"
	Time string `json:"time,omitempty"`

	// timeZone overrides the platform's.
	// +optional
	TimeZone TimeZone `json:"timeZone,omitempty"`
}

// Service is a service that a hub offers and a campaign books.
// +kubebuilder:validation:Enum=Vaccination;Test
type Service string

// The services.
const (
	// ServiceVaccination books vaccinations.
	ServiceVaccination Service = "Vaccination"
	// ServiceTest books tests.
	ServiceTest Service = "Test"
)

// Annotations that people write.
const (
	// AnnotationBreakFreeze on a channel lets a change of its pod template through in
	// one launch. Its value is the instant of that opening and the reason, as in
	// "2026-12-01T23:00:00Z: the old image does not start". In any other launch it has
	// no effect.
	AnnotationBreakFreeze = "booking.mezzanotte.dev/break-freeze"

	// AnnotationAllowDelete lets an object be deleted in a launch, where
	// config/protection is installed. Its value is the reason.
	AnnotationAllowDelete = "booking.mezzanotte.dev/allow-delete"
	// AnnotationChange on a campaign says who last paused, resumed or postponed it
	// with kubectl mezzanotte, when and why.
	AnnotationChange = "booking.mezzanotte.dev/change"
)
