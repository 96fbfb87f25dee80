/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/notify"
	"github.com/mezzanotte/mezzanotte/internal/booking/notify/smtp"
)

// carriers returns the ways to tell people of their bookings, in the order in which they
// are tried.
func (o options) carriers() []notify.Carrier {
	var all []notify.Carrier
	if o.mail != "" {
		all = append(all, smtp.Carrier{Directory: o.mail})
	}
	return all
}

// sendConfirmations sends what is due in the outbox.
func (a *assembly) sendConfirmations(ctx context.Context, in *binding.Snapshot) error {
	_, err := notify.Sender{Carriers: a.carriers(), Zone: in.Zone, Hub: in.Hub}.Deliver(ctx, a.store, a.clock())
	return err
}
