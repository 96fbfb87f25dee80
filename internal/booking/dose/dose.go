/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package dose decides on which days the doses of one booking may be. Days are days of the
// platform's zone, so a night on which clocks change is exactly one day. It reads no clock.
//
// For a campaign of k doses, from min to max days apart, the set of appointments
// with the days d₁ … d_k is right when
//
//	min ≤ dᵢ₊₁ − dᵢ ≤ max     for each i from 1 to k − 1
//
// and each is at a hub that the campaign offers. The hubs may differ: a search looks at the
// first dose's hub first, but people who move house, or find it full, may take another.
//
// While some days are not chosen yet, dose n has room on the days that leave room for the
// others:
//
//	room(n) = ⋂ over the chosen i < n of [dᵢ + (n−i)·min, dᵢ + (n−i)·max]
//	        ∩ ⋂ over the chosen i > n of [dᵢ − (i−n)·max, dᵢ − (i−n)·min]
//
// By the calendar, every day in it can be completed to a right set. Only the store knows
// which of these days have a place left.
package dose

import (
	"fmt"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Rule is the number of doses and the days between them.
type Rule catalog.Doses

// Days are the days from one to another, both included. A zero day is no bound.
type Days struct{ From, To civil.Day }

// Contain reports whether a day is in d.
func (d Days) Contain(day civil.Day) bool {
	return (d.From.IsZero() || !day.Before(d.From)) && (d.To.IsZero() || !day.After(d.To))
}

// Empty reports whether d has no days.
func (d Days) Empty() bool {
	return !d.From.IsZero() && !d.To.IsZero() && d.From.After(d.To)
}

// Room returns the days on which a dose may be, given the days of the others, zero for
// those not chosen yet. Doses count from 0; the dose's own day does not matter.
func (r Rule) Room(days []civil.Day, dose int) Days {
	var room Days
	for i, day := range days {
		if i == dose || day.IsZero() {
			continue
		}
		from, to := day.Add(r.nearest(dose-i)), day.Add(r.farthest(dose-i))
		if room.From.IsZero() || from.After(room.From) {
			room.From = from
		}
		if room.To.IsZero() || to.Before(room.To) {
			room.To = to
		}
	}
	return room
}

// nearest and farthest give the bounds of the days from one dose to another, n
// doses later or, where n is negative, earlier: the first bound and the last.
func (r Rule) nearest(n int) int {
	if n < 0 {
		return n * days(r.MaxIntervalDays)
	}
	return n * days(r.MinIntervalDays)
}

func (r Rule) farthest(n int) int {
	if n < 0 {
		return n * days(r.MinIntervalDays)
	}
	return n * days(r.MaxIntervalDays)
}

// days limits an interval, so that sums do not overflow.
func days(interval int) int {
	const century = 36525
	return min(interval, century)
}

// Appointment is one dose of a booking.
type Appointment struct {
	Hub string
	Day civil.Day // in the platform's zone
}

// Problem of a set of appointments.
type Problem string

// The problems.
const (
	Count    Problem = "Count"    // too few or too many doses
	NoDay    Problem = "NoDay"    // a dose without a day
	NoHub    Problem = "NoHub"    // a hub that the campaign does not offer
	TooEarly Problem = "TooEarly" // after the dose before
	TooLate  Problem = "TooLate"  // after the dose before
)

// Error describes the first problem of a set of appointments.
type Error struct {
	Problem Problem
	Dose    int  // from 1; 0 for all of them
	Allowed Days // TooEarly, TooLate: when that dose may be, after the one before
	message string
}

func (e *Error) Error() string { return e.message }

// Check checks the appointments of one booking, in order of doses. Its error is an *[Error]
// with the first problem. offers reports whether the campaign offers a hub.
func (r Rule) Check(appointments []Appointment, offers func(hub string) bool) error {
	if len(appointments) != r.Count {
		return &Error{Problem: Count, message: fmt.Sprintf(
			"appointments are for %s; this campaign books all of its doses at once: choose %d", doses(len(appointments)), r.Count)}
	}
	for i, a := range appointments {
		dose := i + 1
		switch {
		case a.Day.IsZero():
			return &Error{Problem: NoDay, Dose: dose, message: fmt.Sprintf("dose %d has no day: choose one", dose)}
		case !offers(a.Hub):
			return &Error{Problem: NoHub, Dose: dose, message: fmt.Sprintf("dose %d is at a hub that this campaign does not offer: choose one of its hubs", dose)}
		case i > 0:
			if err := r.follows(dose, appointments[i-1].Day, a.Day); err != nil {
				return err
			}
		}
	}
	return nil
}

// follows checks the day of a dose, given the day of the one before.
func (r Rule) follows(dose int, before, day civil.Day) error {
	allowed := r.Room([]civil.Day{before, {}}, 1)
	if allowed.Contain(day) {
		return nil
	}
	problem := TooEarly
	if day.After(allowed.To) {
		problem = TooLate
	}
	interval := fmt.Sprintf("%d to %d days", r.MinIntervalDays, r.MaxIntervalDays)
	if r.MinIntervalDays == r.MaxIntervalDays {
		interval = fmt.Sprintf("%d days", r.MinIntervalDays)
	}
	return &Error{Problem: problem, Dose: dose, Allowed: allowed, message: fmt.Sprintf(
		"dose %d must be %s after dose %d: choose a day from %s to %s", dose, interval, dose-1, allowed.From.Words(), allowed.To.Words())}
}

// doses counts doses in words.
func doses(n int) string {
	if n == 1 {
		return "1 dose"
	}
	return fmt.Sprintf("%d doses", n)
}
