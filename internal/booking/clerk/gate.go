/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// urgency orders the queue for the store.
type urgency int

const (
	starting  urgency = iota // looks for places, takes some
	finishing                // confirms, extends or gives up a booking
)

func (u urgency) String() string {
	if u == finishing {
		return "finishing"
	}
	return "starting"
}

// gate admits at most `most` requests to the store and queues at most `room` more, each for
// `patience`; the rest are rejected at once.
//
//	inside ≤ most, waiting ≤ room, and nobody waits while inside < most
//
// Requests that finish a booking go before those that start one, and displace the last of
// them if the queue is full. But every fifth admitted request is one that starts, if any
// waits, so that requests with made-up booking numbers do not lock the others out.
type gate struct {
	most, room int
	patience   time.Duration

	mu      sync.Mutex
	inside  int
	waiting [2]list.List // of *visitor, by urgency
	passed  int          // finishing, since the last starting one was admitted
}

// turn is the share of requests that start: one in five, if any waits.
const turn = 5

// visitor is one request at the gate.
type visitor struct {
	urgency urgency
	decided chan struct{} // closed once it is admitted or rejected
	refused booking.OverloadError
	place   *list.Element // in the queue; nil when no longer there
}

// enter waits for admission. An admitted request must leave again. The error is a
// [booking.OverloadError], or the context's if the client hung up.
func (g *gate) enter(ctx context.Context, u urgency) (leave func(), err error) {
	v := g.ask(u)
	select {
	case <-v.decided:
	default:
		waiting, stop := context.WithTimeout(ctx, g.patience)
		defer stop()
		select {
		case <-v.decided:
		case <-waiting.Done():
		}
	}
	if refused := g.settle(v); refused != "" {
		if refused == booking.OverloadWaited && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, refused
	}
	return sync.OnceFunc(g.leave), nil
}

// ask admits or rejects a request at once, or queues it.
func (g *gate) ask(u urgency) *visitor {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := &visitor{urgency: u, decided: make(chan struct{})}
	switch {
	case g.inside < g.most:
		g.inside++
		close(v.decided)
	case g.length() < g.room || u == finishing && g.displace():
		v.place = g.waiting[u].PushBack(v)
	default:
		v.refused = booking.OverloadFull
		close(v.decided)
	}
	return v
}

// displace rejects the last request that waits to start, if there is one.
func (g *gate) displace() bool {
	last := g.waiting[starting].Back()
	if last == nil {
		return false
	}
	g.take(last).answer(false)
	return true
}

// settle removes a request that still waits from the queue and returns why it was
// rejected; "" if it was admitted.
func (g *gate) settle(v *visitor) booking.OverloadError {
	g.mu.Lock()
	defer g.mu.Unlock()
	if v.place != nil {
		g.take(v.place)
		v.refused = booking.OverloadWaited
	}
	return v.refused
}

// leave admits the next request.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	next := g.next()
	if next == nil {
		g.inside--
		return
	}
	g.take(next).answer(true)
}

// next returns the next request to admit, or nil.
func (g *gate) next() *list.Element {
	starts, finishes := g.waiting[starting].Front(), g.waiting[finishing].Front()
	if finishes == nil || starts != nil && g.passed >= turn-1 {
		g.passed = 0
		return starts
	}
	g.passed++
	return finishes
}

// take removes a request from its queue.
func (g *gate) take(place *list.Element) *visitor {
	v, _ := place.Value.(*visitor)
	g.waiting[v.urgency].Remove(place)
	v.place = nil
	return v
}

// answer admits a request that waited, or rejects it as displaced.
func (v *visitor) answer(in bool) {
	if !in {
		v.refused = booking.OverloadDisplaced
	}
	close(v.decided)
}

// length of both queues.
func (g *gate) length() int { return g.waiting[starting].Len() + g.waiting[finishing].Len() }

// counts returns the number of requests inside, and of those waiting to start and to finish.
func (g *gate) counts() (inside, starts, finishes int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.inside, g.waiting[starting].Len(), g.waiting[finishing].Len()
}
