/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// waiter is a person whose page counts down, as its script does.
type waiter struct {
	*browser
	entered time.Time
}

// wait reads from a page that has just come when it will let its person in.
func (w *world) wait(t *testing.T, came time.Time, random *rand.Rand) waiter {
	t.Helper()
	b := w.set(came).browser("it").open("/it/")
	line := b.all("p", func(n *html.Node) bool { return attribute(n, "data-opening") != "" })
	if len(line) != 1 {
		t.Fatalf("%v before the opening the page has %d countdowns: %s", evening.Sub(came), len(line), b.words())
	}
	seconds := func(name string) time.Duration {
		n, err := strconv.Atoi(attribute(line[0], name))
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(n) * time.Second
	}
	opens := came.Add(seconds("data-opening"))
	wait := time.Second + time.Duration(random.Float64()*float64(seconds("data-spread")))
	return waiter{b, opens.Add(wait)}
}

// TestCrowdAtTheOpening: two thousand pages are opened in the half minute before an opening,
// and everybody looks for places the moment they are admitted. The store gets no more requests
// than the plan expects of waiting people (package demand: within 30 s), with servers loaded
// to 70 %.
func TestCrowdAtTheOpening(t *testing.T) {
	const people = 2000
	planned := float64(people) / page.AdmitWithin.Seconds()
	w := newWorld(t)
	random := rand.New(rand.NewPCG(7, 7))
	var all []waiter
	for n := range people { // one after the other, from half a minute before
		all = append(all, w.wait(t, evening.Add(time.Duration(n-people)*30*time.Second/people), random))
	}
	if len(w.calls) != 0 {
		t.Fatalf("those who wait ask the clerk to %v", w.calls)
	}
	slices.SortFunc(all, func(a, b waiter) int { return cmp.Compare(a.entered.UnixNano(), b.entered.UnixNano()) })
	var load [31]int
	for _, p := range all {
		after := p.entered.Sub(evening)
		if after < 0 || after > page.AdmitWithin {
			t.Fatalf("somebody is let in %v after the opening", after)
		}
		before := len(w.calls)
		w.set(p.entered)
		p.open("/it/find").at("/it/find", http.StatusOK)
		if len(w.calls) != before {
			t.Fatal("to be let in needs the store")
		}
		p.fill("/find", map[string]string{"place": "rieti"}).at("/it/places", http.StatusOK)
		load[after/time.Second] += len(w.calls) - before
	}
	t.Logf("planned: %.1f/s; by second: %v", planned, load)
	for second := 1; second < len(load); second++ { // what chance has in one, the queue of the clerk evens out
		if two := load[second-1] + load[second]; float64(two) > 2*planned/0.7 {
			t.Errorf("in seconds %d and %d the store is asked for %d, want at most %.0f", second, second+1, two, 2*planned/0.7)
		}
	}
	if len(w.calls) != people {
		t.Errorf("the store is asked %d times, want once for each of %d", len(w.calls), people)
	}
}

// TestWithoutScriptsOneReload: a page that was opened half a minute before leads in
// once it is reloaded, and says so.
func TestWithoutScriptsOneReload(t *testing.T) {
	w := newWorld(t).set(evening.Add(-30 * time.Second))
	b := w.browser("it").open("/it/").says("Ricarica questa pagina una volta, dopo l'apertura")
	if len(b.all("a", func(n *html.Node) bool { return attribute(n, "href") == "/it/find" })) > 0 {
		t.Error("before the opening the page leads to the form")
	}
	w.set(evening)
	if links := b.open("/it/").all("a", func(n *html.Node) bool { return attribute(n, "href") == "/it/find" }); len(links) != 1 {
		t.Errorf("after the opening the page has %d links to the form", len(links))
	}
}
