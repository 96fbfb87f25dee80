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
// restart loses nothing, and a jump of the clock gives the same as waiting.
//
// Two rules keep capacity in case of doubt. First, the floor does not fall from an hour
// before a ramp until A, or from the opening's announcement if that is later; it keeps
// nothing for longer than a day. Second, on a channel that another autoscaler drives,
// the floor never falls below nine tenths of its values in the five minutes before, nor
// by more than a fiftieth in one minute (but at least by one replica), so that the
// autoscaler notices in time.
//
// # Pauses
//
// The forecast's clock stops during a pause after the opening: people who could not
// book come when it ends. So the floor is kept while a pause lasts, and it delays K
// and the campaign's end by its length.
//
// # The cap
//
// c is maxReplicas or, if the store has too few connections for that in all channels,
// the channel's share of its connections C. With d connections for each replica, in
// every minute
//
//	Σ (c + 1)·d + 20 ≤ C
//
// the 1 for a rollout and the 20 in reserve. First come all bases, even if they exceed
// C; then the needs of call centres; then the needs of the others, the same fraction
// for each; the rest goes in the same order, up to maxReplicas. While the windows of
// any channels touch, shares are fixed, from an hour before the first ramp until the end
// of the last window, so that none is taken away in a launch.
//
// # The call centre
//
// A call centre does not follow its load in proportion: all rostered agents need
// their replicas from A to K, and until the calls fit the base.
//
// In no minute do all floors of one plan together climb by more than the pace. A changed
// input may make them jump: Launch.Late is the part of a ramp for which an opening was
// announced too late.
//
// # The cost
//
// A plan looks at instants, not at minutes: at the rises, which are the A's, and at
// the minutes in which a load, a ramp or a hold changes. At each it adds up the
// campaigns that count then. The powers in the forecasts are computed once for all
// channels, and the start of a ramp follows from the pace and the level that it has to
// pass. With n campaigns, of which k count at once, a channel costs about n·k loads and
// a few lists, however long ramps and peaks are. A gentle release and a ramp go minute by
// minute because each minute is a step, but allocate nothing for it.
package plan
