/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package demand turns a forecast of people into the load on a channel.
//
// Of E people, the share h tries in the first hour, and of those the share m in
// its first minute. By minute t > 0 after the opening
//
//	N(t) = min(E, E·h·(t/60)^α)   with  α = ln(1/m) / ln 60
//
// have come, so that N(60) = E·h and N(1) = E·h·m. Each stays D minutes and
// sends R requests meanwhile. Inside at t are
//
//	S(t) = N(t) − N(t−D)          with  N(t) = 0 for t ≤ 0
//
// people, and they cause S(t)·R/(60·D) requests per second. Since 0 < α < 1, N
// is concave and S has its maximum at t = D:
//
//	S │    ╭─╮
//	  │   ╱   ╲___
//	  │  ╱        ‾‾‾‾───────
//	  │ ╱
//	  └┴───┴──────────────────→ t
//	   0   D
//
// People who wait at the door come at once: 40 % of N(30) within 30 s, with one
// request each. The load is never taken to be less than theirs.
//
// For a call centre D is the handle time and S(t) the offered load in Erlangs.
// Calls.With is the service that a roster gives them. Of n agents and N lines
// with k callers there, the next goes at the rate d(k) = min(k,n) + δ·max(0,k−n),
// where a caller who waits has the patience of 1/δ handle times. Erlang A is
// N = ∞, B is N = n, C is N = ∞ with δ = 0; B(k), the share of state k if it is
// the last one, follows from 1/B(k) = 1 + d(k)/(a·B(k−1)), at any size.
//
// Floats stay inside this package: loads leave it in whole thousandths, rounded
// up, and a service as Figures. Sources: a queue's arrivals in Lombardia grew as t^0.39, 20 % of the first
// hour in its first minute; 40 % of a half hour's crowd in Minnesota waited at
// the opening.
package demand
