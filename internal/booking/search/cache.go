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

// patience is the time limit of one question to the store. A caller who goes away does not
// cancel the question for the others who wait.
const patience = 5 * time.Second

// cache keeps a limited number of answers while they are fresh, and asks the same question
// only once at a time.
type cache[K comparable, V any] struct {
	kept  *lru.Cache[K, answer[V]]
	fresh time.Duration
	clock func() time.Time
	group singleflight.Group
}

type answer[V any] struct {
	value V
	at    time.Time // of the question
}

func newCache[K comparable, V any](size int, fresh time.Duration, clock func() time.Time) *cache[K, V] {
	kept, err := lru.New[K, answer[V]](size)
	if err != nil {
		panic(err) // the size is not positive
	}
	return &cache[K, V]{kept: kept, fresh: fresh, clock: clock}
}

// get returns an answer that is fresh at the caller's time, or asks.
func (c *cache[K, V]) get(ctx context.Context, now time.Time, key K, ask func(context.Context) (V, error)) (V, error) {
	if known, ok := c.kept.Get(key); ok && known.isFresh(now, c.fresh) {
		return known.value, nil
	}
	var none V
	waiting := c.group.DoChan(fmt.Sprint(key), func() (any, error) {
		// Another caller may have got an answer since.
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

// isFresh also rejects answers from the future: they came before somebody set a clock.
func (a answer[V]) isFresh(now time.Time, fresh time.Duration) bool {
	return now.Sub(a.at).Abs() < fresh
}
