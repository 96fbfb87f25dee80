/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/notify"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/booking/server"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// chore is something that is done over and over.
type chore struct {
	name  string
	every time.Duration
	do    func(context.Context) error
}

// checkEvery is how often a process asks whether it can book.
const checkEvery = 2 * time.Second

// chores of a process. What one process does for all is done by whichever comes
// first: the store knows when it was done last.
func (p *process) chores() []chore {
	all := []chore{
		{"read the catalog", time.Second, p.binding.Read},
		{"ask what binds", time.Second, p.refresh},
		{"give back expired holds", time.Second, p.lapse},
		{"read the keys", 10 * time.Second, p.readKeys},
		{"read availability", 2 * time.Second, p.search.Refresh},
		{"count availability", 5 * time.Second, once(p.store.CountAvailability, 5*time.Second)},
		{"make slots", time.Second, p.sync()},
		{"recount", 15 * time.Second, once(p.store.KeepAudit, time.Minute)},
		{"read the recount", 15 * time.Second, p.audited},
		{"note what is over", 10 * time.Minute, once(p.store.Finish, time.Hour)},
		{"seal with the newest key", time.Minute, once(p.store.Rekey, 10*time.Minute)},
	}
	if p.mail != "" {
		all = append(all, chore{"send confirmations", 2 * time.Second, p.post()})
	}
	return all
}

// once leaves out whether this process did it.
func once(do func(context.Context, time.Duration) (bool, error), every time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := do(ctx, every)
		return err
	}
}

// work does all chores until ctx ends, each at its own pace, and gives a function that
// waits for the end. Until the database is migrated there is nothing else to do.
func (p *process) work(ctx context.Context) (wait func()) {
	var all sync.WaitGroup
	migrated := make(chan struct{})
	first := sync.OnceFunc(func() { close(migrated) })
	all.Go(func() {
		p.repeat(ctx, chore{"check the store", checkEvery, func(ctx context.Context) error {
			err := p.check(ctx)
			if err == nil {
				first()
			}
			return err
		}})
	})
	for _, c := range p.chores() {
		all.Go(func() {
			select {
			case <-ctx.Done():
			case <-migrated:
				p.repeat(ctx, c)
			}
		})
	}
	return all.Wait
}

// repeat does a chore over and over, never at the same moment as all other processes.
// What goes wrong is said when it is new, and when it is over.
func (p *process) repeat(ctx context.Context, c chore) {
	said := ""
	for {
		err := c.do(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && err.Error() != said:
			said = err.Error()
			p.log.Error("Cannot "+c.name, "error", said)
		case err == nil && said != "":
			said = ""
			p.log.Info("Can " + c.name + " again")
		}
		pause := c.every - c.every/10 + rand.N(c.every/5+1)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// refresh asks what binds, and says whether the process may book by it.
func (p *process) refresh(ctx context.Context) error {
	err := p.binding.Refresh(ctx)
	var behind *binding.BehindError
	answered := err == nil || errors.As(err, &behind)
	p.readiness.Set(server.CheckStore, reason(!answered, "does not answer"), p.clock())
	_, none := p.binding.Current()
	p.readiness.Set(server.CheckCatalog, reason(none != nil, "none is in force here"), p.clock())
	return err
}

// readKeys reads the keys again, and asks which of them every process has. Until it is
// known, as when a process starts, that is taken to be the oldest.
func (p *process) readKeys(ctx context.Context) error {
	if err := p.keys.read(); err != nil {
		return err
	}
	shared, err := p.store.Shared(ctx)
	if err != nil {
		return err
	}
	p.keys.share(shared)
	return nil
}

// check migrates where it is needed, and says whether the process may book.
func (p *process) check(ctx context.Context) error {
	err := p.store.Ready(ctx)
	if errors.Is(err, postgres.ErrNotMigrated) {
		p.readiness.Set(server.CheckSchema, "is not migrated yet", p.clock())
		if err = p.store.Migrate(ctx); err == nil {
			err = p.store.Ready(ctx)
		}
	}
	var missing *postgres.MissingKeyError
	switch {
	case err == nil:
		p.readiness.Set(server.CheckSchema, "", p.clock())
		p.readiness.Set(server.CheckKeys, "", p.clock())
	case errors.As(err, &missing):
		p.readiness.Set(server.CheckSchema, "", p.clock())
		p.readiness.Set(server.CheckKeys, "one in use is not held", p.clock())
	case p.binding.Revision() == 0: // as long as it never answered
		p.readiness.Set(server.CheckStore, "does not answer", p.clock())
	}
	return err
}

func reason(wrong bool, text string) string {
	if wrong {
		return text
	}
	return ""
}

// lapse gives back what has expired, all of it.
func (p *process) lapse(ctx context.Context) error {
	const batch = 200
	for {
		n, err := p.store.ExpireHolds(ctx, batch)
		if err != nil || n < batch {
			return err
		}
	}
}

// syncEvery is how often slots are made for days that have come near, and where
// another process was at a hub and did not finish.
const syncEvery = 15 * time.Second

// sync makes the slots of the catalog in force, at once when it is another one. What
// fails is tried again as seldom as all else: it locks every slot of a hub.
func (p *process) sync() func(context.Context) error {
	var of int64
	var last time.Time
	var failed error
	return func(ctx context.Context) error {
		in, err := p.binding.Current()
		if errors.Is(err, binding.ErrNone) {
			return nil // said by its own chore
		}
		if err != nil {
			return err
		}
		now := p.clock()
		if in.Revision() == of && now.Sub(last) < syncEvery {
			return failed
		}
		of, last = in.Revision(), now
		var n int
		n, failed = p.store.Sync(ctx, in.Catalog, p.horizon)
		if n > 0 {
			p.log.Info("Made slots", "hubs", n, "revision", in.Revision())
		}
		return failed
	}
}

// audited shows the newest recount, whoever made it.
func (p *process) audited(ctx context.Context) error {
	a, err := p.store.Audit(ctx)
	if err != nil || a.At.IsZero() {
		return err
	}
	p.metrics.Audited(a)
	if !a.Sound() {
		return errUnsound
	}
	return nil
}

// post sends confirmations.
func (p *process) post() func(context.Context) error {
	var sender *notify.Sender
	return func(ctx context.Context) error {
		in, err := p.binding.Current()
		if err != nil {
			return nil // said by its own chore
		}
		if sender == nil { // a platform's zone never changes
			sender = notify.New(notify.Options{Directory: p.mail, Zone: in.Zone, Hub: func(name string) (catalog.Hub, bool) {
				now, err := p.binding.Current()
				if err != nil {
					now = in
				}
				return now.Hub(name)
			}})
		}
		_, err = sender.Deliver(ctx, p.store, p.clock())
		return err
	}
}
