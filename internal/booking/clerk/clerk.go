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

// Options are what a clerk rests on.
type Options struct {
	Store   Store
	Binding Binding
	Search  Places

	Channel string // name
	Desk    bool   // of a call centre: takes its places

	Connections int  // to the store: so many requests may use it at once
	PerPerson   Rate //
	Clock       func() time.Time
}

// DefaultPerPerson is taken for people where nothing else is known: they need some 30
// requests in 5 minutes to book.
var DefaultPerPerson = Rate{Burst: 20, PerSecond: 0.5}

// What waits for the store: so many for each connection, and no longer than this.
const (
	waitingPerConnection = 8
	gatePatience         = time.Second
)

// storeTimeout is how long what was let in may take.
const storeTimeout = 10 * time.Second

// Longest is how long anything that a clerk is asked for may take.
const Longest = gatePatience + storeTimeout

// Clerk does what people ask for. Any number of goroutines may use one.
type Clerk struct {
	store    Store
	binding  Binding
	search   Places
	channel  string
	desk     bool
	clock    func() time.Time
	gate     *gate
	people   *people
	admitted admissions
}

// New makes a clerk.
func New(o Options) (*Clerk, error) {
	people, err := newPeople(o.PerPerson)
	if err != nil {
		return nil, fmt.Errorf("make the limits by person: %w", err)
	}
	connections := max(o.Connections, 1)
	return &Clerk{
		store: o.Store, binding: o.Binding, search: o.Search, channel: o.Channel, desk: o.Desk, clock: o.Clock,
		gate:   &gate{most: connections, room: waitingPerConnection * connections, patience: gatePatience},
		people: people, admitted: admissions{last: map[string]time.Time{}},
	}, nil
}

// Queue is how many use the store, and how many wait for it.
type Queue struct {
	Inside    int
	Starting  int // look for places, take some
	Finishing int // confirm, extend, cancel
}

// Queue counts them.
func (c *Clerk) Queue() Queue {
	inside, starts, finishes := c.gate.counts()
	return Queue{Inside: inside, Starting: starts, Finishing: finishes}
}

// allow counts a request about a person, unless it is one too many.
func (c *Clerk) allow(who identifier.Identifier) error {
	if wait := c.people.ask(who, c.clock()); wait > 0 {
		return TooOften{After: wait}
	}
	return nil
}

// inside does what needs the store, once the gate lets it in. What has begun is
// finished, also where whoever asked goes away: a connection that breaks in the middle
// costs more than the answer that nobody reads.
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

// here is who acts, of this clerk's own channel.
func (c *Clerk) here(by booking.By) booking.By {
	by.Channel, by.Desk = c.channel, c.desk
	return by
}
