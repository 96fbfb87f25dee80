/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"context"
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
)

// Options configures a Clerk.
type Options struct {
	Store   Store
	Binding Binding
	Search  Places

	Channel    string // name
	CallCentre bool   // the channel is a call centre: its places are open to it

	Connections int  // to the store: the maximum number of requests that use it at once
	PerPerson   Rate // limits requests about one person
	Clock       func() time.Time
}

// DefaultPerPerson is enough for one person, who books with about 30 requests in 5 minutes.
var DefaultPerPerson = Rate{Burst: 20, PerSecond: 0.5}

// The queue for the store: its length for each connection, and how long a request waits.
const (
	waitingPerConnection = 8
	gatePatience         = time.Second
)

// storeTimeout limits a request that was admitted.
const storeTimeout = 10 * time.Second

// Longest is the time limit of any request to a clerk.
const Longest = gatePatience + storeTimeout

// Clerk carries out people's requests. Any number of goroutines may use one.
type Clerk struct {
	store      Store
	binding    Binding
	search     Places
	channel    string
	callCentre bool
	clock      func() time.Time
	gate       *gate
	people     *people
	admitted   admissions
}

// New returns a Clerk.
func New(o Options) (*Clerk, error) {
	people, err := newPeople(o.PerPerson)
	if err != nil {
		return nil, fmt.Errorf("make the limits by person: %w", err)
	}
	connections := max(o.Connections, 1)
	return &Clerk{
		store: o.Store, binding: o.Binding, search: o.Search, channel: o.Channel, callCentre: o.CallCentre, clock: o.Clock,
		gate:   &gate{most: connections, room: waitingPerConnection * connections, patience: gatePatience},
		people: people, admitted: admissions{last: map[string]time.Time{}},
	}, nil
}

// Queue counts the requests that use the store and those that wait for it.
type Queue struct {
	Inside    int
	Starting  int // look for places, take some
	Finishing int // confirm, extend, cancel
}

// Queue returns the current counts.
func (c *Clerk) Queue() Queue {
	inside, starts, finishes := c.gate.counts()
	return Queue{Inside: inside, Starting: starts, Finishing: finishes}
}

// allow counts a request about a person, or returns a RateLimitError.
func (c *Clerk) allow(who identifier.Identifier) error {
	if wait := c.people.ask(who, c.clock()); wait > 0 {
		return booking.RateLimitError{After: wait}
	}
	return nil
}

// inside runs do, which uses the store, once the gate admits it. It finishes even if the
// client hangs up: a connection that breaks in the middle costs more than an answer that
// nobody reads.
func (c *Clerk) inside(ctx context.Context, u urgency, do func(context.Context) error) error {
	leave, err := c.gate.enter(ctx, u)
	if err != nil {
		return err
	}
	defer leave()
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer stop()
	return do(ctx)
}

// here sets the channel to the clerk's own.
func (c *Clerk) here(by booking.By) booking.By {
	by.Channel, by.CallCentre = c.channel, c.callCentre
	return by
}
