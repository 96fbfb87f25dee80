/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package drawing draws the plan: as an SVG for pages and reviews, and as a chart of block
// characters for a terminal. Both draw the same value on the same axis.
//
// The axis consists of stretches. Around an opening, from shortly before the first ramp
// until the peak is released, time has room. The time between is squeezed and marked; its
// floor is drawn, too:
//
//	      ramp   Ready by   opens
//	        ┊        ┊        │
//	        ╭─────────────────┼──────────╮
//	        │                 │          │
//	──╱╱────╯                 │          ╰──╱╱──
//	19 h   23:40    23:45   00:00      01:00  3 h
//
// Windows that do not fit side by side are drawn in strips, one below the other.
//
// There is no plotting library. It would leave the hard part to us (the stretches, the
// stacks, where each word goes), and the rest is rectangles, lines and text.
package drawing
