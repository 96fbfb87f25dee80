/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// start starts all chores, the check of the store first.
func (a *assembly) start(ctx context.Context) (wait func()) {
	r := process.Runner{Log: a.log, After: time.After}
	return r.Start(ctx, process.Chore{Name: "check the store", Every: 2 * time.Second, Do: a.storeChecker().Check}, a.chores())
}

func (a *assembly) storeChecker() process.StoreChecker {
	return process.StoreChecker{
		Readiness: a.readiness, Clock: a.clock, Ready: a.store.Ready, Migrate: a.store.Migrate,
		Heard:       func() bool { return a.binding.Revision() != 0 },
		NotMigrated: func(err error) bool { return errors.Is(err, postgres.ErrNotMigrated) },
		KeyMissing: func(err error) bool {
			var missing *postgres.MissingKeyError
			return errors.As(err, &missing)
		},
	}
}

func (a *assembly) chores() []process.Chore {
	catalogs := process.CatalogRefresher{Readiness: a.readiness, Clock: a.clock, Binding: a.binding}
	slots := &process.SlotMaker{Current: a.binding.Current, Sync: a.makeSlots, Clock: a.clock, Log: a.log}
	all := []process.Chore{
		{Name: "read the catalog", Every: time.Second, Do: a.binding.Read},
		{Name: "refresh the catalog", Every: time.Second, Do: catalogs.Refresh},
		{Name: "expire holds", Every: time.Second, Do: process.ExpireHolds(a.store.ExpireHolds)},
		{Name: "read the keys", Every: 10 * time.Second, Do: a.keys.Refresh(a.store.Shared)},
		{Name: "read availability", Every: 2 * time.Second, Do: a.search.Refresh},
		{Name: "count availability", Every: 5 * time.Second, Do: process.OncePerStore(a.store.CountAvailability, 5*time.Second)},
		{Name: "make slots", Every: time.Second, Do: slots.Make},
		{Name: "recount", Every: 15 * time.Second, Do: process.OncePerStore(a.store.KeepAudit, time.Minute)},
		{Name: "read the recount", Every: 15 * time.Second, Do: process.ShowRecount(a.store.Audit, a.metrics.Audited)},
		{Name: "mark past bookings", Every: 10 * time.Minute, Do: process.OncePerStore(a.store.Finish, time.Hour)},
		{Name: "encrypt again with the newest key", Every: time.Minute, Do: process.OncePerStore(a.store.Rekey, 10*time.Minute)},
	}
	if len(a.carriers()) > 0 {
		all = append(all, process.Chore{Name: "send confirmations", Every: 2 * time.Second, Do: process.ByCatalog(a.binding.Current, a.sendConfirmations)})
	}
	return all
}

func (a *assembly) makeSlots(ctx context.Context, c catalog.Catalog) (int, error) {
	return a.store.Sync(ctx, c, a.horizon)
}
