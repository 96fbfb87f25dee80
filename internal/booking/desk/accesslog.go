/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"errors"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
)

// logAccess writes a line of the access log: what the agent did, and the result. Nothing of the caller is in
// it but the number of a booking.
func (v *visit) logAccess(verb, outcome, booking string) {
	signin.Entry{Agent: v.agent, Verb: verb, Outcome: outcome, Booking: booking}.Write(v.request.Context(), v.log)
}

// logResult writes a line of the access log for a verb that returned an error or nil.
func (v *visit) logResult(verb, booking string, err error) { v.logAccess(verb, outcome(err), booking) }

// outcome names the result of a verb, as the store and the rules do.
func outcome(err error) string {
	var (
		refused *booking.Refusal
		decided booking.NotEligibleError
		wrong   *dose.Error
		shed    booking.OverloadError
	)
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &refused):
		return string(refused.Outcome)
	case errors.As(err, &decided):
		return string(decided.Outcome)
	case errors.As(err, &wrong):
		return string(booking.WrongDoses)
	case errors.As(err, new(booking.RateLimitError)):
		return "too-often"
	case errors.As(err, &shed):
		return "shed"
	}
	return "failed"
}

// numberOf returns a booking's number; "" where there is none.
func numberOf(b booking.Booking) string {
	if b.Number.IsZero() {
		return ""
	}
	return b.Number.String()
}
