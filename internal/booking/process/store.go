/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"time"
)

// StoreChecker migrates the database if necessary, and reports whether the schema and the
// keys let the process book.
type StoreChecker struct {
	Readiness *Readiness
	Clock     func() time.Time
	Ready     func(context.Context) error // returns why the store cannot be used
	Migrate   func(context.Context) error
	Heard     func() bool // reports whether the store has ever answered

	NotMigrated, KeyMissing func(error) bool // classify an error of Ready
}

// Check is the first chore: see [Runner.Start].
func (c StoreChecker) Check(ctx context.Context) error {
	err := c.Ready(ctx)
	if err != nil && c.NotMigrated(err) {
		c.set(CheckSchema, "is not migrated yet")
		if err = c.Migrate(ctx); err == nil {
			err = c.Ready(ctx)
		}
	}
	switch {
	case err == nil:
		c.set(CheckSchema, "")
		c.set(CheckKeys, "")
	case c.KeyMissing(err):
		c.set(CheckSchema, "")
		c.set(CheckKeys, "one in use is not held")
	case !c.Heard():
		c.set(CheckStore, "does not answer")
	}
	return err
}

func (c StoreChecker) set(check Check, reason string) { c.Readiness.Set(check, reason, c.Clock()) }
