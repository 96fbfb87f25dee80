/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// crowd is clients who book, move and cancel at whichever server answers, and who ask
// again with the same key until they know what became of each request.
type crowd struct {
	t       *testing.T
	servers []*instance
	people  atomic.Int64
	over    atomic.Bool // nobody comes any more; who is there finishes

	acknowledged atomic.Int64 // writes
	unknown      atomic.Int64 // requests of which nobody knew what became
	repeated     atomic.Int64 // answers that said that it was done before

	mu   sync.Mutex
	seen []*visitor
}

// visitor is one person, with the last answer.
type visitor struct {
	who    int
	number string
	status string // of the booking, as FHIR has it; "" where they have none
	places []booking.Place
}

// come starts a number of clients, each with one person after the other. It returns
// a function that waits until all have finished.
func (c *crowd) come(clients int, random *rand.Rand) (finish func()) {
	var all sync.WaitGroup
	for range clients {
		own := rand.New(rand.NewPCG(random.Uint64(), 1))
		all.Go(func() {
			for !c.over.Load() && !c.t.Failed() {
				c.visit(int(c.people.Add(1)), own)
				rest(own, 40*time.Millisecond)
			}
		})
	}
	finish = func() {
		c.over.Store(true)
		all.Wait()
	}
	c.t.Cleanup(finish)
	return finish
}

// visit acts for one person: it books, at once or after a hold, and then perhaps moves or
// cancels. Some people never confirm a hold.
func (c *crowd) visit(who int, random *rand.Rand) {
	v := &visitor{who: who}
	c.mu.Lock()
	c.seen = append(c.seen, v)
	c.mu.Unlock()
	places, ok := c.offered(random)
	if !ok {
		return
	}
	if random.IntN(2) == 0 {
		if !c.do(v, request{"$book", takes(who, places)}, random) {
			return
		}
	} else {
		if !c.do(v, request{"$hold", takes(who, places)}, random) || random.IntN(8) == 0 {
			return
		}
		rest(random, 20*time.Millisecond)
		if !c.do(v, request{"$book", changes(v.number, who)}, random) {
			return
		}
	}
	switch random.IntN(6) {
	case 0:
		c.do(v, request{"$cancel", changes(v.number, who)}, random)
	case 1:
		if places, ok := c.offered(random); ok {
			c.do(v, request{"$move", changes(v.number, who, places...)}, random)
		}
	}
}

// offered asks for places until there is an answer. Nobody says who they are here.
func (c *crowd) offered(random *rand.Rand) ([]booking.Place, bool) {
	a, ok := c.settle(request{"$find", fhir.Find{Campaign: band, Offers: 8}.Parameters()}, "", random)
	if !ok {
		return nil, false
	}
	found := a.places()
	if len(found) < 2 {
		c.t.Errorf("nothing is offered: %v", a)
		return nil, false
	}
	i := 2 * random.IntN(len(found)/2)
	return found[i : i+2], true
}

type request struct {
	operation  string
	parameters fhir.Parameters
}

// do repeats a request until its result is known, and notes what was acknowledged. It reports
// whether the request was carried out.
func (c *crowd) do(v *visitor, r request, random *rand.Rand) bool {
	key := fmt.Sprintf("key-of-a-request-%016x", random.Uint64())
	a, ok := c.settle(r, key, random)
	if !ok {
		return false
	}
	if !a.done() {
		if a.code != booking.CodeNoPlace && a.code != booking.CodeNoSlot {
			c.t.Errorf("person %d: %s: %v", v.who, r.operation, a)
		}
		return false
	}
	c.acknowledged.Add(1)
	if v.number != "" && a.number() != v.number {
		c.t.Errorf("person %d: %s of booking %s gave booking %s", v.who, r.operation, v.number, a.number())
	}
	c.mu.Lock()
	v.number, v.status, v.places = a.number(), a.statuses(), a.places()
	c.mu.Unlock()
	if random.IntN(5) == 0 { // they click twice
		again, ok := c.settle(r, key, random)
		if ok && (again.number() != v.number || again.statuses() != v.status || !cmp.Equal(again.places(), v.places)) {
			c.t.Errorf("person %d: %s was answered\n%v\nand then, with the same key,\n%v", v.who, r.operation, a, again)
		}
	}
	return true
}

// settle asks one server after the other until one of them knows.
func (c *crowd) settle(r request, key string, random *rand.Rand) (answer, bool) {
	deadline := time.Now().Add(patience)
	for {
		a, err := answer{}, errAway
		if p := c.servers[random.IntN(len(c.servers))]; !p.away.Load() {
			a, err = p.post(c.t.Context(), r.operation, key, r.parameters)
		}
		if err == nil && a.decided() {
			if a.done() && a.repeated {
				c.repeated.Add(1)
			}
			return a, true
		}
		if c.t.Context().Err() != nil {
			return a, false
		}
		if err == nil && (a.status == 500 || a.code == "" || a.header.Get("Retry-After") == "") {
			c.t.Errorf("%s: neither decided, nor said to be tried again: %v", r.operation, a)
		}
		if !errors.Is(err, errAway) {
			c.unknown.Add(1)
		}
		if time.Now().After(deadline) {
			c.t.Errorf("%s: after %v nobody knows what became of it: %v, %v", r.operation, patience, a, err)
			return a, false
		}
		rest(random, 300*time.Millisecond)
	}
}

// check looks up everybody who was told that they have, or had, a booking.
func (c *crowd) check(ctx context.Context) {
	work := make(chan *visitor)
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			for v := range work {
				c.checkOne(ctx, c.servers[i%len(c.servers)], v)
			}
		})
	}
	for _, v := range c.seen {
		if v.number != "" {
			work <- v
		}
	}
	close(work)
	all.Wait()
}

func (c *crowd) checkOne(ctx context.Context, p *instance, v *visitor) {
	a, err := p.look(ctx, v.number, v.who)
	switch {
	case err != nil || !a.done():
		c.t.Errorf("person %d was told that booking %s is %s; now: %v, %v", v.who, v.number, v.status, a, err)
	case v.status == "pending": // nobody confirmed it
		if a.statuses() != "cancelled" {
			c.t.Errorf("the hold of person %d has expired, and is %s", v.who, a.statuses())
		}
	case a.statuses() != v.status || !cmp.Equal(a.places(), v.places):
		c.t.Errorf("person %d was told that booking %s is %s at %v; now: %v", v.who, v.number, v.status, v.places, a)
	}
}

// booked counts the people whose booking was acknowledged.
func (c *crowd) booked() (n int64) {
	for _, v := range c.seen {
		if v.status == "booked" {
			n++
		}
	}
	return n
}

func rest(random *rand.Rand, most time.Duration) {
	time.Sleep(time.Duration(random.Int64N(int64(most))))
}
