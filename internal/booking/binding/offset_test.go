/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package binding

import (
	"math/rand/v2"
	"testing"
	"time"
)

// ask returns an answer of a store whose clock is so far ahead, over a network that takes
// so long there and back.
func (o *offset) ask(at time.Time, ahead, there, back time.Duration) time.Time {
	o.add(at, at.Add(there+back), at.Add(there+ahead))
	return at.Add(there + back)
}

// However unequal the two directions are, the estimate is wrong by no more than it says.
func TestOffsetIsBounded(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 2))
		ahead := time.Duration(random.Int64N(int64(8*time.Hour))) - 4*time.Hour
		var o offset
		at, shortest := midnight, time.Hour
		for range 16 {
			there, back := delay(random), delay(random)
			shortest = min(shortest, there+back)
			at = o.ask(at, ahead, there, back).Add(time.Second)
			if wrong := (o.value() - ahead).Abs(); wrong > o.within()+time.Nanosecond {
				t.Fatalf("seed %d: wrong by %s, said %s", seed, wrong, o.within())
			}
		}
		if o.within() != shortest/2 {
			t.Fatalf("seed %d: within %s, but the shortest round trip was %s", seed, o.within(), shortest)
		}
	}
}

// delay is mostly short, and sometimes very long.
func delay(random *rand.Rand) time.Duration {
	d := time.Millisecond + time.Duration(random.Int64N(int64(2*time.Millisecond)))
	if random.IntN(4) == 0 {
		d += time.Duration(random.Int64N(int64(3 * time.Second)))
	}
	return d
}

func TestOffset(t *testing.T) {
	type answer struct{ ahead, there, back time.Duration }
	many := func(n int, a answer) (all []answer) {
		for range n {
			all = append(all, a)
		}
		return all
	}
	const ms = time.Millisecond
	for name, tc := range map[string]struct {
		answers      []answer
		ahead, width time.Duration
	}{
		"none":                       {nil, 0, 0},
		"one":                        {many(1, answer{2 * time.Second, 5 * ms, 5 * ms}), 2 * time.Second, 5 * ms},
		"all of the way there":       {many(1, answer{0, 10 * ms, 0}), 5 * ms, 5 * ms},
		"the shortest counts":        {append(many(1, answer{time.Hour, ms, ms}), many(15, answer{time.Hour, 900 * ms, 0})...), time.Hour, ms},
		"the shortest is forgotten":  {append(many(1, answer{time.Hour, ms, ms}), many(16, answer{time.Hour, 20 * ms, 0})...), time.Hour + 10*ms, 10 * ms},
		"a clock was set":            {append(many(9, answer{-3 * time.Hour, ms, ms}), answer{time.Second, 300 * ms, 300 * ms}), time.Second, 300 * ms},
		"a clock was set and is not": {append(many(9, answer{-3 * time.Hour, ms, ms}), answer{0, 2 * ms, 2 * ms}, answer{-3 * time.Hour, 3 * ms, 3 * ms}), -3 * time.Hour, 3 * ms},
		"an answer before it was asked says nothing": {append(many(1, answer{time.Second, 2 * ms, 2 * ms}), answer{-time.Hour, 0, -time.Hour}), time.Second, 2 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			var o offset
			at := midnight
			for _, a := range tc.answers {
				o.ask(at, a.ahead, a.there, a.back)
				at = at.Add(time.Second)
			}
			if o.value() != tc.ahead || o.within() != tc.width {
				t.Errorf("%s within %s, want %s within %s", o.value(), o.within(), tc.ahead, tc.width)
			}
		})
	}
}

func TestNowIsTheStores(t *testing.T) {
	store := newStore()
	ours := midnight.Add(-2 * time.Second)
	b := New(Options{File: "none", Store: store, Clock: func() time.Time { return ours }})
	if got := b.Now(); !got.Equal(ours) {
		t.Errorf("now %s before anybody was asked, want %s", got, ours)
	}
	store.asked = func() { ours = ours.Add(30 * time.Millisecond) }
	if err := b.Refresh(t.Context()); err == nil {
		t.Fatal("an empty store gave a catalog")
	}
	want := midnight.Add(15 * time.Millisecond) // half of the round trip later
	if got := b.Now(); !got.Equal(want) {
		t.Errorf("now %s, want %s", got, want)
	}
	if ahead, within := b.Offset(); ahead != 2*time.Second-15*time.Millisecond || within != 15*time.Millisecond {
		t.Errorf("%s ahead within %s", ahead, within)
	}
}
