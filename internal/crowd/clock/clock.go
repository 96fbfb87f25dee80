/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package clock is the crowd's view of time, so that tests can replace it.
package clock

import (
	"context"
	"time"
)

// Clock reads the time and waits.
type Clock struct {
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

// Sleep waits for d, or returns the context's error if that ends first.
func (c Clock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-c.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Until waits for an instant; if it is over, Until returns at once.
func (c Clock) Until(ctx context.Context, at time.Time) error { return c.Sleep(ctx, at.Sub(c.Now())) }
