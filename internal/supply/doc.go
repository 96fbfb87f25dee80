/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package supply forecasts whether the hubs of a campaign offer enough appointments
// for the people who are expected to book, and by which day those are served. It is
// a forecast: which places are left is known to the store alone. It reads no clock.
//
// # What is needed
//
// With e eligible people of whom u percent book, each of them k doses:
//
//	people = ⌈e·u / 100⌉        doses = k·people
//
// # What is offered
//
// The calendar of the platform's zone is cut at midnights, and where a campaign's
// window begins or ends within a day. Between two cuts lies a stretch s of the day d(s).
// A hub offers in s the slots that begin in it, times its stations; whoever takes
// one takes it, whatever the service. Hubs between which no campaign makes a
// difference are one pool p, so that offered(p, s) is a sum over hubs. A campaign
// sees its window only, the stretches of the 365 days from its opening on. A closing
// changes nothing: it ends bookings, not the appointments that were booked.
//
//	seen(s) = Σ left(p, s) over its pools p
//
// # Who takes what
//
// Campaigns take in order of opening, those of one instant by name, so that a later
// one never lowers what an earlier one gets. For each stretch s₁ from the opening
// on, as long as there are people left:
//
//	chain     s₁ < s₂ < … < s_k, each the first with seen > 0 and
//	          min ≤ d(sᵢ₊₁) − d(sᵢ) ≤ max, from which the doses that follow can be had
//	people    as many as the scarcest stretch of the chain has left
//
// Those people take one appointment in each stretch of the chain: all their doses
// or none. When the chains are known, what was taken in s comes from the pools in
// proportion to what they had left, in whole appointments: with the pools in order
// and L(p) the sum of left over all of them up to p,
//
//	taken(p, s) = ⌊taken(s)·L(p) / seen(s)⌋ − ⌊taken(s)·L(p−1) / seen(s)⌋ ≤ left(p, s)
//
// First doses are as early as they can be. That is what people do, not what would
// serve most of them: with more than one dose a thoughtful distribution might serve
// more. More stations may then serve an earlier campaign more and, rarely, a later
// one less. With one dose at the same hubs they serve nobody less, and none later.
//
// # What would help
//
// Nothing is said that was not tried: more stations are tried on the whole, with
// what earlier campaigns would take of them, and spread over the campaign's hubs in
// proportion to those they have.
package supply
