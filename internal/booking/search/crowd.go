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

	// memory is the approximate time from seeing a place to booking it.
	memory = 10 * time.Second
)

// crowdKey identifies what people compete for: the slots of a hub, or a campaign's hubs.
type crowdKey struct {
	hub, campaign string
	callCentre    bool
	day           civil.Day
}

// crowd counts recent searches.
type crowd struct {
	mu       sync.Mutex
	searches float64
	at       time.Time
	limit    int // slots of a window with enough places for them
}

// crowds keeps a limited number of crowds.
type crowds struct{ kept *lru.Cache[crowdKey, *crowd] }

func newCrowds(size int) *crowds {
	kept, err := lru.New[crowdKey, *crowd](size)
	if err != nil {
		panic(err) // the size is not positive
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

// limit returns the number of slots in the window that people search.
func (c *crowds) limit(key crowdKey) int {
	known, ok := c.kept.Peek(key)
	if !ok {
		return leastSlots
	}
	known.mu.Lock()
	defer known.mu.Unlock()
	return known.limit
}

// look returns the number of searches before this one, older ones with less weight, and the
// size of the first window. Only the first offer of a search counts as a search.
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

// fits records the size of a window that had enough places.
func (c *crowd) fits(limit, places, wanted int) {
	if limit > leastSlots && places > 8*wanted {
		limit /= 4
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = limit
}

// width returns W, the number of places that a search considers.
func width(rivals float64) int { return 1 + int(spread*rivals) }
