/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking

import (
	"errors"
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
)

// Refusal is an error that the store expects. Nothing was changed.
type Refusal struct {
	Outcome Outcome
	Dose    int       // from 1; 0: no dose in particular
	At      time.Time // by the store's clock
}

func (r *Refusal) Error() string {
	if r.Dose > 0 {
		return fmt.Sprintf("refused: %s, dose %d", r.Outcome, r.Dose)
	}
	return fmt.Sprintf("refused: %s", r.Outcome)
}

// NotEligibleError carries a decision of the catalog that refuses a request.
type NotEligibleError struct{ eligibility.Decision }

func (e NotEligibleError) Error() string { return "refused: " + string(e.Outcome) }

// AlternativesError wraps a refusal of places and adds free ones for the same dose.
type AlternativesError struct {
	Err  error
	Next []Place // may be empty
}

func (e AlternativesError) Error() string { return e.Err.Error() }
func (e AlternativesError) Unwrap() error { return e.Err }

// RateLimitError says that a person or an address sent too many requests.
type RateLimitError struct {
	After time.Duration // the next request is allowed
}

func (RateLimitError) Error() string { return "too many requests" }

// OverloadError says why a request was shed; retry later.
type OverloadError string

// The reasons.
const (
	OverloadFull      OverloadError = "full"      // the queue is
	OverloadWaited    OverloadError = "waited"    // too long in the queue
	OverloadDisplaced OverloadError = "displaced" // by a request that finishes a booking
)

func (e OverloadError) Error() string { return "shed: " + string(e) }

// UnknownHubError says which hub of a request is not in the catalog.
type UnknownHubError struct {
	Index int // in the request's list of hubs, from 0
}

func (UnknownHubError) Error() string { return "refused: unknown hub" }

// ErrNotInForce means that this process has no catalog to decide by.
var ErrNotInForce = errors.New("no catalog is in force here")
