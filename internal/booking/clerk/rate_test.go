/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package clerk

import (
	"testing"
	"time"
)

func TestAllowance(t *testing.T) {
	a, err := NewAllowances[string](Rate{Burst: 3, PerSecond: 0.5}, 10)
	if err != nil {
		t.Fatal(err)
	}
	now := evening
	for i := range 3 {
		if wait := a.Take("web", now); wait != 0 {
			t.Errorf("request %d must wait %v, want none", i+1, wait)
		}
	}
	if wait := a.Take("web", now); wait != 2*time.Second {
		t.Errorf("the fourth must wait %v, want 2s", wait)
	}
	if wait := a.Take("app", now); wait != 0 {
		t.Errorf("somebody else must wait %v, want none", wait)
	}
	if wait := a.Take("web", now.Add(1999*time.Millisecond)); wait == 0 {
		t.Error("who comes again too early need not wait")
	}
	if wait := a.Take("web", now.Add(2*time.Second)); wait != 0 {
		t.Errorf("who waited as told must wait %v", wait)
	}
}

func TestAllowancesAreBounded(t *testing.T) {
	a, err := NewAllowances[int](Rate{Burst: 1, PerSecond: 0.001}, 100)
	if err != nil {
		t.Fatal(err)
	}
	for key := range 10_000 {
		a.Take(key, evening)
	}
	if n := a.of.Len(); n != 100 {
		t.Errorf("%d are remembered, want 100", n)
	}
	if a.Take(9_999, evening) == 0 {
		t.Error("the last is not remembered")
	}
}

func TestNoRateIsNoLimit(t *testing.T) {
	p, err := newPeople(Rate{})
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if p.ask(person(t, giulia), evening) != 0 {
			t.Fatal("somebody must wait")
		}
	}
}

func TestPersonLimit(t *testing.T) {
	p, err := newPeople(Rate{Burst: 1, PerSecond: 1})
	if err != nil {
		t.Fatal(err)
	}
	first, second := person(t, giulia), person(t, " "+giulia[:6]+" "+giulia[6:])
	if p.ask(first, evening) != 0 {
		t.Error("the first request must wait")
	}
	if p.ask(second, evening) == 0 {
		t.Error("the same person, written otherwise, need not wait")
	}
	if p.ask(person(t, marco), evening) != 0 {
		t.Error("somebody else must wait")
	}
	for _, key := range p.allowances.of.Keys() {
		if text := string(key[:]); len(text) != 32 || text[:16] == giulia {
			t.Error("an identifier is remembered")
		}
	}
}
