/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"context"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

// patience is how long one question to the store may take. It is not cut short by one
// of those who wait for the answer going away.
const patience = 5 * time.Second

// cache remembers the answers to as many questions as there is room for, good or bad,
// for as long as they are fresh, and asks each question once at a time.
type cache[K comparable, V any] struct {
	kept  *lru.Cache[K, answer[V]]
	fresh time.Duration
	clock func() time.Time
	group singleflight.Group
}

type answer[V any] struct {
	value V
	at    time.Time // when it was asked
}

func newCache[K comparable, V any](size int, fresh time.Duration, clock func() time.Time) *cache[K, V] {
	kept, err := lru.New[K, answer[V]](size)
	if err != nil {
		panic(err) // the size is none
	}
	return &cache[K, V]{kept: kept, fresh: fresh, clock: clock}
}

// get returns the answer that is known and was fresh when the caller began, or asks.
func (c *cache[K, V]) get(ctx context.Context, now time.Time, key K, ask func(context.Context) (V, error)) (V, error) {
	if known, ok := c.kept.Get(key); ok && known.isFresh(now, c.fresh) {
		return known.value, nil
	}
	var none V
	waiting := c.group.DoChan(fmt.Sprint(key), func() (any, error) {
		// Somebody may have been answered since we looked.
		now := c.clock()
		if known, ok := c.kept.Get(key); ok && known.isFresh(now, c.fresh) {
			return known.value, nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		value, err := ask(ctx)
		if err == nil {
			c.kept.Add(key, answer[V]{value, now})
		}
		return value, err
	})
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case result := <-waiting:
		value, ok := result.Val.(V)
		if result.Err != nil || !ok {
			return none, result.Err
		}
		return value, nil
	}
}

// isFresh: an answer of long after was given before a clock was set.
func (a answer[V]) isFresh(now time.Time, fresh time.Duration) bool {
	return now.Sub(a.at).Abs() < fresh
}
