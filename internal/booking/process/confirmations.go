/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Platform is the part of a catalog that confirmations need. The time zone never changes.
type Platform struct {
	Zone *time.Location
	Hub  func(name string) (catalog.Hub, bool) // by the catalog in force
}

// SendConfirmations returns a chore that sends the confirmations that are due. It makes the
// sender once, when a catalog is in force.
func SendConfirmations(current func() (*binding.Snapshot, error), sender func(Platform) func(context.Context) error) func(context.Context) error {
	var send func(context.Context) error
	return func(ctx context.Context) error {
		in, err := current()
		if err != nil {
			return nil // the catalog's own chore logs it
		}
		if send == nil {
			send = sender(Platform{Zone: in.Zone, Hub: func(name string) (catalog.Hub, bool) {
				now, err := current()
				if err != nil {
					now = in
				}
				return now.Hub(name)
			}})
		}
		return send(ctx)
	}
}
