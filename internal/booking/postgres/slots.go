/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/hours"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// Sync makes the slots of a catalog's hubs, from today for so many days, and tells
// how many hubs it changed. A hub that another process is at is left to it.
//
// No booking is lost when a hub changes. Slots that are no longer, and stations
// that are taken away from under bookings, keep the places that were sold and sell
// none until they are fewer; [Audit] counts those people as displaced, and
// [Store.Displaced] names their bookings. What a later catalog said of a hub is not
// undone by an earlier one.
func (s *Store) Sync(ctx context.Context, c catalog.Catalog, days int) (int, error) {
	zone, err := opening.Zone(c.TimeZone)
	if err != nil {
		return 0, fmt.Errorf("make slots: timeZone: %w", err)
	}
	now, err := s.Clock(ctx)
	if err != nil {
		return 0, err
	}
	today := civil.On(now, zone)
	state, err := s.hubStates(ctx, c)
	if err != nil {
		return 0, said("make slots", err)
	}
	var release time.Duration
	if kept := c.CallCentrePlaces; kept != nil {
		release = time.Duration(kept.ReleaseBeforeHours) * time.Hour
	}
	changed := 0
	var problems []error
	for _, hub := range listed(c, state) {
		w := wanted{Hub: hub, desk: c.PlacesKept(hub.Stations), release: release, zone: zone, from: today, through: today.Add(days - 1), revision: c.Revision}
		if w.is(state[hub.Name]) {
			continue
		}
		did, err := s.syncHub(ctx, w)
		if err != nil {
			problems = append(problems, fmt.Errorf("make slots of hub %s: %w", hub.Name, hidden(err)))
		}
		if did {
			changed++
		}
	}
	return changed, errors.Join(problems...)
}

// listed are the hubs of a catalog, and those that it no longer has, without hours.
func listed(c catalog.Catalog, known map[string]hubState) []catalog.Hub {
	hubs := slices.Clone(c.Hubs)
	for name := range known {
		if !slices.ContainsFunc(c.Hubs, func(h catalog.Hub) bool { return h.Name == name }) {
			hubs = append(hubs, catalog.Hub{Name: name})
		}
	}
	return hubs
}

// hubState is what the store has of a hub.
type hubState struct {
	hours    string
	through  civil.Day
	revision int64
}

// hubStates adds the hubs of a catalog that are not known yet, and reads all.
func (s *Store) hubStates(ctx context.Context, c catalog.Catalog) (map[string]hubState, error) {
	names := make([]string, len(c.Hubs))
	for i, hub := range c.Hubs {
		names[i] = hub.Name
	}
	_, err := s.pool.Exec(ctx, `INSERT INTO hub (name) SELECT n FROM unnest($1::text[]) n
		WHERE NOT EXISTS (SELECT FROM hub WHERE name = n) ORDER BY n ON CONFLICT DO NOTHING`, names)
	if err != nil {
		return nil, err
	}
	rows, err := s.pool.Query(ctx, "SELECT name, hours, through, revision FROM hub")
	if err != nil {
		return nil, err
	}
	states := map[string]hubState{}
	var name string
	var state hubState
	var through *time.Time
	_, err = pgx.ForEachRow(rows, []any{&name, &state.hours, &through, &state.revision}, func() error {
		state.through = civil.Day{}
		if through != nil {
			state.through = dayOf(*through)
		}
		states[name] = state
		return nil
	})
	return states, err
}

// wanted is a hub as a catalog has it, for some days.
type wanted struct {
	catalog.Hub
	desk          int           // places of each slot that are kept for the call centre
	release       time.Duration // so long before it begins
	zone          *time.Location
	from, through civil.Day
	revision      int64
}

// digest is of all that slots are made from, but for the days.
func (w wanted) digest() string {
	text, err := json.Marshal([]any{w.Stations, w.MinutesPerAppointment, w.OpeningHours, w.ClosedOn, w.desk, w.release, w.zone.String()})
	if err != nil {
		return "" // plain text and numbers: there is no such error
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// is tells whether the store has w already, or something newer.
func (w wanted) is(state hubState) bool {
	if state.revision > w.revision {
		return true
	}
	return state.hours == w.digest() && !state.through.IsZero() && !state.through.Before(w.through)
}

// syncHub makes one hub's slots, unless another process is at it.
func (s *Store) syncHub(ctx context.Context, w wanted) (bool, error) {
	did := false
	err := s.transaction(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = '60s'"); err != nil {
			return err
		}
		var id int32
		var state hubState
		var through *time.Time
		err := tx.QueryRow(ctx, "SELECT id, hours, through, revision FROM hub WHERE name = $1 FOR UPDATE SKIP LOCKED", w.Name).
			Scan(&id, &state.hours, &through, &state.revision)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if through != nil {
			state.through = dayOf(*through)
		}
		if w.is(state) {
			return nil
		}
		if err := w.write(ctx, tx, id, state); err != nil {
			return err
		}
		did = true
		_, err = tx.Exec(ctx, "UPDATE hub SET hours = $2, through = greatest(through, $3), revision = $4 WHERE id = $1",
			id, w.digest(), w.through.Midnight(), w.revision)
		return err
	})
	return did, err
}

// write makes the slots of a hub as they are wanted. Where only days are added, no
// slot that there is is looked at.
func (w wanted) write(ctx context.Context, tx pgx.Tx, id int32, state hubState) error {
	if state.hours == w.digest() && !state.through.IsZero() {
		w.from = state.through.Add(1)
	} else if state.through.After(w.through) {
		w.through = state.through
	}
	rows, err := w.rows()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "CREATE TEMPORARY TABLE wanted (starts_at timestamptz PRIMARY KEY, day date, minutes smallint) ON COMMIT DROP"); err != nil {
		return err
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"wanted"}, []string{"starts_at", "day", "minutes"}, pgx.CopyFromRows(rows)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "SELECT renew_slots($1, $2, $3, $4, $5, $6)", id, w.from.Midnight(), w.through.Midnight(), w.Stations, w.desk, w.release)
	return err
}

// rows are the slots of the days.
func (w wanted) rows() ([][]any, error) {
	hub, err := hours.ForHub(w.Hub)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for day := w.from; !day.After(w.through) && len(hub.Hours) > 0; day = day.Add(1) {
		slots, err := hub.Slots(day.String(), w.zone)
		if err != nil {
			return nil, err
		}
		for _, slot := range slots {
			rows = append(rows, []any{slot.Start, day.Midnight(), int16(slot.End.Sub(slot.Start) / time.Minute)})
		}
	}
	return rows, nil
}
