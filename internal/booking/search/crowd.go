/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"math"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
)

const (
	spread = 8

	// memory is how long it takes from looking at a place to taking it, about.
	memory = 10 * time.Second
)

// crowdKey names what people crowd on: the slots of a hub, or a campaign's hubs.
type crowdKey struct {
	hub, campaign string
	desk          bool
	day           civil.Day
}

// crowd is how many people looked lately.
type crowd struct {
	mu       sync.Mutex
	searches float64
	at       time.Time
	limit    int // of the window that had room for them
}

// crowds remembers as many as there is room for.
type crowds struct{ kept *lru.Cache[crowdKey, *crowd] }

func newCrowds(size int) *crowds {
	kept, err := lru.New[crowdKey, *crowd](size)
	if err != nil {
		panic(err) // the size is none
	}
	return &crowds{kept}
}

func (c *crowds) of(key crowdKey) *crowd {
	if known, ok := c.kept.Get(key); ok {
		return known
	}
	added := &crowd{limit: leastSlots}
	if known, ok, _ := c.kept.PeekOrAdd(key, added); ok {
		return known
	}
	return added
}

// limit returns the size of window that people look at.
func (c *crowds) limit(key crowdKey) int {
	known, ok := c.kept.Peek(key)
	if !ok {
		return leastSlots
	}
	known.mu.Lock()
	defer known.mu.Unlock()
	return known.limit
}

// look returns the number of searches before this one, those long ago counting less, and
// the size of window to begin with. Only what leads, the first offer of a search, counts.
func (c *crowd) look(now time.Time, leads bool) (searches float64, limit int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if since := now.Sub(c.at); since > 0 {
		c.searches *= math.Exp(-float64(since) / float64(memory))
	}
	c.at = now
	searches = c.searches
	if leads {
		c.searches++
	}
	return searches, c.limit
}

// fits notes which size of window had room for so many wanted places.
func (c *crowd) fits(limit, places, wanted int) {
	if limit > leastSlots && places > 8*wanted {
		limit /= 4
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = limit
}

// width is W: how many places are looked at.
func width(rivals float64) int { return 1 + int(spread*rivals) }
