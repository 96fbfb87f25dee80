/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package search

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
)

var errDown = errors.New("no route to host")

// oneHubWorld is a world with a hub that has places for both doses.
func oneHubWorld() (*world, string) {
	w := newWorld(1)
	hub := w.hub(nil)
	for n := range 50 {
		w.day(hub, today.Add(n+1), 50, 20)
	}
	return w, hub
}

func TestStoreIsAskedTwiceASecond(t *testing.T) {
	w, hub := oneHubWorld()
	s, in := w.search(), w.snapshot(t, campaign)
	q := Query{Campaign: campaign, Hubs: []string{hub}, Offers: 1}
	offers(t, s, in, q)
	alone := w.questions()
	if alone == 0 || alone > 3 {
		t.Fatalf("%d questions for the first search", alone)
	}
	for range 10 {
		w.passes(49 * time.Millisecond)
		s.crowds = newCrowds(10) // the same places for everybody
		offers(t, s, in, q)
	}
	if n := w.questions(); n != 0 {
		t.Errorf("%d questions within half a second", n)
	}
	w.passes(20 * time.Millisecond)
	offers(t, s, in, q)
	if n := w.questions(); n != alone {
		t.Errorf("%d questions after half a second, want %d", n, alone)
	}
}

func TestNothingIsRememberedToo(t *testing.T) {
	w := newWorld(1)
	hub := w.hub(nil)
	s, in := w.search(), w.snapshot(t, campaign)
	for range 100 {
		offers(t, s, in, Query{Campaign: campaign, Hubs: []string{hub}})
	}
	if n := w.questions(); n != 1 {
		t.Errorf("%d questions about a hub without places", n)
	}
}

// Many who ask the same at one moment ask the store once.
func TestOneQuestionAtATime(t *testing.T) {
	w, hub := oneHubWorld()
	single := doses(1, 0, 0)
	s, in := w.search(), w.snapshot(t, single)
	w.waiting = make(chan struct{})
	q := Query{Campaign: single, Hubs: []string{hub}}
	gone, leave := context.WithCancel(t.Context())
	first := make(chan error)
	go func() {
		_, err := s.Offers(gone, in, q)
		first <- err
	}()
	var others sync.WaitGroup
	for range 50 {
		others.Go(func() {
			if found, err := s.Offers(t.Context(), in, q); err != nil || len(found) != 1 {
				t.Errorf("%d offers, %v", len(found), err)
			}
		})
	}
	// A caller who goes away does not cancel the question for the others.
	leave()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	close(w.waiting)
	others.Wait()
	if n := w.questions(); n != 1 {
		t.Errorf("%d questions", n)
	}
}

func TestStoreIsDown(t *testing.T) {
	w, hub := oneHubWorld()
	s, in := w.search(), w.snapshot(t, campaign)
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.down = errDown
	for name, q := range map[string]Query{
		"one hub": {Campaign: campaign, Hubs: []string{hub}}, "anywhere": {Campaign: campaign}, "nearest": {Campaign: campaign, Near: &Position{}},
	} {
		if found, err := s.Offers(t.Context(), in, q); !errors.Is(err, errDown) {
			t.Errorf("%s: %d offers, %v", name, len(found), err)
		}
		if next, err := s.Next(t.Context(), in, q); !errors.Is(err, errDown) {
			t.Errorf("%s: next %s, %v", name, next, err)
		}
	}
	if err := s.Refresh(t.Context()); !errors.Is(err, errDown) {
		t.Errorf("refresh: %v", err)
	}
	w.down = nil
	if got := len(offers(t, s, in, Query{Campaign: campaign})); got != 1 {
		t.Errorf("%d offers when it is back", got)
	}
}

// Counts say where not to look while they are new, and nothing when they are old.
func TestCounts(t *testing.T) {
	for name, tc := range map[string]struct {
		age  time.Duration
		want int // offers, though no place was counted
	}{
		"new":        {0, 0},
		"not so new": {maxCountsAge, 0},
		"old":        {maxCountsAge + time.Second, 1},
		"future":     {-maxCountsAge - time.Second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w, hub := oneHubWorld()
			slots := w.slots[hub]
			for i := range slots {
				slots[i].Free = 0
			}
			s, in := w.search(), w.snapshot(t, campaign)
			if err := s.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			for i := range slots {
				slots[i].Free = 1
			}
			w.passes(tc.age)
			for _, q := range []Query{{Campaign: campaign}, {Campaign: campaign, Hubs: []string{hub}}} {
				if got := len(offers(t, s, in, q)); got != tc.want {
					t.Errorf("%d offers, want %d", got, tc.want)
				}
			}
			if n := w.questions(); n != 0 && tc.want == 0 {
				t.Errorf("%d questions where nothing is", n)
			}
		})
	}
}

// Days that were counted as free, but are not, are passed over.
func TestCountsThatAreWrong(t *testing.T) {
	w := newWorld(1)
	var hubs []string
	for range 6 {
		hub := w.hub(nil)
		hubs = append(hubs, hub)
		for n := range 60 {
			w.day(hub, today.Add(n+1), 10, 1)
		}
	}
	s, in := w.search(), w.snapshot(t, campaign)
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	left := w.slots[hubs[4]]
	for _, hub := range hubs {
		slots := w.slots[hub]
		for i := range slots {
			if hub != hubs[4] || slots[i].Day.Before(today.Add(9)) {
				slots[i].Free = 0
			}
		}
	}
	found := offers(t, s, in, Query{Campaign: campaign, Offers: 3})
	if len(found) != 3 || found[0].Places[0].Hub != hubs[4] || found[0].Days[0] != today.Add(9) {
		t.Errorf("%+v", found)
	}
	for i := range left {
		left[i].Free = 0
	}
	w.passes(time.Second)
	w.questions()
	if found := offers(t, s, in, Query{Campaign: campaign, Offers: 3}); len(found) != 0 {
		t.Errorf("%+v", found)
	}
	if n := w.questions(); n > 60 {
		t.Errorf("%d questions to find that nothing is left", n)
	}
}

// Where first doses are plenty and second ones are none, that is not found out day by day.
func TestNoSecondDose(t *testing.T) {
	w := newWorld(1)
	hub := w.hub(nil)
	for n := range 20 {
		w.day(hub, today.Add(n+1), 100, 1)
	}
	in := w.snapshot(t, campaign)
	for name, counted := range map[string]bool{"counted": true, "not counted": false} {
		s := w.search()
		if counted {
			if err := s.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, q := range []Query{{Campaign: campaign}, {Campaign: campaign, Hubs: []string{hub}}} {
			w.questions()
			if found := offers(t, s, in, q); len(found) != 0 {
				t.Errorf("%s: %+v", name, found)
			}
			if n := w.questions(); n > 45 || counted && n > 0 {
				t.Errorf("%s: %d questions", name, n)
			}
		}
	}
}

func TestNext(t *testing.T) {
	w := newWorld(1)
	near, far := w.hub(nil), w.hub(nil)
	w.day(near, today.Add(5), 4, 1) // without a second dose
	w.day(near, today.Add(9), 4, 1)
	w.day(near, today.Add(30), 4, 1)
	w.day(far, today.Add(7), 4, 1)
	w.day(far, today.Add(28), 4, 1)
	apart := doses(2, 21, 22)
	in := w.snapshot(t, apart)
	for name, tc := range map[string]struct {
		query Query
		want  civil.Day
	}{
		"anywhere":    {Query{}, today.Add(7)},
		"at one hub":  {Query{Hubs: []string{near}}, today.Add(9)},
		"from a day":  {Query{First: dose.Days{From: today.Add(8)}}, today.Add(9)},
		"too late":    {Query{First: dose.Days{From: today.Add(10)}}, civil.Day{}},
		"nobody's":    {Query{Hubs: []string{"milano"}}, civil.Day{}},
		"at the desk": {Query{CallCentre: true}, today.Add(7)},
	} {
		t.Run(name, func(t *testing.T) {
			tc.query.Campaign = apart
			got, err := w.search().Next(t.Context(), in, tc.query)
			if err != nil || got != tc.want {
				t.Errorf("%q, %v; want %q", got, err, tc.want)
			}
		})
	}
}

// Many goroutines may look while places go and counts are read.
func TestManyAtOnce(t *testing.T) {
	w, _ := oneHubWorld()
	s, in := w.search(), w.snapshot(t, campaign)
	var people sync.WaitGroup
	for n := range 8 {
		people.Go(func() {
			for range 50 {
				if _, err := s.Offers(t.Context(), in, Query{Campaign: campaign, Offers: 3, Near: &Position{41, 12}}); err != nil {
					t.Error(err)
				}
				if _, err := s.Offers(t.Context(), in, Query{Campaign: campaign, Offers: 3}); err != nil {
					t.Error(err)
				}
				if n == 0 {
					w.passes(100 * time.Millisecond)
					if err := s.Refresh(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	people.Wait()
}
