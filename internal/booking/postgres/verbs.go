/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
)

// Hold holds places for a person, for [booking.HoldTime], and gives up the hold that they
// had. It is refused as Stale, NotOpen, Paused, Closed, UnknownCampaign, AlreadyBooked,
// NoPlace, NoSlot or KeyUsed.
func (s *Store) Hold(ctx context.Context, r booking.Request) (booking.Booking, error) {
	hold := booking.HoldTime
	return s.take(ctx, r, &hold)
}

// Book books places at once. It is refused as [Store.Hold] is.
func (s *Store) Book(ctx context.Context, r booking.Request) (booking.Booking, error) {
	return s.take(ctx, r, nil)
}

const takePlaces = `
	SELECT outcome, of_booking, decided_at, wrong_dose, days, minutes FROM take_places(
		p_hashes => @hashes, p_keys => @keys, p_sealed => @sealed, p_sealed_with => @sealed_with,
		p_number => @number, p_service => @service, p_campaign => @campaign, p_revision => @revision,
		p_min_days => @min_days, p_max_days => @max_days, p_hubs => @hubs, p_starts => @starts, p_desk => @desk,
		p_hold => @hold, p_contact => @contact, p_tell => @tell,
		p_channel => @channel, p_actor => @actor, p_key => @key, p_request => @request)`

func (s *Store) take(ctx context.Context, r booking.Request, hold *time.Duration) (booking.Booking, error) {
	row, err := s.newRow(ctx, r)
	if err != nil {
		return booking.Booking{}, err
	}
	var b booking.Booking
	err = retryOnConflict(ctx, func() error {
		if row.number, err = newNumber(); err != nil {
			return err
		}
		var d decided
		var days []*time.Time // null for a slot that does not exist
		var minutes []*int32
		err := s.pool.QueryRow(ctx, takePlaces, row.taking(r, hold)).Scan(&d.outcome, &d.booking, &d.at, &d.dose, &days, &minutes)
		if err != nil {
			return err
		}
		if d.outcome == done {
			b = taken(r, row.number, *d.at, hold)
			for i := range b.Appointments {
				b.Appointments[i].Day, b.Appointments[i].Minutes = dayOf(*days[i]), int(*minutes[i])
			}
			return nil
		}
		b, err = s.answer(ctx, d)
		return err
	})
	return b, wrap("book", err)
}

// taking returns the arguments of take_places.
func (row row) taking(r booking.Request, hold *time.Duration) arguments {
	return arguments{
		"hashes": row.hashes, "keys": row.keys, "sealed": row.sealed, "sealed_with": row.sealedWith,
		"number": row.number.Symbols(), "service": r.Campaign.Service, "campaign": r.Campaign.Name, "revision": r.Revision,
		"min_days": r.Campaign.Doses.MinIntervalDays, "max_days": r.Campaign.Doses.MaxIntervalDays,
		"hubs": row.hubs, "starts": row.starts, "desk": r.By.CallCentre,
		"hold": hold, "contact": row.contact, "tell": hold == nil && row.contact != nil,
		"channel": r.By.Channel, "actor": nullable(r.By.Agent), "key": row.key, "request": row.request,
	}
}

// taken makes the booking of a request that was carried out.
func taken(r booking.Request, n number.Number, at time.Time, hold *time.Duration) booking.Booking {
	b := booking.Booking{Number: n, Service: r.Campaign.Service, Campaign: r.Campaign.Name, State: booking.Booked, MadeAt: at.UTC()}
	if hold != nil {
		b.State, b.ExpiresAt = booking.Held, b.MadeAt.Add(*hold)
	}
	for i, place := range r.Places {
		b.Appointments = append(b.Appointments, booking.Appointment{Dose: i + 1, Place: booking.Place{Hub: place.Hub, StartsAt: place.StartsAt.UTC()}})
	}
	return b
}

// verb changes an existing booking by a call of a function.
type verb struct{ name, call string }

// The verbs. All of their functions have the arguments that change gives.
var (
	confirm = verb{"confirm", `
		SELECT outcome, of_booking, decided_at, NULL::int FROM confirm_hold(
			p_number => @number, p_hashes => @hashes, p_revision => @revision, p_contact => @contact, p_tell => true,
			p_channel => @channel, p_actor => @actor, p_key => @key, p_request => @request)`}
	extend = verb{"extend", `
		SELECT outcome, of_booking, decided_at, NULL::int FROM extend_hold(
			p_number => @number, p_hashes => @hashes, p_hold => @hold,
			p_channel => @channel, p_actor => @actor, p_key => @key, p_request => @request)`}
	cancel = verb{"cancel", `
		SELECT outcome, of_booking, decided_at, NULL::int FROM cancel_booking(
			p_number => @number, p_hashes => @hashes, p_tell => true,
			p_channel => @channel, p_actor => @actor, p_key => @key, p_request => @request)`}
	move = verb{"move", `
		SELECT outcome, of_booking, decided_at, wrong_dose FROM move_booking(
			p_number => @number, p_hashes => @hashes, p_revision => @revision,
			p_hubs => @hubs, p_starts => @starts, p_desk => @desk, p_tell => true,
			p_channel => @channel, p_actor => @actor, p_key => @key, p_request => @request)`}
)

// Confirm books what is held. It is refused as Stale, NotOpen, Paused,
// UnknownCampaign, Expired, NotFound or KeyUsed.
func (s *Store) Confirm(ctx context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	contact, err := s.sealContact(c.Contact)
	if err != nil {
		return booking.Booking{}, err
	}
	return s.change(ctx, confirm, target{ref, c}, arguments{"revision": c.Revision, "contact": contact})
}

// Extend lengthens a hold by [booking.HoldTime], from when it would have expired, once.
// It is refused as Expired, ExtendedOnce, NotFound or KeyUsed.
func (s *Store) Extend(ctx context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change(ctx, extend, target{ref, c}, arguments{"hold": booking.HoldTime})
}

// Cancel gives up all places of a booking or of a hold; to cancel it again is no error.
// It is refused as Begun, NotFound or KeyUsed.
func (s *Store) Cancel(ctx context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	return s.change(ctx, cancel, target{ref, c}, arguments{})
}

// Move gives a booking other places. The caller checks that they are at hubs of its
// campaign and the right number of days apart; the schema refuses wrong days. It is
// refused as Stale, Begun, Gone, WrongDoses, NoPlace, NoSlot, NotFound or KeyUsed.
func (s *Store) Move(ctx context.Context, ref booking.Reference, c booking.Change) (booking.Booking, error) {
	hubs, starts, err := s.split(ctx, c.Places)
	if err != nil {
		return booking.Booking{}, err
	}
	return s.change(ctx, move, target{ref, c}, arguments{"revision": c.Revision, "hubs": hubs, "starts": starts, "desk": c.By.CallCentre})
}

// target is a booking and its change.
type target struct {
	booking.Reference
	booking.Change
}

// change calls the function of a verb, with the arguments that all verbs have besides
// its own.
func (s *Store) change(ctx context.Context, v verb, what target, with arguments) (booking.Booking, error) {
	if what.Identifier.IsZero() || what.Number.IsZero() {
		return booking.Booking{}, &booking.Refusal{Outcome: booking.NotFound}
	}
	maps.Copy(with, s.common(v, what))
	var b booking.Booking
	err := retryOnConflict(ctx, func() error {
		var d decided
		err := s.pool.QueryRow(ctx, v.call, with).Scan(&d.outcome, &d.booking, &d.at, &d.dose)
		if err != nil {
			return err
		}
		b, err = s.answer(ctx, d)
		return err
	})
	return b, wrap(v.name, refusedDays(err))
}

// decided is the result of a function of the store.
type decided struct {
	outcome string
	booking *int64
	at      *time.Time
	dose    *int
}

// The outcomes of success. All others are a [booking.Outcome].
const (
	done        = "done"
	alreadyDone = "already_done" // by another request
	replayed    = "replayed"     // by the same request
)

// answer reads the booking that was changed, or returns why none was. If reading fails, the
// change is done all the same: the caller may retry the same request.
func (s *Store) answer(ctx context.Context, d decided) (booking.Booking, error) {
	switch d.outcome {
	case done, alreadyDone, replayed:
		b, err := s.byID(ctx, *d.booking)
		b.Replayed = d.outcome != done
		return b, err
	}
	r := &booking.Refusal{Outcome: booking.Outcome(d.outcome)}
	if d.at != nil {
		r.At = *d.at
	}
	if d.dose != nil {
		r.Dose = *d.dose
	}
	return booking.Booking{}, r
}

// ofPerson is the condition for bookings of the person with one of the hashes.
const ofPerson = "booking.person_id = (SELECT person_id FROM person_hash WHERE hash = ANY (@hashes) LIMIT 1)"

// Look returns a person's booking by its number, or NotFound.
func (s *Store) Look(ctx context.Context, ref booking.Reference) (booking.Booking, error) {
	if ref.Identifier.IsZero() || ref.Number.IsZero() {
		return booking.Booking{}, &booking.Refusal{Outcome: booking.NotFound}
	}
	found, err := s.bookings(ctx, "booking.number = @number AND "+ofPerson,
		arguments{"number": ref.Number.Symbols(), "hashes": s.sums(ref.Identifier)})
	if err != nil {
		return booking.Booking{}, wrap("look up", err)
	}
	if len(found) == 0 {
		return booking.Booking{}, &booking.Refusal{Outcome: booking.NotFound}
	}
	return found[0], nil
}

// Live returns a person's live bookings, holds among them, the newest first.
func (s *Store) Live(ctx context.Context, who identifier.Identifier) ([]booking.Booking, error) {
	found, err := s.bookings(ctx, ofPerson+" AND booking.state IN ('held', 'booked')", arguments{"hashes": s.sums(who)})
	return found, wrap("look up", err)
}

// retryOnConflict calls do again if it conflicted with another request.
func retryOnConflict(ctx context.Context, do func() error) error {
	const tries = 4
	var err error
	for range tries {
		if err = do(); !conflicts(err) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// wrap names the verb with an error, except a refusal, which needs none.
func wrap(verb string, err error) error {
	var refusal *booking.Refusal
	if err == nil || errors.As(err, &refusal) {
		return err
	}
	if undefined(err) {
		return fmt.Errorf("%s: %w: %w", verb, ErrNotMigrated, hidden(err))
	}
	return fmt.Errorf("%s: %w", verb, hidden(err))
}

// nullable returns nil for "".
func nullable(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
