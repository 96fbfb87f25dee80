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
// What does not fit beside each other is drawn in strips, one below the other.
// All lengths are whole tenths of a pixel, so that the bytes are the same on
// every machine.
//
// There is no plotting library: the stretches, the stacks and the places of all
// words would have to be written beside it, and what is left for it are
// rectangles, lines and text.
package drawing
