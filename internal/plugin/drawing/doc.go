/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package drawing is the plan as a picture: an SVG for pages and reviews, and a
// chart of blocks for a terminal. Both draw the same value on the same axis.
//
// The axis is cut into stretches. Around an opening, from shortly before the
// first ramp until the peak is let go, a minute has room; what lies between is
// squeezed, marked as such, and its floor is drawn all the same:
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
// There is no plotting library. It would leave the hard part to us (the stretches, the stacks,
// where each word goes), and the rest is rectangles, lines and text.
package drawing
