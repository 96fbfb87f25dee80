/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package server serves the booking API over HTTP: package fhir reads and writes it,
// package clerk carries it out. A request goes through
//
//	measure ─▶ headers ─▶ recover ─▶ limit by address ─▶ route: read ─▶ clerk ─▶ write
//	                                                        └─▶ the channel's pages
//
// in the order that [Server].front lists.
//
// Invariants:
//
//   - Public data comes from memory: it neither needs the store nor waits for it.
//   - A request that is rejected because there are too many says when to retry, at random if
//     many are rejected together. The same request with the same Idempotency-Key may always
//     be sent again.
//   - If the store does not answer, the answer is 503 with Retry-After. 500 means a bug.
//   - Memory for clients is bounded.
//   - No log, metric or address contains who sent a request, or its content. A booking's
//     number with the code of another person is answered like a number that does not exist.
//
// The addresses are in routes.go, the status of refusals is in [booking.Rule]. Caches must
// not keep answers about bookings (no-store). They may keep the files of SMART Scheduling
// Links until the next edition, and scripts of any site may read those.
//
// The caller hands in the clerk, the catalog in force, the clock and the channel's [Pages],
// reports their state to [process.Readiness] and recounts to [Metrics], and serves [Metrics.Handler]
// on a listener that citizens do not reach.
package server
