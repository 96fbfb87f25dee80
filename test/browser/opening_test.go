/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestOpening waits for an opening with three windows: one that counts down and lets
// its person in by itself, one that is reloaded once, and one that is opened when it
// is over. Everybody can book then, and nobody before.
func TestOpening(t *testing.T) {
	t.Parallel()
	const ahead = 30 * time.Second
	opens := time.Now().Add(ahead).Truncate(time.Second)
	home := newSite(t, makeCatalog(t, opens)).open(themed)
	waits := newWindow(t, home, look{width: phone}).open(home + "/it/")
	reloads := newWindow(t, home, look{width: phone, noScripts: true}).open(home + "/it/")
	if text := waits.read("[data-clock]"); !strings.Contains(text, "secondi") {
		t.Errorf("half a minute before, the countdown is at %q", text)
	}
	if text := reloads.read(".without-script"); !strings.Contains(text, "Ricarica questa pagina") {
		t.Errorf("without scripts the page says %q", text)
	}
	waits.open(home + "/it/find").at("/it/") // nobody is early
	waits.picture("waiting")

	waits.until("document.querySelector('[data-admitted]').textContent !== ''")
	if at := time.Since(opens); at < 0 || at > 5*time.Second {
		t.Errorf("the page says %v after the opening that it is open", at)
	}
	said := waits.read("[data-admitted]")
	if !strings.Contains(said, "second") {
		t.Errorf("at the opening the page says %q", said)
	}
	waits.picture("opened")
	reloads.run(chromedp.Reload())
	reloads.follow(`a[href="/it/find"]`).at("/it/find")

	waits.until("location.pathname === '/it/find'")
	left := asked(waits, chromedp.Evaluate[float64]("performance.timeOrigin")) // when the page went on to the next
	took := time.UnixMilli(int64(left)).Sub(opens)
	t.Logf("it said %q, and let its person in %v after the opening", said, took)
	if took > 31*time.Second { // 30, and for the page to have come in the first place
		t.Errorf("the page lets its person in %v after the opening", took)
	}
	for _, w := range []*window{waits, reloads} {
		w.nextWeek().send("/find").choose("#offer").send("/places").at("/it/person")
	}
	waits.write("identifier", giulia).send("/person").at("/it/hold").send("/hold/confirm").at("/it/done")
}
