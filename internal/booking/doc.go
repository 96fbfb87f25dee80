/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package booking holds the nouns of booking and the results of its rules. A [Booking] is all
// doses of one person in one campaign, with one [Place] for each. Its [State] moves as a whole:
//
//	hold ─▶ Held ──confirm──▶ Booked ──a day after its last appointment──▶ Past
//	         │ │      book ──▶   └──cancel──▶ Cancelled
//	         │ └──it expires──▶ Lapsed
//	         └──cancel, or a newer hold or book──▶ Cancelled
//
// A request that is refused or fails ends in an error. [Explain] classifies it by one table,
// so that HTTP, FHIR and pages answer it alike:
//
//	error ─▶ Outcome of the store, or of the catalog ─▶ Code ─▶ Rule: HTTP status, FHIR issue, retry
//
// The package does no I/O and reads no clock.
package booking
