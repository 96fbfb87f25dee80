/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package clerk carries out people's requests, from any channel: it admits a request, decides
// it by the catalog, lets the store decide it, and explains a refusal. A request goes through
//
//	limits by person ─▶ decide here ─▶ gate ─▶ the store decides ─▶ explain
//	                         │          │              │
//	 not eligible, not yet ◀─┘          │              └─▶ another catalog binds:
//	      too many at once: retry ◀─────┘                  read it, decide again
//
// Invariants:
//
//   - People who may not book, or not yet, are refused from memory, by the catalog in force
//     here and an estimate of the store's clock: they neither need the store nor wait at the
//     gate. Whether an opening has come, the store decides.
//   - At most one request for each connection uses the store, at most eight for each
//     connection wait, none longer than a second; the rest are rejected at once. Requests
//     that finish a booking (confirm, extend, give up) go before those that start one, and
//     do not lock those out.
//   - An admitted request is finished even if the client hangs up. The same request with the
//     same key may be sent again, whether it succeeded or not.
//   - Memory for clients is bounded. The limits know people by a hash under a secret of this
//     process.
//   - A request acts for the clerk's own channel, and takes the call centre's places only
//     there.
//
// An error is one of these or wraps one; [booking.Explain] classifies them:
//
//	[booking.NotEligibleError]   the catalog: not open, not to them, paused, closed, unknown
//	*[dose.Error]                the places do not suit the campaign's doses
//	*[booking.Refusal]           the store, or there is no such slot
//	[booking.AlternativesError]  around a refusal: free places
//	[booking.UnknownHubError]    a hub to search at
//	[booking.RateLimitError]     too many requests from this person: retry later
//	[booking.OverloadError]      too many requests at once: nothing was started, retry
//	[booking.ErrNotInForce]      no catalog is in force here: nothing was started
//
// After any other error the effect is unknown.
package clerk
