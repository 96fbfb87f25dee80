/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestJourney books for somebody else on one device, and moves and cancels on another,
// with scripts and without.
func TestJourney(t *testing.T) {
	for name, without := range map[string]bool{"with scripts": false, "without scripts": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := newSite(t, makeCatalog(t, time.Now().Add(-time.Hour))).open(themed)
			w := newWindow(t, home, look{width: phone, noScripts: without})
			w.open(home+"/it/").follow(`a[href="/it/find"]`).write("place", "rieti").nextWeek().send("/find")
			w.choose("#offer").send("/places")
			w.write("identifier", giulia).write("email", "someone@example.org").send("/person").at("/it/hold")
			w.send("/hold/extend").at("/it/hold").send("/hold/confirm").at("/it/done")
			number := w.read(".number")
			if !regexp.MustCompile(`^([0-9A-Z]{4}-){2}[0-9A-Z]{4}$`).MatchString(number) {
				t.Errorf("the booking has the number %q", number)
			}
			if n := w.printed(); n != 1 {
				t.Errorf("the confirmation is printed on %d sheets", n)
			}
			w.send("/end").open(home + "/it/done").at("/it/manage")

			other := newWindow(t, home, look{width: desk, noScripts: without})
			other.open(home+"/en/manage").write("number", strings.ToLower(number)).write("identifier", giulia).send("/manage").at("/en/booking")
			other.send("/booking/move").send("/move").choose("#offer-3").send("/places").at("/en/done")
			if moved := other.read(".number"); moved != number {
				t.Errorf("the booking was %s and is %s", number, moved)
			}
			other.open(home + "/en/booking").follow(`a[href$="/booking/cancel"]`).send("/booking/cancel").at("/en/booking")
			if text := other.read("main"); !strings.Contains(text, "The booking is cancelled") {
				t.Errorf("the page of what was cancelled says: %s", text)
			}
		})
	}
}

// printed counts the sheets of paper that a page takes.
func (w *window) printed() int {
	w.t.Helper()
	sheets := asked(w, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperSize{Width: 8.27, Height: 11.69})))
	return len(regexp.MustCompile(`/Type ?/Page\b`).FindAll(sheets, -1))
}

// TestFirstView: what comes over the wire to somebody who was never here.
func TestFirstView(t *testing.T) {
	t.Parallel()
	for theme, most := range map[string]int64{themed: 100_000, plain: 20_000} {
		home := newSite(t, makeCatalog(t, time.Now().Add(time.Hour))).open(theme)
		w := newWindow(t, home, look{width: phone})
		w.run(command(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}))
		w.open(home + "/it/").until("document.fonts.status === 'loaded'")
		w.mu.Lock()
		bytes := w.bytes
		w.mu.Unlock()
		fonts := asked(w, chromedp.Evaluate[string](`[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + ' ' + f.weight).join()`))
		t.Logf("%s: %d bytes, fonts: %s", theme, bytes, fonts)
		if bytes > most || bytes < 2_000 {
			t.Errorf("%s: the first view is %d bytes over the wire, want at most %d", theme, bytes, most)
		}
		if has := fonts != ""; has != (theme == themed) {
			t.Errorf("%s: the fonts are %q", theme, fonts)
		}
	}
}

// TestPreferences: nobody's preference makes a page unreadable.
func TestPreferences(t *testing.T) {
	t.Parallel()
	home := newSite(t, makeCatalog(t, time.Now().Add(-time.Hour))).open(themed)
	for name, feature := range map[string]*emulation.MediaFeature{
		"dark": {Name: "prefers-color-scheme", Value: "dark"}, "more contrast": {Name: "prefers-contrast", Value: "more"}, "forced colours": {Name: "forced-colors", Value: "active"},
	} {
		w := newWindow(t, home, look{width: phone})
		w.run(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{feature}}))
		w.open(home + "/it/find").check(fmt.Sprint("find, ", name))
	}
}
