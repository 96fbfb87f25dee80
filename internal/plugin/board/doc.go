/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package board draws the screen of a launch night from the last known state of a cluster
// and a time. It has no clock and reads nothing, so that a test can draw every screen.
//
// GO means that every channel of the opening was proved Ready by its pods' own Ready
// transition times, and has lost no pod since:
//
//	           ramp starts     due = T − readyBefore      T
//	───────────────┼────────────────────┼─────────────────┼──────────
//	    WAITING         RAMPING              NO-GO   while not proved
//	                    GO as soon as it is proved; NO-GO when pods are lost
//
// After T a channel is compared with its floor, until the peak has been kept long enough.
// A board without data says UNKNOWN, never
// GO.
package board
