/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"time"
)

// HoldTime is how long a hold lasts, and how much longer it lasts once extended.
const HoldTime = 10 * time.Minute

// Change is what is to become of a booking that there is.
type Change struct {
	Revision int64   // of the catalog by which it was decided: Confirm, Move
	Contact  Contact // Confirm: instead of the one that was given with the hold, if any is
	Places   []Place // Move: one of each dose, in order; those that stay are named again
	By       By
}
