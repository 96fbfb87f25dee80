/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"math"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// limits are of wrong passwords, in this process:
//
//	                      at an agent by an          at anybody from
//	                      unknown browser            an unknown browser's address
//	unknown browser       10, then one a minute      50, then one every 5 s
//	agent's own browser   10 of its own, then one a minute
//
// A browser is an agent's own once they have signed in there. Whoever guesses uses up
// what unknown browsers have, of agents and of their address, but nothing of an agent's
// own. Right passwords cost nothing, so that a whole call centre may begin its day
// from one address.
type limits struct {
	mu        sync.Mutex
	agents    *buckets // by name
	browsers  *buckets // by browser and name
	addresses *buckets
}

// buckets fill with each wrong guess, and empty with time. Only so many are remembered.
type buckets struct {
	room  float64 // guesses
	every time.Duration
	of    *lru.Cache[string, *bucket]
}

type bucket struct {
	level float64
	at    time.Time
}

// remembered is how many buckets of each kind there are at most.
const remembered = 50_000

func newLimits() (*limits, error) {
	out := &limits{}
	for _, each := range []struct {
		place **buckets
		room  float64
		every time.Duration
	}{{&out.agents, 10, time.Minute}, {&out.browsers, 10, time.Minute}, {&out.addresses, 50, 5 * time.Second}} {
		of, err := lru.New[string, *bucket](remembered)
		if err != nil {
			return nil, err
		}
		*each.place = &buckets{room: each.room, every: each.every, of: of}
	}
	return out, nil
}

// guess is a password that is to be looked at.
type guess struct {
	agent   string // that it is said to be of
	address string // "" where nobody knows
	browser string // that is the agent's own; "" where it is not
}

// guess counts one; where it is one too many it tells how long to wait. A right one is
// given back. It is counted before it is looked at, so that many at once are not let
// through together.
func (l *limits) guess(g guess, now time.Time) (back func(), wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*bucket
	take := func(of *buckets, key string) {
		b := of.at(key, now)
		wait = max(wait, of.wait(b))
		all = append(all, b)
	}
	if g.browser != "" {
		take(l.browsers, g.browser+" "+g.agent)
	} else {
		take(l.agents, g.agent)
		if g.address != "" {
			take(l.addresses, g.address)
		}
	}
	if wait > 0 {
		return nil, wait
	}
	for _, b := range all {
		b.level++
	}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, b := range all {
			b.level = max(0, b.level-1)
		}
	}, 0
}

// at gives a bucket as it is now.
func (of *buckets) at(key string, now time.Time) *bucket {
	b, known := of.of.Get(key)
	if !known {
		b = &bucket{at: now}
		of.of.Add(key, b)
	}
	if now.After(b.at) {
		b.level = max(0, b.level-float64(now.Sub(b.at))/float64(of.every))
		b.at = now
	}
	return b
}

// wait tells when there is room for one more.
func (of *buckets) wait(b *bucket) time.Duration {
	over := b.level + 1 - of.room
	if over <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(over*of.every.Seconds())) * time.Second
}
