/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package opening turns a date, a time of day and a time zone, as a person
// writes them, into one exact instant, and says that instant in words that
// cannot be mistaken. It reads no clock.
//
// # One instant
//
// Let L(u) be what a clock on the wall shows at the instant u: u plus the
// zone's offset at u. For the civil time c the instant is
//
//	T(c) = the smallest u with L(u) ≥ c          (in whole seconds)
//
// the first instant at which the wall clock reads c or later. It exists and
// is unique, because offsets are bounded, and it never depends on which side
// of a clock change time.Date happens to choose. 24:00 of a day is the same c
// as 00:00 of the next day.
//
//	  clocks skip to 01:00           clocks go back to 00:00
//
//	              ╱                                 ╱
//	01:00        ●                  01:00      ○   ╱
//	             ┊                            ╱┊  ╱
//	             ┊                           ╱ ┊ ╱
//	00:00        ○                  00:00   ●  ┊╱
//	            ╱                          ╱
//	       ──────┴────── u              ────┴────────── u
//	          T(00:00)                   T(00:00)
//
// From the definition follow the rules that users are told:
//
//   - where c is read once, T(c) is that instant;
//   - where c is read twice, T(c) is the first of the two;
//   - where clocks skip c, T(c) is the first instant after the gap, even when
//     the gap swallows a whole day (Samoa had no 30 December 2011);
//   - T(c) is never before the local calendar says so, and at every instant
//     before it the clock has always read less than c;
//   - a later c never gives an earlier instant.
//
// A clock that jumps over c and then goes back to show c after all would
// give the instant after the jump; no zone has done that since 1970, and a
// test watches for it.
//
// # Announced instants
//
// Governments change their clocks at short notice, so the same civil time
// may resolve to another instant tomorrow. [Later] keeps the promise made to
// the public: never earlier than announced.
//
// # The zone database
//
// Zones come from the machine's time zone database or, where it has none,
// from the one built into the binary; binaries import time/tzdata for that.
package opening
