/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
)

// Code says why a request was refused. Each reason that a client handles in its own way
// has one. A Code is also an error, for refusals that have nothing to add.
type Code string

func (c Code) Error() string { return "refused: " + string(c) }

// The codes of requests that cannot be read.
const (
	CodeMalformed       Code = "malformed"        // not JSON, of a wrong type, duplicated, nested too deeply
	CodeMissing         Code = "missing"          // an element or a parameter
	CodeWrongValue      Code = "wrong-value"      //
	CodeTooLong         Code = "too-long"         // a text, or a list
	CodeWrongIdentifier Code = "wrong-identifier" // a person's code
	CodeWrongNumber     Code = "wrong-number"     // a booking's
	CodeWrongKey        Code = "wrong-key"        // the Idempotency-Key
)

// The codes of HTTP.
const (
	CodeTooLarge         Code = "too-large"           // the body
	CodeTooSlow          Code = "too-slow"            // sending the body
	CodeWrongFormat      Code = "wrong-format"        // neither FHIR JSON nor a form
	CodeNotAcceptable    Code = "not-acceptable"      // the client accepts no FHIR JSON
	CodeMethodNotAllowed Code = "method-not-allowed"  //
	CodeUnknownPath      Code = "unknown-path"        //
	CodeSignInNeeded     Code = "sign-in-needed"      // no agent has signed in
	CodeTooManyRequests  Code = "too-many-requests"   // from this person or this address
	CodeOverloaded       Code = "overloaded"          // nothing was started
	CodeTryAgain         Code = "try-again"           // the request had no effect, or an unknown one
	CodeKeyUsed          Code = "key-used"            // the Idempotency-Key, for another request
	CodeNotServed        Code = "not-served-any-more" // the process is shutting down
)

// The codes of people who may not book, yet or at all.
const (
	CodeNotYetOpen          Code = "not-yet-open"
	CodeYourBandOpens       Code = "your-band-opens"
	CodeYourBandIsOpen      Code = "your-band-is-open"
	CodePaused              Code = "paused"
	CodeClosed              Code = "closed"
	CodeNotEligible         Code = "not-eligible"
	CodeUnknownCampaign     Code = "unknown-campaign"
	CodeUnknownService      Code = "unknown-service"
	CodeBirthDateNeeded     Code = "birth-date-needed"
	CodeBirthDateDisagrees  Code = "birth-date-disagrees"
	CodeBirthDateImpossible Code = "birth-date-impossible"
)

// The codes of places and bookings.
const (
	CodeAlreadyBooked Code = "already-booked" // a retry is pointless
	CodeNoPlace       Code = "no-place"
	CodeNoSlot        Code = "no-slot"
	CodeWrongDoses    Code = "wrong-doses"
	CodeHoldExpired   Code = "hold-expired"
	CodeHoldExtended  Code = "hold-extended" // once already
	CodeNotFound      Code = "not-found"
	CodeBegun         Code = "begun"
	CodeGone          Code = "gone"
)

// Class groups the codes for the metrics.
type Class string

// The classes of refusals.
const (
	ClassRefused     Class = "refused"     // by the rules
	ClassInvalid     Class = "invalid"     // the request cannot be read
	ClassLimited     Class = "limited"     // too many requests from one person or address
	ClassShed        Class = "shed"        // too many requests at once
	ClassUnavailable Class = "unavailable" // the store did not answer
)

// Rule says how every interface answers the refusals of one code.
type Rule struct {
	Status int    // of HTTP
	Issue  string // of FHIR's value set issue-type
	Class  Class
	// Retry is the latest moment to send the same request, with the same key, again;
	// 0: a retry changes nothing.
	Retry time.Duration
}

// Retry-After is drawn at random up to these: clients that were refused together must not
// come back together.
const (
	soon    = 5 * time.Second  // the request failed
	crowded = 10 * time.Second // too many requests
)

// rules has the rule of every code.
var rules = map[Code]Rule{
	CodeMalformed:       {400, "structure", ClassInvalid, 0},
	CodeMissing:         {400, "required", ClassInvalid, 0},
	CodeWrongValue:      {400, "value", ClassInvalid, 0},
	CodeTooLong:         {400, "too-long", ClassInvalid, 0},
	CodeWrongIdentifier: {400, "value", ClassInvalid, 0},
	CodeWrongNumber:     {400, "value", ClassInvalid, 0},
	CodeWrongKey:        {400, "value", ClassInvalid, 0},

	CodeTooLarge:         {413, "too-long", ClassInvalid, 0},
	CodeTooSlow:          {408, "timeout", ClassInvalid, soon},
	CodeWrongFormat:      {415, "not-supported", ClassInvalid, 0},
	CodeNotAcceptable:    {406, "not-supported", ClassInvalid, 0},
	CodeMethodNotAllowed: {405, "not-supported", ClassInvalid, 0},
	CodeUnknownPath:      {404, "not-found", ClassInvalid, 0},
	CodeSignInNeeded:     {401, "login", ClassInvalid, 0},
	CodeTooManyRequests:  {429, "throttled", ClassLimited, soon},
	CodeOverloaded:       {503, "throttled", ClassShed, crowded},
	CodeTryAgain:         {503, "transient", ClassUnavailable, soon},
	CodeNotServed:        {503, "transient", ClassUnavailable, soon},
	CodeKeyUsed:          {422, "business-rule", ClassRefused, 0},

	CodeNotYetOpen:          {403, "business-rule", ClassRefused, 0},
	CodeYourBandOpens:       {403, "business-rule", ClassRefused, 0},
	CodeYourBandIsOpen:      {403, "business-rule", ClassRefused, 0},
	CodePaused:              {403, "business-rule", ClassRefused, 0},
	CodeClosed:              {403, "business-rule", ClassRefused, 0},
	CodeNotEligible:         {403, "business-rule", ClassRefused, 0},
	CodeUnknownCampaign:     {422, "not-found", ClassRefused, 0},
	CodeUnknownService:      {422, "not-found", ClassRefused, 0},
	CodeBirthDateNeeded:     {422, "required", ClassRefused, 0},
	CodeBirthDateDisagrees:  {422, "value", ClassRefused, 0},
	CodeBirthDateImpossible: {422, "value", ClassRefused, 0},

	CodeAlreadyBooked: {409, "duplicate", ClassRefused, 0},
	CodeNoPlace:       {409, "conflict", ClassRefused, 0},
	CodeNoSlot:        {409, "conflict", ClassRefused, 0},
	CodeWrongDoses:    {422, "business-rule", ClassRefused, 0},
	CodeHoldExpired:   {410, "business-rule", ClassRefused, 0},
	CodeHoldExtended:  {409, "business-rule", ClassRefused, 0},
	CodeNotFound:      {404, "not-found", ClassRefused, 0},
	CodeBegun:         {409, "business-rule", ClassRefused, 0},
	CodeGone:          {410, "business-rule", ClassRefused, 0},
}

// outcomes has the code of every outcome of the store.
var outcomes = map[Outcome]Code{
	Stale:           CodeTryAgain,
	NotOpen:         CodeNotYetOpen,
	Paused:          CodePaused,
	Closed:          CodeClosed,
	UnknownCampaign: CodeUnknownCampaign,
	AlreadyBooked:   CodeAlreadyBooked,
	NoPlace:         CodeNoPlace,
	NoSlot:          CodeNoSlot,
	Expired:         CodeHoldExpired,
	ExtendedOnce:    CodeHoldExtended,
	NotFound:        CodeNotFound,
	Begun:           CodeBegun,
	Gone:            CodeGone,
	WrongDoses:      CodeWrongDoses,
	KeyUsed:         CodeKeyUsed,
}

// decisions has the code of every decision of the catalog that refuses.
var decisions = map[eligibility.Outcome]Code{
	eligibility.NotYetOpen:          CodeNotYetOpen,
	eligibility.YourBandOpens:       CodeYourBandOpens,
	eligibility.YourBandIsOpen:      CodeYourBandIsOpen,
	eligibility.Paused:              CodePaused,
	eligibility.Closed:              CodeClosed,
	eligibility.NotEligible:         CodeNotEligible,
	eligibility.UnknownCampaign:     CodeUnknownCampaign,
	eligibility.UnknownService:      CodeUnknownService,
	eligibility.BirthDateNeeded:     CodeBirthDateNeeded,
	eligibility.BirthDateDisagrees:  CodeBirthDateDisagrees,
	eligibility.BirthDateImpossible: CodeBirthDateImpossible,
}
