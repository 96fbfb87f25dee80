/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

// The systems of our own codes. These addresses are names: nothing is fetched from them.
const (
	ours = "https://mezzanotte.dev/fhir/"

	// NumberSystem has the booking numbers.
	NumberSystem = ours + "sid/booking-number"
	// PersonSystem has people's codes, of whichever kind.
	PersonSystem = ours + "sid/person"
	// ServiceSystem has the services of hubs: Vaccination, Test.
	ServiceSystem = ours + "CodeSystem/service"
	// CampaignSystem has the campaigns of the catalog.
	CampaignSystem = ours + "CodeSystem/campaign"
	// RefusalSystem has the codes of refusals: [booking.Code].
	RefusalSystem = ours + "CodeSystem/refusal"

	doseExtension     = ours + "StructureDefinition/dose-number"
	offerExtension    = ours + "StructureDefinition/offer"
	expiresExtension  = ours + "StructureDefinition/hold-expires"
	extendedExtension = ours + "StructureDefinition/hold-extended"
	nextExtension     = ours + "StructureDefinition/next-slot"
)

// Names of others, of SMART Scheduling Links, HL7 and IHE.
const (
	capacityExtension = "http://fhir-registry.smarthealthit.org/StructureDefinition/slot-capacity"
	serviceTypes      = "http://terminology.hl7.org/CodeSystem/service-type"
	cancellations     = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
	languages         = "urn:ietf:bcp:47"
	iheOperations     = "https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/"
	ourOperations     = ours + "OperationDefinition/"
)
