/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// ErrUnsound means that a recount found something that must never happen.
var ErrUnsound = errors.New("the recount found something that must never happen")

// ShowRecount returns a chore that shows the newest recount, whichever process made it.
func ShowRecount(newest func(context.Context) (booking.Audit, error), show func(booking.Audit)) func(context.Context) error {
	return func(ctx context.Context) error {
		a, err := newest(ctx)
		if err != nil || a.At.IsZero() {
			return err
		}
		show(a)
		if !a.Sound() {
			return ErrUnsound
		}
		return nil
	}
}
