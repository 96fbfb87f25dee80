/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"errors"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
)

// Decided is a decision that refuses, as an error.
type Decided struct{ eligibility.Decision }

func (d Decided) Error() string { return "refused: " + string(d.Outcome) }

// TooOften is that a person asked too often.
type TooOften struct {
	After time.Duration // … to ask again
}

func (TooOften) Error() string { return "asked too often" }

// UnknownHub is a hub, at a place of the list from 0, that the catalog does not have.
type UnknownHub struct{ Index int }

func (UnknownHub) Error() string { return "refused: unknown hub" }

// Beside is why places could not be taken, and some for the same dose that are free.
type Beside struct {
	Err  error
	Next []booking.Place // none where none could be found
}

func (b Beside) Error() string { return b.Err.Error() }
func (b Beside) Unwrap() error { return b.Err }

// ErrNotInForce is that no catalog is in force here by which anything could be decided.
var ErrNotInForce = errors.New("no catalog is in force here")

// errStale is that what is decided here is never by the catalog that binds.
var errStale = errors.New("another catalog binds, time and again")
