/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// bookings reads the bookings for which a condition holds, the newest first, with their
// appointments, in one statement.
func (s *Store) bookings(ctx context.Context, where string, with arguments) ([]booking.Booking, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT booking.id, booking.number, booking.service, booking.campaign, booking.state, booking.made_at, booking.expires_at, booking.extended,
			coalesce(appointment.dose, 0), coalesce(hub.name, ''), appointment.starts_at, appointment.day, coalesce(slot.minutes, 0)
		FROM booking
		LEFT JOIN appointment ON appointment.booking_id = booking.id
		LEFT JOIN hub ON hub.id = appointment.hub_id
		LEFT JOIN slot ON slot.hub_id = appointment.hub_id AND slot.starts_at = appointment.starts_at
		WHERE `+where+` ORDER BY booking.id DESC, appointment.dose`, with)
	if err != nil {
		return nil, err
	}
	var found []booking.Booking
	var last int64
	var r bookingRow
	_, err = pgx.ForEachRow(rows, r.fields(), func() error {
		if r.id != last || found == nil {
			b, err := r.booking()
			if err != nil {
				return err
			}
			found, last = append(found, b), r.id
		}
		if r.dose > 0 {
			b := &found[len(found)-1]
			b.Appointments = append(b.Appointments, booking.Appointment{
				Dose: r.dose, Place: booking.Place{Hub: r.hub, StartsAt: r.starts.UTC()}, Day: dayOf(*r.day), Minutes: r.minutes,
			})
		}
		return nil
	})
	return found, err
}

// bookingRow is a booking with one of its appointments.
type bookingRow struct {
	id                   int64
	number, service      string
	campaign, state, hub string
	made                 time.Time
	expires, starts, day *time.Time
	extended             bool
	dose, minutes        int
}

func (r *bookingRow) fields() []any {
	return []any{
		&r.id, &r.number, &r.service, &r.campaign, &r.state, &r.made, &r.expires, &r.extended,
		&r.dose, &r.hub, &r.starts, &r.day, &r.minutes,
	}
}

func (r *bookingRow) booking() (booking.Booking, error) {
	n, err := number.Parse(r.number)
	if err != nil {
		return booking.Booking{}, fmt.Errorf("booking %d: %w", r.id, err)
	}
	b := booking.Booking{Number: n, Service: r.service, Campaign: r.campaign, State: booking.State(r.state), MadeAt: r.made.UTC(), Extended: r.extended}
	if r.expires != nil {
		b.ExpiresAt = r.expires.UTC()
	}
	return b, nil
}

func (s *Store) byID(ctx context.Context, id int64) (booking.Booking, error) {
	found, err := s.bookings(ctx, "booking.id = @id", arguments{"id": id})
	if err != nil {
		return booking.Booking{}, err
	}
	if len(found) == 0 {
		return booking.Booking{}, fmt.Errorf("booking %d does not exist", id)
	}
	return found[0], nil
}

// dayOf converts a date of the database.
func dayOf(t time.Time) civil.Day { return civil.Date(t.Date()) }

// hubs caches the numbers of hubs, which never change.
type hubs struct {
	mutex sync.RWMutex
	ids   map[string]int32
}

// split returns the hubs and instants of places, as the functions of the store take them.
func (s *Store) split(ctx context.Context, places []booking.Place) (ids []int32, starts []time.Time, err error) {
	for i, p := range places {
		id, err := s.hub(ctx, p.Hub)
		if err != nil {
			return nil, nil, err
		}
		if id == 0 {
			return nil, nil, &booking.Refusal{Outcome: booking.NoSlot, Dose: i + 1}
		}
		ids = append(ids, id)
		starts = append(starts, p.StartsAt.UTC())
	}
	return ids, starts, nil
}

// hub returns a hub's number, 0 where the store knows none of that name.
func (s *Store) hub(ctx context.Context, name string) (int32, error) {
	if id := s.hubs.known(name); id != 0 {
		return id, nil
	}
	var id int32
	err := s.pool.QueryRow(ctx, "SELECT coalesce(max(id), 0) FROM hub WHERE name = $1", name).Scan(&id)
	if err != nil {
		return 0, wrap("look up a hub", err)
	}
	if id != 0 {
		s.hubs.learn(name, id)
	}
	return id, nil
}

func (h *hubs) known(name string) int32 {
	h.mutex.RLock()
	defer h.mutex.RUnlock()
	return h.ids[name]
}

func (h *hubs) learn(name string, id int32) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.ids == nil {
		h.ids = map[string]int32{}
	}
	h.ids[name] = id
}
