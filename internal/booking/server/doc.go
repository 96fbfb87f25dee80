/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package server answers over HTTP what package fhir reads and writes: it lets in,
// decides, asks the store, and says what came of it. A request goes through
//
//	limits by address ─▶ read ─▶ limits by person ─▶ decide ─▶ gate ─▶ store ─▶ answer
//	                                                   │         │       │
//	                            may not, not yet ◀─────┘         │       └─▶ another catalog binds:
//	                            too many at once: come again ◀───┘           read it, decide again
//
// Invariants:
//
//   - Whoever may not book, or not yet, is told so from memory. So is what anybody may
//     know: neither needs the store, and neither waits at the gate.
//   - No more requests use the store than it has connections, so many more wait for
//     them, none longer than a second, and everybody else is sent away to come again,
//     at a time by chance. Who finishes what they have (confirms, extends, gives back)
//     goes before who starts, and still does not lock those out.
//   - What has been let in is finished, also where the client hangs up; and whatever
//     became of it, the same request with the same Idempotency-Key may be made again.
//   - A store that does not answer is 503 with Retry-After. 500 is a mistake of ours.
//   - Whatever is kept of those who ask is bounded. People are known to the limits by
//     a hash under a secret of this process.
//   - No log, metric or address holds who asked, or what. A booking's number with
//     somebody else's code is answered as one that nobody has.
//
// The addresses are in routes.go, the refusals in package fhir. Answers about bookings
// are never kept (no-store); the files of SMART Scheduling Links may be, by anybody,
// for as long as they are not made anew, and any page may read them.
//
// The catalog in force here, the search and the store are handed in; so is the clock.
// Whoever starts the process looks after them, tells [Readiness] how they are and
// [Metrics] what was audited, and serves [Metrics.Handler] where citizens do not
// reach it.
package server
