/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/mezzanotte/mezzanotte/internal/booking/app"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/booking/server"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// appSite is an app on a real store. What its FHIR interface answers can be made worse,
// and of all requests the keys are noted.
type appSite struct {
	*site
	listening *httptest.Server
	home      string

	silent  bool // no confirmations are sent
	mu      sync.Mutex
	serves  http.Handler
	answers map[string][]answer // instead of what the server would, by operation
	keys    map[string][]string // of requests, by operation
	asked   []string            // paths of requests
}

// answer is one that is made up.
type answer struct {
	status     int
	code, text string
	after      int  // seconds
	lost       bool // it is carried out, but the connection is cut
	body       string
}

// newAppSite serves the app on a site.
func newAppSite(t testing.TB, c catalog.Catalog, theme string) *appSite {
	t.Helper()
	s := &appSite{site: newSite(t, c), answers: map[string][]answer{}, keys: map[string][]string{}}
	s.serves = s.version(theme, s.binding)
	s.listening = httptest.NewServer(s)
	s.home = s.listening.URL
	t.Cleanup(s.listening.Close)
	return s
}

// version is a server of the app by a catalog; with another theme it is another version.
func (s *appSite) version(theme string, by page.Catalog) http.Handler {
	s.t.Helper()
	log := slog.New(slog.NewTextHandler(s.t.Output(), nil))
	seen := must(app.New(app.Options{Catalog: by, Log: log, Plain: true, Mail: !s.silent, Theme: themes[theme]}))(s.t)
	real, ok := s.clerk.Clerk.(*clerk.Clerk)
	if !ok {
		s.t.Fatalf("the clerk is %T", s.clerk.Clerk)
	}
	return must(server.New(server.Options{
		Channel: "app", Pages: seen, Clerk: real, Store: s.store, Binding: s.binding, Readiness: process.NewReadiness(time.Now()),
		Metrics: server.NewMetrics(), Log: log, Clock: time.Now, PerAddress: server.DefaultPerAddress,
	}))(s.t)
}

// replace rolls another version out.
func (s *appSite) replace(with http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serves = with
}

// next says how the next requests of an operation are answered.
func (s *appSite) next(operation string, with ...answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[operation] = with
}

// keysOf gives the keys of all requests of an operation so far.
func (s *appSite) keysOf(operation string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.keys[operation])
}

func (s *appSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation := path.Base(r.URL.Path)
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.RequestURI())
	if r.Method == http.MethodPost {
		s.keys[operation] = append(s.keys[operation], r.Header.Get("Idempotency-Key"))
	}
	serves := s.serves
	var instead *answer
	if all := s.answers[operation]; len(all) > 0 {
		instead, s.answers[operation] = &all[0], all[1:]
	}
	s.mu.Unlock()
	switch {
	case instead == nil:
		serves.ServeHTTP(w, r)
		return
	case instead.lost:
		serves.ServeHTTP(httptest.NewRecorder(), r) // it was carried out, but nobody hears of it
		panic(http.ErrAbortHandler)
	}
	if instead.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(instead.after))
	}
	w.Header().Set("Content-Type", "application/fhir+json")
	w.WriteHeader(instead.status)
	if instead.body != "" {
		_, _ = io.WriteString(w, instead.body)
		return
	}
	_, _ = fmt.Fprintf(w, `{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "processing", "details": {"coding": [`+
		`{"system": "https://mezzanotte.dev/fhir/CodeSystem/refusal", "code": %q}], "text": %q}}]}`, instead.code, instead.text)
}

// device is a window with the app.
type device struct {
	*window
	app *appSite
}

// newDevice opens the app in a language.
func newDevice(t testing.TB, s *appSite, l look, language string) *device {
	t.Helper()
	d := &device{newWindow(t, s.home, l), s}
	d.open(s.home + "/" + language + "/")
	return d.on("start")
}

const main = "document.getElementById('main').dataset"

// on waits for a view.
func (d *device) on(view string) *device {
	d.t.Helper()
	d.until(main + ".view === '" + view + "' && !" + main + ".busy && document.fonts.status === 'loaded'")
	return d
}

// press presses something, and waits for the view that comes of it.
func (d *device) press(selector, view string) *device {
	d.t.Helper()
	return d.after(func() { d.choose(selector) }, view)
}

// visit goes to a view by its address, as somebody who typed it.
func (d *device) visit(hash, view string) *device {
	d.t.Helper()
	return d.after(func() { asked(d.window, chromedp.Evaluate[string]("location.hash = '"+hash+"'")) }, view)
}

// after does something, and waits for the view that comes of it.
func (d *device) after(act func(), view string) *device {
	d.t.Helper()
	before := asked(d.window, chromedp.Evaluate[string](main+".shown || '0'"))
	act()
	d.until("Number(" + main + ".shown) > " + before)
	return d.on(view)
}

// send presses the button of a form.
func (d *device) send(form, view string) *device {
	d.t.Helper()
	return d.press(`form[data-form="`+form+`"] button[type=submit]`, view)
}

// offline takes the network away: the server is gone.
func (d *device) offline() {
	d.app.listening.CloseClientConnections()
	d.app.listening.Close()
}

// forgive forgets what the browser says of something that a test does on purpose.
func (d *device) forgive(about string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = slices.DeleteFunc(d.notes, func(note string) bool { return strings.Contains(note, about) })
}
