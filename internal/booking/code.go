/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
)

// Code says why a request was refused. Each reason that a client handles in its own way
// has one. A Code is also an error, for refusals that have nothing to add.
type Code string

func (c Code) Error() string { return "refused: " + string(c) }

// The codes of requests that cannot be read.
const (
	CodeMalformed       Code = "malformed"        // no JSON, of a wrong type, there twice, nested too deeply
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
	CodeNotAcceptable    Code = "not-acceptable"      // only FHIR JSON is given
	CodeMethodNotAllowed Code = "method-not-allowed"  //
	CodeUnknownPath      Code = "unknown-path"        //
	CodeSignInNeeded     Code = "sign-in-needed"      // of an agent
	CodeTooManyRequests  Code = "too-many-requests"   // from this person or this address
	CodeOverloaded       Code = "overloaded"          // nothing was started
	CodeTryAgain         Code = "try-again"           // the request had no effect, or an unknown one
	CodeKeyUsed          Code = "key-used"            // the Idempotency-Key, for another request
	CodeNotServed        Code = "not-served-any-more" // the process is shutting down
)

// The codes of what a person may not book, yet or at all.
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
	ClassRefused     Class = "refused"     // as expected
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
	CodeMalformed:       {http.StatusBadRequest, "structure", ClassInvalid, 0},
	CodeMissing:         {http.StatusBadRequest, "required", ClassInvalid, 0},
	CodeWrongValue:      {http.StatusBadRequest, "value", ClassInvalid, 0},
	CodeTooLong:         {http.StatusBadRequest, "too-long", ClassInvalid, 0},
	CodeWrongIdentifier: {http.StatusBadRequest, "value", ClassInvalid, 0},
	CodeWrongNumber:     {http.StatusBadRequest, "value", ClassInvalid, 0},
	CodeWrongKey:        {http.StatusBadRequest, "value", ClassInvalid, 0},

	CodeTooLarge:         {http.StatusRequestEntityTooLarge, "too-long", ClassInvalid, 0},
	CodeTooSlow:          {http.StatusRequestTimeout, "timeout", ClassInvalid, soon},
	CodeWrongFormat:      {http.StatusUnsupportedMediaType, "not-supported", ClassInvalid, 0},
	CodeNotAcceptable:    {http.StatusNotAcceptable, "not-supported", ClassInvalid, 0},
	CodeMethodNotAllowed: {http.StatusMethodNotAllowed, "not-supported", ClassInvalid, 0},
	CodeUnknownPath:      {http.StatusNotFound, "not-found", ClassInvalid, 0},
	CodeSignInNeeded:     {http.StatusUnauthorized, "login", ClassInvalid, 0},
	CodeTooManyRequests:  {http.StatusTooManyRequests, "throttled", ClassLimited, soon},
	CodeOverloaded:       {http.StatusServiceUnavailable, "throttled", ClassShed, crowded},
	CodeTryAgain:         {http.StatusServiceUnavailable, "transient", ClassUnavailable, soon},
	CodeNotServed:        {http.StatusServiceUnavailable, "transient", ClassUnavailable, soon},
	CodeKeyUsed:          {http.StatusUnprocessableEntity, "business-rule", ClassRefused, 0},

	CodeNotYetOpen:          {http.StatusForbidden, "business-rule", ClassRefused, 0},
	CodeYourBandOpens:       {http.StatusForbidden, "business-rule", ClassRefused, 0},
	CodeYourBandIsOpen:      {http.StatusForbidden, "business-rule", ClassRefused, 0},
	CodePaused:              {http.StatusForbidden, "business-rule", ClassRefused, 0},
	CodeClosed:              {http.StatusForbidden, "business-rule", ClassRefused, 0},
	CodeNotEligible:         {http.StatusForbidden, "business-rule", ClassRefused, 0},
	CodeUnknownCampaign:     {http.StatusUnprocessableEntity, "not-found", ClassRefused, 0},
	CodeUnknownService:      {http.StatusUnprocessableEntity, "not-found", ClassRefused, 0},
	CodeBirthDateNeeded:     {http.StatusUnprocessableEntity, "required", ClassRefused, 0},
	CodeBirthDateDisagrees:  {http.StatusUnprocessableEntity, "value", ClassRefused, 0},
	CodeBirthDateImpossible: {http.StatusUnprocessableEntity, "value", ClassRefused, 0},

	CodeAlreadyBooked: {http.StatusConflict, "duplicate", ClassRefused, 0},
	CodeNoPlace:       {http.StatusConflict, "conflict", ClassRefused, 0},
	CodeNoSlot:        {http.StatusConflict, "conflict", ClassRefused, 0},
	CodeWrongDoses:    {http.StatusUnprocessableEntity, "business-rule", ClassRefused, 0},
	CodeHoldExpired:   {http.StatusGone, "business-rule", ClassRefused, 0},
	CodeHoldExtended:  {http.StatusConflict, "business-rule", ClassRefused, 0},
	CodeNotFound:      {http.StatusNotFound, "not-found", ClassRefused, 0},
	CodeBegun:         {http.StatusConflict, "business-rule", ClassRefused, 0},
	CodeGone:          {http.StatusGone, "business-rule", ClassRefused, 0},
}

// outcomes has the code of everything that the store refuses.
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

// decisions has the code of everything that the catalog refuses.
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
