/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// Free returns the slots in a window that have places left and have not begun, in the
// order of time.
func (s *Store) Free(ctx context.Context, w booking.Window) ([]booking.Slot, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT slot.starts_at, slot.day, slot.minutes, free_places(slot, @desk, now())
		FROM slot JOIN hub ON hub.id = slot.hub_id
		WHERE hub.name = @hub AND slot.starts_at >= greatest(@from, now()) AND slot.starts_at < @to AND free_places(slot, @desk, now()) > 0
		ORDER BY slot.starts_at LIMIT @limit`,
		arguments{"hub": w.Hub, "from": w.From, "to": w.To, "desk": w.CallCentre, "limit": w.Limit})
	if err != nil {
		return nil, wrap("look for places", err)
	}
	var slots []booking.Slot
	slot := booking.Slot{Place: booking.Place{Hub: w.Hub}}
	var day time.Time
	_, err = pgx.ForEachRow(rows, []any{&slot.StartsAt, &day, &slot.Minutes, &slot.Free}, func() error {
		slot.StartsAt, slot.Day = slot.StartsAt.UTC(), dayOf(day)
		slots = append(slots, slot)
		return nil
	})
	return slots, wrap("look for places", err)
}

// Availability returns the free places by hub and day, as they were counted last.
func (s *Store) Availability(ctx context.Context) ([]booking.HubDay, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT hub.name, day, places, free, desk FROM availability JOIN hub ON hub.id = hub_id ORDER BY hub.name, day`)
	if err != nil {
		return nil, wrap("read availability", err)
	}
	var days []booking.HubDay
	var day booking.HubDay
	var date time.Time
	_, err = pgx.ForEachRow(rows, []any{&day.Hub, &date, &day.Places, &day.Free, &day.CallCentre}, func() error {
		day.Day = dayOf(date)
		days = append(days, day)
		return nil
	})
	return days, wrap("read availability", err)
}

// CountAvailability counts free places by hub and day, unless any process did so within the
// time given.
func (s *Store) CountAvailability(ctx context.Context, every time.Duration) (bool, error) {
	return s.chore(ctx, "availability", every, func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, "SELECT count_availability()")
		return err
	})
}

// ExpireHolds gives up the places of at most limit holds that have expired, and returns
// how many.
func (s *Store) ExpireHolds(ctx context.Context, limit int) (int, error) {
	var n int
	err := retryOnConflict(ctx, func() error { return s.pool.QueryRow(ctx, "SELECT expire_holds($1)", limit).Scan(&n) })
	return n, wrap("give up expired holds", err)
}

// chore calls do if it is due: one process does it for all, once in the time given.
func (s *Store) chore(ctx context.Context, name string, every time.Duration, do func(context.Context) error) (bool, error) {
	var due bool
	if err := s.pool.QueryRow(ctx, "SELECT claim_chore($1, $2)", name, every).Scan(&due); err != nil || !due {
		return false, wrap(name, err)
	}
	return true, wrap(name, do(ctx))
}
