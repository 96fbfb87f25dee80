/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package process

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// makeSlotsEvery is how often slots are made while the catalog stays the same: for days
// that enter the horizon, and for hubs that another process did not finish.
const makeSlotsEvery = 15 * time.Second

// SlotMaker makes the slots of the catalog in force.
type SlotMaker struct {
	Current func() (*binding.Snapshot, error)
	Sync    func(context.Context, catalog.Catalog) (hubs int, err error) // returns the number of changed hubs
	Clock   func() time.Time
	Log     *slog.Logger

	revision int64 // for which slots were last made
	at       time.Time
	failed   error
}

// Make is a chore. It acts at once on a new catalog, and then every [makeSlotsEvery], also
// after a failure, because making slots locks all slots of a hub.
func (m *SlotMaker) Make(ctx context.Context) error {
	in, err := m.Current()
	if errors.Is(err, binding.ErrNone) {
		return nil // the catalog's own chore logs it
	}
	if err != nil {
		return err
	}
	now := m.Clock()
	if in.Revision() == m.revision && now.Sub(m.at) < makeSlotsEvery {
		return m.failed
	}
	m.revision, m.at = in.Revision(), now
	var hubs int
	hubs, m.failed = m.Sync(ctx, in.Catalog)
	if hubs > 0 {
		m.Log.Info("Made slots", "hubs", hubs, "revision", in.Revision())
	}
	return m.failed
}
