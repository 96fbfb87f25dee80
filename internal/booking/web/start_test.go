/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

func (w *world) set(now time.Time) *world {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
	return w
}

func TestBeforeTheOpening(t *testing.T) {
	w := newWorld(t).set(evening.Add(-90 * time.Second))
	for l, words := range map[string][]string{
		"it": {"Le prenotazioni non sono ancora aperte", "mercoledì 2 dicembre 2026 alle ore 00:00 (CET), la mezzanotte tra martedì 1 dicembre e mercoledì 2 dicembre", "Mancano 1 minuto e 30 secondi", "Vaccinazione per chi è nato dal 1º gennaio 1980"},
		"en": {"Bookings are not open yet", "Wednesday 2 December 2026 at 00:00 CET, the midnight between Tuesday 1 and Wednesday 2 December", "Time left 1 minute and 30 seconds", "Vaccination for people born from 1 January 1980"},
	} {
		b := w.browser(l).open("/" + l + "/").says(words...)
		b.sound(t, l)
		if seconds := attribute(b.all("p", func(n *html.Node) bool { return attribute(n, "data-opening") != "" })[0], "data-opening"); seconds != "90" {
			t.Errorf("the script counts from %s s, want 90", seconds)
		}
		b.open("/"+l+"/find").at("/"+l+"/", http.StatusOK)
	}
	if len(w.calls) != 0 {
		t.Errorf("the clerk was asked to %v", w.calls)
	}
}

func TestOpeningIsSeenWithItsVerySecond(t *testing.T) {
	w := newWorld(t)
	for at, words := range map[time.Duration]string{-time.Millisecond: "Time left 1 second", -time.Second: "Time left 1 second", 0: "Bookings are open", time.Millisecond: "Bookings are open"} {
		w.set(evening.Add(at)).browser("en").open("/en/").says(words)
	}
}

func TestLongWaitIsSaidInDaysAndHours(t *testing.T) {
	w := newWorld(t)
	w.set(evening.Add(-26 * time.Hour)).browser("en").open("/en/").says("Time left 1 day and 2 hours")
	w.set(evening.Add(-61 * time.Minute)).browser("it").open("/it/").says("Mancano 1 ora e 1 minuto")
}

func TestPausedAndClosed(t *testing.T) {
	b := newWorld(t).browser("it").open("/it/").says(
		"Prenotazioni sospese Vaccinazione per chi è nato dal 1º gennaio 1941 al 31 dicembre 1945 Motivo: troppo pochi vaccini <b>oggi</b>",
		"Prenotazioni chiuse", "Chiuse da lunedì 2 novembre 2026", "Prossima apertura", "mercoledì 9 dicembre 2026",
	)
	b.sound(t, "it")
	w := newWorld(t, func(c *catalog.Catalog) { c.Campaigns = c.Campaigns[2:3] })
	w.browser("en").open("/en/").says("no opening has been announced", "Closed since Monday 2 November 2026").hides("Who can book now")
	w = newWorld(t, func(c *catalog.Catalog) { c.Campaigns = nil })
	w.browser("en").open("/en/").says("There is nothing to book right now")
}

func TestWithoutCatalog(t *testing.T) {
	w := newWorld(t)
	w.snapshot = nil
	for _, path := range []string{"/", "/en/", "/en/find", "/en/manage"} {
		b := w.browser("en").open(path).says("The service is starting")
		b.sound(t, "en")
		if b.status != http.StatusServiceUnavailable || b.header.Get("Retry-After") != "5" {
			t.Errorf("%s answers %d, come again after %q", path, b.status, b.header.Get("Retry-After"))
		}
	}
}

func TestEveryoneSeesTheSameFirstPage(t *testing.T) {
	w := newWorld(t).set(evening.Add(-time.Hour))
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for n := range 200 {
				if i == 0 {
					w.later(10 * time.Millisecond)
				}
				r := httptest.NewRecorder()
				w.ServeHTTP(r, httptest.NewRequest(http.MethodGet, "/en/", nil))
				if r.Code != http.StatusOK || len(r.Result().Cookies()) != 0 || r.Body.Len() < 1000 {
					t.Errorf("request %d: %d, %d bytes, cookies %v", n, r.Code, r.Body.Len(), r.Result().Cookies())
				}
			}
		})
	}
	wait.Wait()
}

// within are the addresses that a style has.
var within = regexp.MustCompile(`url\(([^")]+)\)`)

// firstView returns how many bytes a browser gets for an address and all that its page
// and its styles need.
func (w *world) firstView(t *testing.T, address string) int {
	t.Helper()
	total := 0
	fetch := func(path string) string {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip, br")
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, r)
		if recorder.Code != http.StatusOK {
			t.Fatalf("%s answers %d", path, recorder.Code)
		}
		total += recorder.Body.Len()
		if recorder.Header().Get("Content-Encoding") != "gzip" {
			return recorder.Body.String()
		}
		unpacked, err := gzip.NewReader(recorder.Body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(unpacked)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	root, err := html.Parse(strings.NewReader(fetch(address)))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		switch n.Data {
		case "link":
			href := attribute(n, "href")
			for _, found := range within.FindAllStringSubmatch(fetch(href), -1) {
				fetch(path.Join(path.Dir(href), found[1]))
			}
		case "script", "img":
			fetch(attribute(n, "src"))
		}
	}
	return total
}

// TestFirstViewIsSmall: with the theme where make has fetched it, and plainly.
func TestFirstViewIsSmall(t *testing.T) {
	for name, c := range map[string]struct {
		theme fs.FS
		most  int
	}{"as it is compiled": {nil, 100_000}, "plain": {fstest.MapFS{}, 10_000}} {
		w := newWorld(t).set(evening.Add(-time.Hour))
		o := w.Options
		o.Theme = c.theme
		var err error
		if w.Pages, err = New(o); err != nil {
			t.Fatal(err)
		}
		total := w.firstView(t, "/it/")
		if total > c.most {
			t.Errorf("%s, the first view has %d bytes, want at most %d", name, total, c.most)
		}
		t.Logf("%s: %d bytes", name, total)
	}
}

func TestFilesNeverChange(t *testing.T) {
	w := newWorld(t)
	b := w.browser("en").open("/en/")
	for _, n := range append(b.all("link", nil), b.all("script", nil)...) {
		path := attribute(n, "href") + attribute(n, "src")
		file := w.browser("en").open(path)
		if file.status != http.StatusOK || file.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s answers %d, to be kept %q", path, file.status, file.header.Get("Cache-Control"))
		}
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", file.header.Get("ETag"))
		if w.browser("en").send(r).status != http.StatusNotModified {
			t.Errorf("%s is sent again", path)
		}
	}
	if got := w.browser("en").open("/static/style.css").status; got != http.StatusNotFound {
		t.Errorf("a file without its digest answers %d", got)
	}
}

func TestThemeIsUsedWhereItIs(t *testing.T) {
	w := newWorld(t)
	o := w.Options
	o.Theme = fstest.MapFS{page.Theme: {Data: []byte("body{}")}, "fonts/a.woff2": {Data: []byte("font")}, "README.md": {Data: []byte("no")}}
	var err error
	if w.Pages, err = New(o); err != nil {
		t.Fatal(err)
	}
	b := w.browser("en").open("/en/")
	links := b.all("link", func(n *html.Node) bool { return attribute(n, "rel") == "stylesheet" })
	if len(links) != 2 {
		t.Fatalf("%d styles, want ours and the theme", len(links))
	}
	theme := attribute(links[1], "href")
	if b.open(theme); b.status != http.StatusOK || b.text != "body{}" {
		t.Errorf("the theme answers %d %q", b.status, b.text)
	}
	if b.open(strings.Replace(theme, page.Theme, "fonts/a.woff2", 1)); b.status != http.StatusOK || b.header.Get("Content-Type") != "font/woff2" {
		t.Errorf("its font answers %d", b.status)
	}
	if b.open(strings.Replace(theme, page.Theme, "README.md", 1)); b.status != http.StatusNotFound {
		t.Errorf("what is no style answers %d", b.status)
	}
}

// nobody takes answers and forgets them.
type nobody struct{ header http.Header }

func (n nobody) Header() http.Header             { return n.header }
func (nobody) Write(content []byte) (int, error) { return len(content), nil }
func (nobody) WriteHeader(int)                   {}

// BenchmarkWaiting is of the page that people wait with, while seconds pass.
func BenchmarkWaiting(b *testing.B) {
	w := newWorld(b).set(evening.Add(-time.Hour))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept-Language", "it-IT,it;q=0.9,en;q=0.5")
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	for n := 0; b.Loop(); n++ {
		if n%5000 == 0 { // as many come in a second
			w.later(time.Second)
		}
		w.ServeHTTP(nobody{http.Header{}}, r)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	if len(w.calls) > 0 {
		b.Error("the clerk was asked " + strconv.Itoa(len(w.calls)) + " times")
	}
}
