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

// limits bounds the wrong passwords in this process:
//
//	                      at an agent by an          at anybody from
//	                      unknown browser            an unknown browser's address
//	unknown browser       10, then one a minute      50, then one every 5 s
//	agent's own browser   10 of its own, then one a minute
//
// A browser is an agent's own once the agent has signed in there. Guesses from unknown
// browsers use up the limits of unknown browsers, never that of an agent's own browser.
// Right passwords do not count, so a whole call centre can start its day from one address.
type limits struct {
	mu        sync.Mutex
	agents    *buckets // by name
	browsers  *buckets // by browser and name
	addresses *buckets
}

// buckets fill with each wrong guess and empty with time. The least recently used are forgotten.
type buckets struct {
	room  float64 // guesses
	every time.Duration
	of    *lru.Cache[string, *bucket]
}

type bucket struct {
	level float64
	at    time.Time
}

// remembered is the maximum number of buckets of each kind.
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

// guess is a password to be checked.
type guess struct {
	agent   string // whose password it claims to be
	address string // "" if unknown
	browser string // "" if it is not the agent's own
}

// guess counts a guess, or returns how long to wait if there are too many. Call back if the
// password is right. Guesses count before they are checked, so that many at once do not
// pass together.
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

// at returns a bucket at its current level.
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

// wait returns the time until there is room for one more.
func (of *buckets) wait(b *bucket) time.Duration {
	over := b.level + 1 - of.room
	if over <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(over*of.every.Seconds())) * time.Second
}
