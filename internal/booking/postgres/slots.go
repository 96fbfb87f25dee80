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

// Sync makes the slots of a catalog's hubs for a number of days from today, and returns
// how many hubs it changed. It skips a hub that another process works on.
//
// No booking is lost when a hub changes. If slots or stations with bookings are removed, the
// sold places stay, and no more are sold until enough are given up. [booking.Audit] counts
// these people as displaced, and [Store.Displaced] lists their bookings. An earlier catalog
// does not undo a later one.
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
		return 0, wrap("make slots", err)
	}
	var keptUntil time.Duration
	if kept := c.CallCentrePlaces; kept != nil {
		keptUntil = time.Duration(kept.ReleaseBeforeHours) * time.Hour
	}
	changed := 0
	var problems []error
	for _, hub := range listed(c, state) {
		w := wanted{Hub: hub, kept: c.PlacesKept(hub.Stations), keptUntil: keptUntil, zone: zone, from: today, through: today.Add(days - 1), revision: c.Revision}
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

// listed returns the hubs of a catalog, and those that it no longer has, without hours.
func listed(c catalog.Catalog, known map[string]hubState) []catalog.Hub {
	hubs := slices.Clone(c.Hubs)
	for name := range known {
		if !slices.ContainsFunc(c.Hubs, func(h catalog.Hub) bool { return h.Name == name }) {
			hubs = append(hubs, catalog.Hub{Name: name})
		}
	}
	return hubs
}

// hubState is a hub as the store has it.
type hubState struct {
	hours    string
	through  civil.Day
	revision int64
}

// hubStates adds the hubs of a catalog that are new, and reads all.
func (s *Store) hubStates(ctx context.Context, c catalog.Catalog) (map[string]hubState, error) {
	names := make([]string, len(c.Hubs))
	for i, hub := range c.Hubs {
		names[i] = hub.Name
	}
	_, err := s.pool.Exec(ctx, `INSERT INTO hub (name) SELECT wanted FROM unnest($1::text[]) wanted
		WHERE NOT EXISTS (SELECT FROM hub WHERE name = wanted) ORDER BY wanted ON CONFLICT DO NOTHING`, names)
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
	kept          int           // places of each slot, for the call centre
	keptUntil     time.Duration // before the slot begins; then they are free for everybody
	zone          *time.Location
	from, through civil.Day
	revision      int64
}

// digest returns the digest of everything that slots are made from, except the days.
func (w wanted) digest() string {
	text, err := json.Marshal([]any{w.Stations, w.MinutesPerAppointment, w.OpeningHours, w.ClosedOn, w.kept, w.keptUntil, w.zone.String()})
	if err != nil {
		return "" // never: these are plain texts and numbers
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// is reports whether the store has w already, or something newer.
func (w wanted) is(state hubState) bool {
	if state.revision > w.revision {
		return true
	}
	return state.hours == w.digest() && !state.through.IsZero() && !state.through.Before(w.through)
}

// syncHub makes one hub's slots, unless another process works on it.
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
		_, err = tx.Exec(ctx, "UPDATE hub SET hours = @hours, through = greatest(through, @through), revision = @revision WHERE id = @id",
			arguments{"id": id, "hours": w.digest(), "through": w.through.Midnight(), "revision": w.revision})
		return err
	})
	return did, err
}

// write makes the wanted slots of a hub. If only days are added, it does not look at existing
// slots.
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
	if _, err := tx.Exec(ctx, "CREATE TEMPORARY TABLE pg_temp.wanted (starts_at timestamptz PRIMARY KEY, day date, minutes smallint) ON COMMIT DROP"); err != nil {
		return err
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"pg_temp", "wanted"}, []string{"starts_at", "day", "minutes"}, pgx.CopyFromRows(rows)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `SELECT renew_slots(p_hub => @hub, p_from => @from, p_through => @through,
		p_stations => @stations, p_desk => @desk, p_desk_ends_before => @desk_ends_before)`, arguments{
		"hub": id, "from": w.from.Midnight(), "through": w.through.Midnight(), "stations": w.Stations, "desk": w.kept, "desk_ends_before": w.keptUntil,
	})
	return err
}

// rows returns the slots of the days, as rows of the table `wanted`.
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
