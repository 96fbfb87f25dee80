/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// within is the time in which a catalog that one process has read must be in force in all.
const within = 3 * time.Second

// answers waits until each process gives the right answer, and returns how long that took.
func answers(t *testing.T, all []*instance, right func(answer) bool) time.Duration {
	t.Helper()
	began := time.Now()
	last := map[string]answer{}
	for who := int(began.UnixMilli()); time.Since(began) < patience; who++ {
		for _, p := range all {
			if a, known := last[p.name]; known && right(a) {
				continue
			}
			a, err := p.post(t.Context(), "$book", "", takes(who, both(began, who%20)))
			if err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
			last[p.name] = a
			who++
		}
		wrong := 0
		for _, a := range last {
			if !right(a) {
				wrong++
			}
		}
		if wrong == 0 {
			return time.Since(began)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("after %v not all answer as they must: %v", patience, last)
	return 0
}

func notOpenBefore(c catalog.Catalog) func(answer) bool {
	words := c.Campaigns[0].OpensAtLocal
	return func(a answer) bool { return a.code == booking.CodeNotYetOpen && strings.Contains(a.text, words) }
}

// A catalog that postpones, seen by one process of five, stops all five, also when
// that one is gone; an older one that comes back changes nothing. A pause and its end,
// seen by another, hold for all.
func TestPostponed(t *testing.T) {
	w := newWorld(t, shared.Database(t))
	far := makeCatalog(1, time.Now().Add(24*time.Hour), 1000)
	w.prepare(far, 20)
	all := w.five(far)
	rows := w.connect()
	now := clock(t, rows)
	opens := now.Truncate(time.Second).Add(15 * time.Second)
	soon, postponed := makeCatalog(2, opens, 1000), makeCatalog(3, now.Add(time.Hour), 1000)
	for _, p := range all {
		p.mount(soon)
	}
	t.Logf("an opening is in force on all after %v", answers(t, all, notOpenBefore(soon)))
	seen := all[2]
	d := &door{t: t, places: func(who int) []booking.Place { return both(now, who%20) }}
	d.knockAt(all)
	seen.mount(postponed)
	time.Sleep(opens.Add(2 * time.Second).Sub(clock(t, rows)))
	d.close()
	last := map[string]answer{}
	for _, k := range d.knocks {
		last[k.at] = k.answer
		if k.code != booking.CodeNotYetOpen {
			t.Errorf("%s: not refused as not yet open: %v", k.at, k.answer)
		}
	}
	for _, p := range all {
		if a := last[p.name]; !notOpenBefore(postponed)(a) {
			t.Errorf("%s: does not name the new time: %v", p.name, a)
		}
	}

	all[0].mount(far)
	all[1].mount(soon)
	seen.mount(soon)
	seen.kill()
	left := slices.Concat(all[:2], all[3:])
	seen.start()
	seen.ready()
	time.Sleep(within) // by then they have read their files, and asked what binds
	for range 3 {
		answers(t, all, notOpenBefore(postponed))
	}
	if binds := query[int64](t, rows, "SELECT max(revision) FROM catalog"); binds != 3 {
		t.Errorf("revision %d binds", binds)
	}
	if n := query[int](t, rows, "SELECT count(*) FROM booking"); n != 0 {
		t.Errorf("%d people have booked", n)
	}
	seen.kill()
	answers(t, left, notOpenBefore(postponed))

	paused := makeCatalog(4, now.Add(-time.Hour), 1000)
	paused.Campaigns[0].Paused = "The fridge of the hub is warm."
	open := makeCatalog(5, now.Add(-time.Hour), 1000)
	for _, step := range []struct {
		what    string
		catalog catalog.Catalog
		right   func(answer) bool
	}{
		{"a pause", paused, func(a answer) bool {
			return a.code == booking.CodePaused && strings.Contains(a.text, paused.Campaigns[0].Paused)
		}},
		{"its end", open, answer.done},
	} {
		left[0].mount(step.catalog)
		took := answers(t, left, step.right)
		t.Logf("%s is in force on all after %v", step.what, took)
		if took > within {
			t.Errorf("%s took %v to be in force on all, want %v at most", step.what, took, within)
		}
	}
	for _, p := range all {
		p.noPanic()
	}
	w.audit()
}
