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

// Free gives the slots in a window that have places left and have not begun, in the
// order of time.
func (s *Store) Free(ctx context.Context, w booking.Window) ([]booking.Slot, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT s.starts_at, s.day, s.minutes, free(s, $4, now())
		FROM slot s JOIN hub h ON h.id = s.hub_id
		WHERE h.name = $1 AND s.starts_at >= greatest($2, now()) AND s.starts_at < $3 AND free(s, $4, now()) > 0
		ORDER BY s.starts_at LIMIT $5`, w.Hub, w.From, w.To, w.Desk, w.Limit)
	if err != nil {
		return nil, said("look for places", err)
	}
	var slots []booking.Slot
	slot := booking.Slot{Place: booking.Place{Hub: w.Hub}}
	var day time.Time
	_, err = pgx.ForEachRow(rows, []any{&slot.StartsAt, &day, &slot.Minutes, &slot.Free}, func() error {
		slot.StartsAt, slot.Day = slot.StartsAt.UTC(), dayOf(day)
		slots = append(slots, slot)
		return nil
	})
	return slots, said("look for places", err)
}

// Availability gives the free places by hub and day, as they were counted last.
func (s *Store) Availability(ctx context.Context) ([]booking.HubDay, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT h.name, a.day, a.places, a.free, a.desk FROM availability a JOIN hub h ON h.id = a.hub_id ORDER BY h.name, a.day`)
	if err != nil {
		return nil, said("read availability", err)
	}
	var days []booking.HubDay
	var day booking.HubDay
	var date time.Time
	_, err = pgx.ForEachRow(rows, []any{&day.Hub, &date, &day.Places, &day.Free, &day.Desk}, func() error {
		day.Day = dayOf(date)
		days = append(days, day)
		return nil
	})
	return days, said("read availability", err)
}

// CountAvailability counts free places by hub and day, unless another process did
// so less than a while ago.
func (s *Store) CountAvailability(ctx context.Context, every time.Duration) (bool, error) {
	return s.chore(ctx, "availability", every, func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, "SELECT count_availability()")
		return err
	})
}

// Lapse gives back the places of at most so many holds that have expired, and tells
// how many.
func (s *Store) Lapse(ctx context.Context, limit int) (int, error) {
	var n int
	err := again(ctx, func() error { return s.pool.QueryRow(ctx, "SELECT lapse($1)", limit).Scan(&n) })
	return n, said("give back expired holds", err)
}

// chore does something that one process does for all, if it is due.
func (s *Store) chore(ctx context.Context, name string, every time.Duration, do func(context.Context) error) (bool, error) {
	var due bool
	if err := s.pool.QueryRow(ctx, "SELECT claim($1, $2)", name, every).Scan(&due); err != nil || !due {
		return false, said(name, err)
	}
	return true, said(name, do(ctx))
}
