/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package board is the view of a launch night: what was seen of a cluster and an
// instant go in, a screen comes out. It has no clock and reads nothing, so that
// every screen can be drawn in a test.
//
// GO means that every channel of the opening was proved Ready for it, by its
// pods' own Ready transition times, and has lost none of that since:
//
//	           ramp starts     due = T − readyBefore      T
//	───────────────┼────────────────────┼─────────────────┼──────────
//	    WAITING         RAMPING              NO-GO   while not proved
//	                    GO as soon as it is proved; NO-GO when pods are lost
//
// After T a channel is held to its floor. A board that cannot see says UNKNOWN
// and never GO.
package board
