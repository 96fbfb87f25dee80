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
)

// urgency orders those who wait for the store.
type urgency int

const (
	starting  urgency = iota // looks for places, takes some
	finishing                // confirms, extends, gives back what somebody has
)

func (u urgency) String() string {
	if u == finishing {
		return "finishing"
	}
	return "starting"
}

// Shed is why somebody is sent away to come again.
type Shed string

// The reasons.
const (
	Full      Shed = "full"      // so many wait already
	Waited    Shed = "waited"    // as long as anybody may
	Displaced Shed = "displaced" // by somebody who finishes
)

func (s Shed) Error() string { return "shed: " + string(s) }

// gate keeps those who need the store to as many as it has connections. So many
// more wait, none longer than the patience; everybody else is sent away at once.
//
//	inside ≤ most, waiting ≤ room, and nobody waits while inside < most
//
// Who finishes goes before who starts, and takes the place of the last of them where
// there is no room left. But of so many that are let in, one is of those who start,
// if any waits: whoever makes up numbers of bookings must not lock the others out.
type gate struct {
	most, room int
	patience   time.Duration

	mu      sync.Mutex
	inside  int
	waiting [2]list.List // of *visitor, by urgency
	passed  int          // who finish, since one who starts was let in
}

// turn is the share of those who start: one in so many.
const turn = 5

// visitor is one who asked to be let in.
type visitor struct {
	urgency urgency
	told    chan struct{} // closed with the answer
	in      bool
	refused Shed
	place   *list.Element // in the queue; nil when no longer there
}

// enter waits to be let in. Whoever was must leave again. The error is of type Shed,
// or that of the context where the visitor went away.
func (g *gate) enter(ctx context.Context, u urgency) (leave func(), err error) {
	v := g.ask(u)
	select {
	case <-v.told:
	default:
		waiting, stop := context.WithTimeout(ctx, g.patience)
		defer stop()
		select {
		case <-v.told:
		case <-waiting.Done():
		}
	}
	if refused := g.settle(v); refused != "" {
		if refused == Waited && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, refused
	}
	return sync.OnceFunc(g.leave), nil
}

// ask answers at once, or puts a visitor into a queue.
func (g *gate) ask(u urgency) *visitor {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := &visitor{urgency: u, told: make(chan struct{})}
	switch {
	case g.inside < g.most:
		g.inside++
		v.in = true
		close(v.told)
	case g.length() < g.room || u == finishing && g.displace():
		v.place = g.waiting[u].PushBack(v)
	default:
		v.refused = Full
		close(v.told)
	}
	return v
}

// displace sends away the last of those who wait to start.
func (g *gate) displace() bool {
	last := g.waiting[starting].Back()
	if last == nil {
		return false
	}
	g.take(last).answer(false)
	return true
}

// settle takes who still waits out of the queue, and tells why they are not inside.
func (g *gate) settle(v *visitor) Shed {
	g.mu.Lock()
	defer g.mu.Unlock()
	if v.place != nil {
		g.take(v.place)
		v.refused = Waited
	}
	return v.refused
}

// leave lets the next one in.
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

// next gives who is let in next, if anybody waits.
func (g *gate) next() *list.Element {
	starts, finishes := g.waiting[starting].Front(), g.waiting[finishing].Front()
	if finishes == nil || starts != nil && g.passed >= turn-1 {
		g.passed = 0
		return starts
	}
	g.passed++
	return finishes
}

// take removes somebody from their queue.
func (g *gate) take(place *list.Element) *visitor {
	v, _ := place.Value.(*visitor)
	g.waiting[v.urgency].Remove(place)
	v.place = nil
	return v
}

// answer tells somebody who waited. Without a place they were displaced.
func (v *visitor) answer(in bool) {
	v.in = in
	if !in {
		v.refused = Displaced
	}
	close(v.told)
}

// length of both queues.
func (g *gate) length() int { return g.waiting[starting].Len() + g.waiting[finishing].Len() }

// counts tells how many are inside, and how many wait to start and to finish.
func (g *gate) counts() (inside, starts, finishes int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.inside, g.waiting[starting].Len(), g.waiting[finishing].Len()
}
