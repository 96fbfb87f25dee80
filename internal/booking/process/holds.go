/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import "context"

// ExpireHolds returns a chore that gives up all expired holds, a batch at a time. expire
// gives up at most the number given, and returns how many it gave up.
func ExpireHolds(expire func(ctx context.Context, most int) (int, error)) func(context.Context) error {
	const batch = 200
	return func(ctx context.Context) error {
		for {
			if n, err := expire(ctx, batch); err != nil || n < batch {
				return err
			}
		}
	}
}
