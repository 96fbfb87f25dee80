/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"time"
)

// HoldTime is how long a hold lasts, and by how much it is extended.
const HoldTime = 10 * time.Minute

// Change is a change of an existing booking.
type Change struct {
	Revision int64   // of the catalog that decided it: Confirm, Move
	Contact  Contact // Confirm: replaces the one of the hold, unless it is zero
	Places   []Place // Move: one for each dose, in order, including those that stay
	By       By
}
