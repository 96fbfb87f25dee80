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

// audit writes what the agent did, with what became of it. Nothing of the caller is in
// it but the number of a booking.
func (v *visit) audit(verb, outcome, booking string) {
	signin.Entry{Agent: v.agent, Verb: verb, Outcome: outcome, Booking: booking}.Write(v.request.Context(), v.log)
}

// audited writes what became of a verb by its error.
func (v *visit) audited(verb, booking string, err error) { v.audit(verb, outcome(err), booking) }

// outcome is what became of something, in the words of the store and of the rules.
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

// numberOf gives a booking's number; "" where there is none.
func numberOf(b booking.Booking) string {
	if b.Number.IsZero() {
		return ""
	}
	return b.Number.String()
}
