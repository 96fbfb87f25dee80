/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package server answers over HTTP what package fhir reads and writes, and package
// clerk does. A request goes through
//
//	limits by address ─▶ read ─▶ clerk ─▶ answer
//
// Invariants:
//
//   - What anybody may know is told from memory: it neither needs the store nor waits
//     for it.
//   - Whoever is sent away, because too many ask or they ask too often, is told when to
//     come again, at a time by chance where there are many. Whatever became of a
//     request, the same with the same Idempotency-Key may be made again.
//   - A store that does not answer is 503 with Retry-After. 500 is a mistake of ours.
//   - Whatever is kept of those who ask is bounded.
//   - No log, metric or address holds who asked, or what. A booking's number with
//     somebody else's code is answered as one that nobody has.
//
// The addresses are in routes.go, the refusals in package fhir. Answers about bookings
// are never kept (no-store); the files of SMART Scheduling Links may be, by anybody,
// for as long as they are not made anew, and any page may read them.
//
// The clerk and the catalog in force here are handed in, so is the clock, and so are
// the channel's [Pages] for people, which have all other addresses. Whoever starts the
// process looks after them, tells [process.Readiness] how they are
// and [Metrics] what was audited, and serves [Metrics.Handler] where citizens do not
// reach it.
package server
