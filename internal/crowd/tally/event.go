/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package tally counts what happens to a crowd: second by second, and in all.
//
// A latency is the time from the instant at which a request was due to its answer.
// The instant is fixed before, by the arrival or by the end of a pause, so that a
// server that hangs, or a generator that comes too late, makes it longer and cannot
// hide it: there is no coordinated omission to correct for.
package tally

import "time"

// Step is the purpose of a request.
type Step int

// The steps of a session.
const (
	Page   Step = iota // Location, availability
	Find               // places that are free
	Hold               // one of them
	Book               // what is held
	Cancel             // what is booked
	Move               // what is booked
	steps
)

var stepNames = [steps]string{"page", "find", "hold", "book", "cancel", "move"}

func (s Step) String() string { return stepNames[s] }

// Outcome of one request.
type Outcome int

// The outcomes.
const (
	Done    Outcome = iota // what was asked for
	NotOpen                // refused: too early
	Refused                // for another reason, named by its code
	Shed                   // sent away to come again: too many at once
	Failed                 // no answer, or one that tells nothing
	outcomes
)

// Answer is the outcome of one request.
type Answer struct {
	Channel int
	Step    Step
	Outcome Outcome
	// Code of a refusal, or the kind of an error.
	Code string
	// Due is the instant at which the request was to be sent, Sent the one at which it was,
	// At that of its answer.
	Due, Sent, At time.Time
}

// Booking is a confirmed booking.
type Booking struct {
	Channel int
	// Wanted is when the person first asked for it, At when it was confirmed.
	Wanted, At time.Time
}

// Stamp is the time of a write, from the server. If Store is true it is the database's
// time; else it is the Date of the answer, in whole seconds by the clock of one process.
type Stamp struct {
	At    time.Time
	Store bool
}

// Ending is the way in which a session ended.
type Ending int

// The endings.
const (
	Booked    Ending = iota // and kept it, cancelled it or moved it
	TurnedOff               // refused for good
	Abandoned               // out of patience
	CutOff                  // the crowd ended before
	endings
)
