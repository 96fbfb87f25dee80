/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// Fault describes what a night breaks and what must hold besides.
type Fault struct {
	Name, Title string
	Steps       []Step
	// Change changes who comes.
	Change func(*night.Scenario)
	// Postponed is the time by which the opening moves.
	Postponed time.Duration
	// After runs when the crowd is gone and returns what must hold besides.
	After func(ctx context.Context, n *nightly, r *night.Record) []night.Finding
}

// Step runs at a time after the instant that was announced first.
type Step struct {
	At time.Duration
	Do func(ctx context.Context, n *nightly) error
}

// Before returns the time before the opening at which the fault begins.
func (f Fault) Before() (before time.Duration) {
	for _, s := range f.Steps {
		before = max(before, -s.At)
	}
	return before
}

// breakThings runs each step at its time.
func (n *nightly) breakThings(ctx context.Context) error {
	if n.what.Fault == nil {
		return nil
	}
	steps := slices.Clone(n.what.Fault.Steps)
	slices.SortStableFunc(steps, func(a, b Step) int { return int(a.At - b.At) })
	for _, s := range steps {
		sleep(ctx, time.Until(n.announced.Add(s.At)))
		if ctx.Err() != nil {
			return nil // the caller knows why it ended
		}
		if err := s.Do(ctx, n); err != nil {
			return fmt.Errorf("%s, at %s from the opening: %w", n.what.Fault.Title, s.At, err)
		}
	}
	return nil
}
