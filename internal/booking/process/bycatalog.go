/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
)

// ByCatalog returns a chore that works by the catalog in force, and does nothing while there
// is none.
func ByCatalog(current func() (*binding.Snapshot, error), do func(context.Context, *binding.Snapshot) error) func(context.Context) error {
	return func(ctx context.Context) error {
		in, err := current()
		if err != nil {
			return nil // the catalog's own chore logs it
		}
		return do(ctx, in)
	}
}
