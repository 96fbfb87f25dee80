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
	Now func() time.Time
	// Sleep returns after so long, or before that with the context's error.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Real is the machine's.
var Real = Clock{Now: time.Now, Sleep: sleep}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Until waits for an instant; one that is over is not waited for.
func (c Clock) Until(ctx context.Context, at time.Time) error { return c.Sleep(ctx, at.Sub(c.Now())) }
