/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package plan turns loads into floors over time, each with its reason.
//
// For one channel with base b, cap c, start-up time s and pace r, and for
// campaigns that open at T, are to be Ready by A = T − readyBefore and keep
// their peak until K = T + keepPeak:
//
//	need(t)  = ⌈Σ load of every campaign at t / load one replica bears⌉, at most c
//	floor(t) = max(b, max over t' ≥ t of need(t') − r·max(0, t' − s − t))
//
// A campaign's load is its peak on [A, K], then follows the forecast down in
// steps of five minutes, and ends with its closing or at T + 24 h. Loads are
// summed before they are turned into replicas. Each whole minute carries the
// largest value that the formula takes in it:
//
//	c ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
//	            ╭────┬─────┬──────╮
//	          ┌─╯    ┊     ┊      ╰─╮
//	        ┌─╯      ┊     ┊        ╰──╮
//	b ──────╯        ┊     ┊           ╰────
//	        ramp   s A     T      K  release
//
// Since need rises only at an A, the maximum over t' is one over the few A's.
// Everything follows from the input and an instant: there is no state, so a
// restart loses nothing and a jump of the clock gives what waiting gives.
//
// Two rules keep capacity when that is in doubt: from an hour before a ramp
// until it has reached its peak the floor does not fall; and where somebody
// else's autoscaler drives the channel, the floor falls by at most a tenth in
// five minutes, so that the autoscaler notices before capacity is lost.
package plan
