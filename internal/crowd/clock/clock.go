/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package clock is the time that a crowd lives in.
package clock

import (
	"context"
	"time"
)

// Clock tells the time and lets people wait.
type Clock struct {
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

// Sleep waits for d. The error is the context's if that ends before.
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

// Until waits for an instant. It does not wait for one that is over.
func (c Clock) Until(ctx context.Context, at time.Time) error { return c.Sleep(ctx, at.Sub(c.Now())) }
