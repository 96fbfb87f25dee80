/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package fhir reads and writes the API of the booking server: FHIR R4 (4.0.1) as JSON,
// the operations of IHE Scheduling, and SMART Scheduling Links. It decides nothing and has
// no clock. It reads within limits: any bytes become a request in which nothing is
// ambiguous, or an [*Error].
//
// Each resource has only the elements that the server writes. The Go libraries with all of
// R4 are generated from its 150 resources and accept whatever is FHIR. Most of this package
// does the opposite: it finds what is duplicated, nested too deeply, too long or of a wrong
// type, and says where.
//
// # Operations
//
// All are POST, on the type, with Parameters as the body, and return a Bundle of type
// searchset. Those with a star are IHE's (ITI-115 to 117), which books one appointment by
// the id of a proposed one. What IHE lacks follows its style: appointments repeat, one for
// each dose in order.
//
//	Appointment/$find *    visit-type * or campaign, patient-resource *, start *, end * (days of
//	                       the first dose, inclusive), location-reference * …, near, _count *; to move
//	                       a booking its number: then the campaign need not take new ones
//	Appointment/$hold *    visit-type or campaign, patient-resource, a slot for each dose
//	Appointment/$book *    the same to book at once; or the number of what is held, and patient-resource
//	Appointment/$extend    number, patient-resource
//	Appointment/$cancel    number, patient-resource: all doses
//	Appointment/$move      number, patient-resource, a slot for each dose, also for those that stay
//	Appointment/_search    a form with identifier and patient.identifier (ITI-118); or Parameters as of $cancel
//
//	visit-type             valueCode, valueString "system|code" or valueCoding: Vaccination, Test
//	campaign               the same: a campaign's name
//	a slot                 slot: valueReference Slot/HUB.INSTANT; or appointment-reference *:
//	                       valueReference Appointment/HUB.INSTANT, as it was proposed
//	number                 appointment-reference: valueReference Appointment/NUMBER or
//	                       Appointment/NUMBER.DOSE, or with the number as its identifier
//	location-reference     valueReference Location/HUB, in order of preference
//	near                   valueString latitude|longitude|distance|km
//	patient-resource       Patient: identifier, birthDate, telecom (email, phone), communication
//
// IHE changes or cancels an Appointment by sending the resource to $book; this API has
// $move and $cancel. It searches by POST only where IHE allows GET, since addresses are
// logged, and it has no XML. It ignores unknown elements, parameters and fields, except
// modifierExtension and implicitRules, which must not be ignored.
//
// Personal data is in bodies only. No refusal repeats it, and none of it prints, except
// [Parameters], which exist to be sent.
//
// # Resources
//
//	Location      a hub
//	Schedule      a hub's calendar: one for all of its services, which share its places
//	Slot          HUB.INSTANT; what is free in it, as the slot-capacity of SMART Scheduling Links
//	Appointment   one dose: proposed, pending (held), booked, fulfilled, cancelled; the booking's
//	              number is the identifier that all of its doses share. Extensions: dose-number,
//	              offer (which of those that were found it belongs to), hold-expires, hold-extended.
//	              The id of one that is proposed is its slot's, so that two offers may have it in common
//
// # Refusals
//
// A refusal is an OperationOutcome with one issue: a code of ours for clients, and words for
// people. Try again means that the same request, with the same key, may be sent again and
// cannot book twice. The table is that of [booking.Rule]; pages answer with the same status.
//
//	code                    HTTP  issue           try again
//	malformed               400   structure
//	missing                 400   required
//	wrong-value             400   value
//	too-long                400   too-long
//	wrong-identifier        400   value
//	wrong-number            400   value
//	wrong-key               400   value
//	sign-in-needed          401   login
//	not-yet-open            403   business-rule
//	your-band-opens         403   business-rule
//	your-band-is-open       403   business-rule
//	paused                  403   business-rule
//	closed                  403   business-rule
//	not-eligible            403   business-rule
//	not-found               404   not-found
//	unknown-path            404   not-found
//	method-not-allowed      405   not-supported
//	not-acceptable          406   not-supported
//	too-slow                408   timeout         yes
//	already-booked          409   duplicate
//	no-place                409   conflict
//	no-slot                 409   conflict
//	begun                   409   business-rule
//	hold-extended           409   business-rule
//	hold-expired            410   business-rule
//	gone                    410   business-rule
//	too-large               413   too-long
//	wrong-format            415   not-supported
//	unknown-campaign        422   not-found
//	unknown-service         422   not-found
//	birth-date-needed       422   required
//	birth-date-disagrees    422   value
//	birth-date-impossible   422   value
//	wrong-doses             422   business-rule
//	key-used                422   business-rule
//	too-many-requests       429   throttled       yes
//	overloaded              503   throttled       yes
//	try-again               503   transient       yes
//	not-served-any-more     503   transient       yes
//
// 403 is for people to whom a campaign is not open, yet or at all: the request is right, and
// a retry before the opening changes nothing. 412, the other candidate, is for conditional
// headers of HTTP.
package fhir
