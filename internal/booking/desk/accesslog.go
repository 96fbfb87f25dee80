/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
)

// logAccess writes a line of the access log: what the agent did, and the result. About the
// caller it contains only the number of a booking.
func (v *visit) logAccess(verb, outcome, booking string) {
	signin.Entry{Agent: v.agent, Verb: verb, Outcome: outcome, Booking: booking}.Write(v.request.Context(), v.log)
}

// logResult writes a line of the access log for a verb that ended with an error or nil.
func (v *visit) logResult(verb, booking string, err error) { v.logAccess(verb, outcome(err), booking) }

// outcome names the result of a verb: "done", "failed", or the code of the refusal.
func outcome(err error) string {
	if err == nil {
		return "done"
	}
	if p := booking.Explain(err); !p.Unexpected {
		return string(p.Code)
	}
	return "failed"
}

// numberOf returns a booking's number; "" if it has none.
func numberOf(b booking.Booking) string {
	if b.Number.IsZero() {
		return ""
	}
	return b.Number.String()
}
