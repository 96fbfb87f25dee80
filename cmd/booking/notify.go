/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/notify"
	"github.com/mezzanotte/mezzanotte/internal/booking/notify/smtp"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
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
func (p *process) sendConfirmations(ctx context.Context) error {
	in, err := p.binding.Current()
	if err != nil {
		return nil // another chore logs it
	}
	sender := notify.Sender{Carriers: p.carriers(), Zone: in.Zone, Hub: in.Hub}
	_, err = sender.Deliver(ctx, outbox{p.store}, p.clock())
	return err
}

// outbox adapts the store's methods to notify's names.
type outbox struct{ store *postgres.Store }

func (o outbox) ClaimDue(ctx context.Context, limit int) ([]booking.Message, error) {
	return o.store.Untold(ctx, limit)
}

func (o outbox) MarkSent(ctx context.Context, id int64) error { return o.store.Told(ctx, id) }

func (o outbox) RetryLater(ctx context.Context, id int64, attempts int) error {
	return o.store.Failed(ctx, id, attempts)
}
