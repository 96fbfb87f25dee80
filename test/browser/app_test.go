/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/pwa"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// stored is everything that the device keeps of the app.
const stored = `Promise.all([Promise.resolve(JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie + location.href),
	caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(c => c.keys()).then(all => all.map(r => r.url).join(' ')))).then(all => all.join(' ')))]).then(all => all.join(' '))`

// TestAppJourney books on a phone, keeps the booking, moves and cancels it.
func TestAppJourney(t *testing.T) {
	t.Parallel()
	s := newAppSite(t, makeCatalog(t, time.Now().Add(-time.Hour)), themed)
	d := newDevice(t, s, look{width: phone}, "it")
	number := d.book()
	if text := d.read("main"); !strings.Contains(text, "Invieremo la conferma anche a someone@example.org") {
		t.Errorf("where the confirmation goes is not said: %s", text)
	}
	if n := d.printed(); n != 1 {
		t.Errorf("the confirmation is printed on %d sheets", n)
	}
	if kept := asked(d.window, chromedp.Evaluate[int]("localStorage.length")); kept != 0 {
		t.Error("something is kept that nobody chose to keep")
	}
	d.calendar(number)
	d.send("keep", "done").check("done, kept")
	d.send("end", "start").check("start, kept")
	if text := d.read(".mine"); !strings.Contains(text, number) || !strings.Contains(text, "Com'era") {
		t.Errorf("what is kept says %q", text)
	}
	if text := asked(d.window, chromedp.Evaluate[string](stored, chromedp.EvalAwaitPromise)); strings.Contains(strings.ToUpper(text), giulia) || strings.Contains(text, "/fhir/") {
		t.Errorf("the device keeps too much: %s", text)
	}
	d.send("change", "manage")
	if written := asked(d.window, chromedp.Evaluate[string]("document.getElementById('number').value")); written != number {
		t.Errorf("the number is filled in as %q", written)
	}
	d.write("identifier", giulia)
	d.send("manage", "booking").check("booking")
	d.send("move", "find").send("find", "places").choose("#offer-3")
	d.send("places", "done").check("moved")
	if moved := d.read(".number"); moved != number {
		t.Errorf("the booking was %s and is %s", number, moved)
	}
	d.press(`a[href="#/booking"]`, "booking").press(`a[href="#/cancel"]`, "cancel").check("cancel")
	d.send("cancel", "booking").check("cancelled")
	if kept := asked(d.window, chromedp.Evaluate[int]("localStorage.length")); kept != 0 {
		t.Error("a booking that is cancelled is still kept")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, path := range s.asked {
		if strings.Contains(strings.ToUpper(path), giulia) || strings.Contains(path, number) {
			t.Errorf("an address says who it is: %s", path)
		}
	}
}

// book books, by way of a hold that is extended, and gives the number.
func (d *device) book() (number string) {
	d.t.Helper()
	d.press(`a[href="#/find"]`, "find")
	d.write("place", "rieti").nextWeek()
	d.send("find", "places")
	if text := d.read(".offer"); !strings.Contains(text, "Rieti") {
		d.t.Errorf("the first offer is %q", text)
	}
	d.choose("#offer")
	d.send("places", "person")
	d.write("identifier", strings.ToLower(giulia)).write("email", "someone@example.org")
	d.send("person", "hold").send("extend", "hold")
	if left := d.read(".clock"); !regexp.MustCompile(`^(20 minuti, 0|19 minuti, \d+) second`).MatchString(left) {
		d.t.Errorf("after the extension %q is left", left)
	}
	d.send("confirm", "done").check("done")
	number = d.read(".number")
	if !regexp.MustCompile(`^([0-9A-Z]{4}-){2}[0-9A-Z]{4}$`).MatchString(number) {
		d.t.Errorf("the booking has the number %q", number)
	}
	return number
}

// calendar checks the file for calendars.
func (d *device) calendar(number string) {
	d.t.Helper()
	text := asked(d.window, chromedp.Evaluate[string](`import([...document.querySelectorAll('link[rel=modulepreload]')].find(e => e.href.endsWith('/calendar.js')).href).then(m => m.calendar({
		number: '`+number+`', service: 'Vaccination', appointments: [{start: '2026-12-02T08:40:00+01:00', minutes: 10, hub: 'rieti', title: 'Hub; Rieti'}]}, 0))`, chromedp.EvalAwaitPromise))
	for _, line := range []string{"BEGIN:VCALENDAR", "DTSTART:20261202T074000Z", "DTEND:20261202T075000Z", `LOCATION:Hub\; Rieti\, Via Flavio Sabino 27\, Rieti`, "DESCRIPTION:Numero di prenotazione: " + number} {
		if !slices.Contains(strings.Split(text, "\r\n"), line) {
			d.t.Errorf("the calendar lacks %s:\n%s", line, text)
		}
	}
	if asked(d.window, chromedp.Evaluate[string](`document.querySelector('a[download]').href.slice(0, 5)`)) != "blob:" {
		d.t.Error("the calendar is not to be had")
	}
}

// TestAppTriesAgain: whatever goes wrong on the way, one request is carried out once.
func TestAppTriesAgain(t *testing.T) {
	t.Parallel()
	s := newAppSite(t, makeCatalog(t, time.Now().Add(-time.Hour)), plain)
	d := newDevice(t, s, look{width: phone}, "en")
	d.press(`a[href="#/find"]`, "find").nextWeek()
	s.next("$find", answer{status: 429, code: "too-many-requests", text: "Too many requests.", after: 1})
	d.send("find", "places").choose("#offer")
	d.send("places", "person").write("identifier", giulia)
	s.next("$hold", answer{status: 503, code: "overloaded", text: "Very many people.", after: 2}, answer{lost: true})
	d.choose(`form[data-form="person"] button`)
	d.until(`document.getElementById('status').textContent.includes('Very many people. Trying again in')`)
	d.on("hold")
	if keys := s.keysOf("$hold"); len(keys) != 3 || keys[0] != keys[1] || keys[1] != keys[2] || len(keys[0]) < 16 {
		t.Errorf("the request went out with the keys %v", keys)
	}
	s.next("$book", answer{status: 503, code: "overloaded", text: "Very many people.", after: 60})
	d.send("confirm", "hold")
	if text := d.read(".summary"); text != "Very many people." {
		t.Errorf("whoever is to wait long is told %q", text)
	}
	s.next("$book", answer{lost: true})
	d.send("confirm", "done")
	if keys := s.keysOf("$book"); len(keys) != 3 || keys[0] != keys[1] || keys[1] != keys[2] {
		t.Errorf("the confirmation went out with the keys %v", keys)
	}
	d.forgive("net::ERR_")
}

// TestAppElsewhere: where clocks are not those of Rome, and no confirmations are sent. What
// is kept stays right when it is looked up after a reload.
func TestAppElsewhere(t *testing.T) {
	t.Parallel()
	c := makeCatalog(t, time.Now().Add(-time.Hour))
	c.TimeZone = "Atlantic/Canary"
	s := newAppSite(t, c, plain)
	s.silent = true
	s.replace(s.version(plain, s.binding))
	d := newDevice(t, s, look{width: phone}, "it")
	number := d.book()
	if text := d.read("main"); strings.Contains(text, "someone@example.org") || !strings.Contains(text, "annota il numero") {
		t.Errorf("a confirmation is promised that nobody sends: %s", text)
	}
	d.send("keep", "done")
	const what = `(({zone, appointments}) => zone + ' ' + appointments.map((each) => each.address).join(' '))(JSON.parse(localStorage.booking))`
	kept, when := asked(d.window, chromedp.Evaluate[string](what)), d.read(".doses")
	if !strings.HasPrefix(kept, c.TimeZone) || strings.Count(kept, "Via ") != 2 {
		t.Errorf("what is kept has %q", kept)
	}
	d.open("about:blank")
	d.open(s.home + "/it/#/manage")
	d.on("manage").write("number", number).write("identifier", giulia)
	d.send("manage", "booking")
	if again := d.read(".doses"); again != when {
		t.Errorf("the booking was shown as %q, and after a reload as %q", when, again)
	}
	if again := asked(d.window, chromedp.Evaluate[string](what)); again != kept {
		t.Errorf("what is kept had %q, and after it was looked up %q", kept, again)
	}
}

// TestAppMoves: whoever thinks better of a move books for somebody else next; and what is
// booked can be moved while nothing new can be booked.
func TestAppMoves(t *testing.T) {
	t.Parallel()
	c := makeCatalog(t, time.Now().Add(-time.Hour))
	s := newAppSite(t, c, plain)
	d := newDevice(t, s, look{width: phone}, "it")
	number := d.book()
	d.press(`a[href="#/booking"]`, "booking").send("move", "find").send("find", "places")
	d.press(`a[href="#/find"]`, "find").press(`a[href="#/booking"]`, "booking").press("[data-home]", "start")
	d.press(`a[href="#/find"]`, "find").send("find", "places").choose("#offer")
	d.send("places", "person")

	c.Campaigns[0].Paused = "Il lotto di vaccini arriva giovedì."
	s.publish(c)
	d.visit("#/manage", "manage").write("number", number).write("identifier", giulia)
	d.send("manage", "booking").send("move", "find").send("find", "places").choose("#offer-3")
	d.send("places", "done")
	if moved := d.read(".number"); moved != number {
		t.Errorf("the booking was %s and is %s", number, moved)
	}
}

// TestAppOffline: without a network one's own booking is shown, and as of when; the app
// as it was kept comes up by itself.
func TestAppOffline(t *testing.T) {
	t.Parallel()
	s := newAppSite(t, makeCatalog(t, time.Now().Add(-time.Hour)), themed)
	d := newDevice(t, s, look{width: phone}, "it")
	d.press(`a[href="#/find"]`, "find").nextWeek().write("place", "rieti")
	d.send("find", "places").choose("#offer")
	d.send("places", "person").write("identifier", giulia)
	d.send("person", "hold").send("confirm", "done")
	number := d.read(".number")
	d.send("keep", "done")
	asked(d.window, chromedp.Evaluate[bool]("navigator.serviceWorker.ready.then(() => true)", chromedp.EvalAwaitPromise))
	d.offline()
	d.open(s.home + "/it/")
	d.on("start").check("offline")
	text := d.read("main")
	for _, part := range []string{"Sei offline", "Com'era", number, "Dose 1 di 2", "Via Flavio Sabino 27"} {
		if !strings.Contains(text, part) {
			t.Errorf("without a network the app does not say %q: %s", part, text)
		}
	}
	if n := asked(d.window, chromedp.Evaluate[int]("document.querySelectorAll('.mine svg path').length")); n != 1 {
		t.Errorf("%d QR codes are shown", n)
	}
	for _, address := range []string{s.home + "/", s.home + "/en/"} {
		d.open(address)
		d.on("start")
	}
	d.check("offline, english")
	d.send("remove", "start").check("offline, nothing kept")
	if text := d.read("main"); !strings.Contains(text, "No booking is saved") || strings.Contains(text, number) {
		t.Errorf("after it was removed the app says %s", text)
	}
	d.forgive("net::ERR_")
}

// TestAppInstalled: the browser finds nothing wrong with the manifest, installs the app,
// and opens it in a window of its own, also when there is no network. A window of
// nobody's own cannot install anything, so this one shares the browser's.
func TestAppInstalled(t *testing.T) {
	s := newAppSite(t, makeCatalog(t, time.Now().Add(-time.Hour)), themed)
	tab, closeTab := chromedp.NewContext(chromium)
	defer closeTab()
	if err := chromedp.Do(tab); err != nil { // the tab lives as long as this context
		t.Fatal(err)
	}
	d := &device{&window{t: t, ctx: tab, homes: []string{s.home}}, s}
	for _, language := range []string{"en", "it"} {
		d.open(s.home + "/" + language + "/")
		asked(d.window, chromedp.Evaluate[bool]("navigator.serviceWorker.ready.then(() => true)", chromedp.EvalAwaitPromise))
		m := asked(d.window, called(page.GetAppManifest, page.GetAppManifestParams{}))
		for _, e := range m.Errors {
			t.Errorf("%s: the manifest, line %d: %s", language, e.Line, e.Message)
		}
		if m.Manifest == nil || m.Manifest.Name != map[string]string{"en": "Health bookings", "it": "Prenotazioni sanitarie"}[language] || m.Manifest.StartURL != s.home+"/"+language+"/" || m.Manifest.Scope != s.home+"/" || m.Manifest.ID != s.home+"/" {
			t.Errorf("%s: the manifest is %+v", language, m.Manifest)
		}
		for _, e := range asked(d.window, called(page.GetInstallabilityErrors, cdp.Empty{})).InstallabilityErrors {
			t.Errorf("%s: it cannot be installed: %s", language, e.ErrorID)
		}
	}
	asked(d.window, called(pwa.Install, pwa.InstallParams{ManifestID: s.home + "/"}))
	defer asked(d.window, called(pwa.Uninstall, pwa.UninstallParams{ManifestID: s.home + "/"}))
	standalone := pwa.DisplayModeStandalone // what the manifest asks for; what DevTools installs opens in a tab
	asked(d.window, called(pwa.ChangeAppUserSettings, pwa.ChangeAppUserSettingsParams{ManifestID: s.home + "/", DisplayMode: standalone}))
	d.offline()
	before := d.pagesOf(s.home)
	asked(d.window, called(pwa.Launch, pwa.LaunchParams{ManifestID: s.home + "/"}))
	var launched []target.ID
	for end := time.Now().Add(longest); len(launched) == 0 && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		launched = slices.DeleteFunc(d.pagesOf(s.home), func(id target.ID) bool { return slices.Contains(before, id) })
	}
	if len(launched) != 1 {
		t.Fatalf("the app opens in %d windows", len(launched))
	}
	own, closeOwn := chromedp.NewContext(tab, chromedp.WithTargetID(launched[0]))
	defer closeOwn()
	if err := chromedp.Do(own); err != nil {
		t.Fatal(err)
	}
	in := &device{&window{t: t, ctx: own, homes: []string{s.home}}, s}
	in.until("matchMedia('(display-mode: standalone)').matches")
	in.on("start").at("/it/")
	if text := in.read("main"); !strings.Contains(text, "Sei offline") {
		t.Errorf("the app that is installed says, without a network: %s", text)
	}
}

// pagesOf are the pages of an address that are open in any window.
func (w *window) pagesOf(home string) []target.ID {
	w.t.Helper()
	var out []target.ID
	for _, each := range asked(w, called(target.GetTargets, target.GetTargetsParams{})).TargetInfos {
		if each.Type == "page" && strings.HasPrefix(each.URL, home+"/") {
			out = append(out, each.TargetID)
		}
	}
	return out
}

// called is a command of the DevTools protocol, and its answer.
func called[P, R any](c cdp.Command[P, R], parameters P) chromedp.Action[R] {
	return func(ctx context.Context, t *chromedp.Target) (R, error) { return cdp.Call(ctx, t, c, parameters) }
}

// TestAppOpening: an app that is open before an opening counts down by the server's
// clock, not this device's, and lets its person in by itself within half a minute.
func TestAppOpening(t *testing.T) {
	t.Parallel()
	opens := time.Now().Add(12 * time.Second).Truncate(time.Second)
	s := newAppSite(t, makeCatalog(t, opens), themed)
	d := newDevice(t, s, look{width: phone}, "it")
	d.pass(3 * time.Hour)                       // this device's clock is wrong
	d.visit("#/find", "start").check("waiting") // nobody is early
	if left := d.read(".clock"); !regexp.MustCompile(`^(\d|1[0-2]) second`).MatchString(left) {
		t.Errorf("seconds before the opening %q is left", left)
	}
	d.until("document.querySelector('.admitted').textContent !== ''")
	if at := time.Since(opens); at < -time.Second || at > 5*time.Second {
		t.Errorf("the app says %v after the opening that it is open", at)
	}
	d.check("admitted")
	d.on("find")
	if took := time.Since(opens); took > 33*time.Second {
		t.Errorf("the app lets its person in %v after the opening", took)
	}
}

// TestAppUpdate: a new version comes while somebody is booking. Their journey goes on
// with what it began with; once no page of it is open the new version takes over.
func TestAppUpdate(t *testing.T) {
	t.Parallel()
	s := newAppSite(t, makeCatalog(t, time.Now().Add(-time.Hour)), plain)
	d := newDevice(t, s, look{width: phone}, "en")
	asked(d.window, chromedp.Evaluate[bool]("navigator.serviceWorker.ready.then(() => true)", chromedp.EvalAwaitPromise))
	d.press(`a[href="#/find"]`, "find").nextWeek()
	d.send("find", "places").choose("#offer")
	d.send("places", "person").write("identifier", giulia)

	before := asked(d.window, chromedp.Evaluate[[]string]("caches.keys()", chromedp.EvalAwaitPromise))
	s.replace(s.version(themed, s.binding))
	asked(d.window, chromedp.Evaluate[bool]("navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => true)", chromedp.EvalAwaitPromise))
	d.until("navigator.serviceWorker.getRegistration().then(r => window.waits = Boolean(r.waiting)) && window.waits === true")
	during := asked(d.window, chromedp.Evaluate[[]string]("caches.keys()", chromedp.EvalAwaitPromise))
	if len(before) != 1 || len(during) != 2 || !slices.Contains(during, before[0]) {
		t.Errorf("the device kept %v, and keeps %v", before, during)
	}
	d.send("person", "hold").send("confirm", "done")

	d.open("about:blank")
	d.open(s.home + "/en/")
	d.until("document.documentElement.className === 'themed'")
	d.on("start")
	if after := asked(d.window, chromedp.Evaluate[[]string]("caches.keys()", chromedp.EvalAwaitPromise)); len(after) != 1 || slices.Contains(after, before[0]) {
		t.Errorf("the device keeps %v after %v", after, during)
	}
}

// TestAppFirstView: what comes over the wire to somebody who was never here.
func TestAppFirstView(t *testing.T) {
	t.Parallel()
	for theme, most := range map[string]int64{themed: 100_000, plain: 50_000} {
		s := newAppSite(t, makeCatalog(t, time.Now().Add(time.Hour)), theme)
		d := newDevice(t, s, look{width: phone}, "it")
		d.mu.Lock()
		bytes := d.bytes
		d.mu.Unlock()
		t.Logf("%s: %d bytes", theme, bytes)
		if bytes > most || bytes < 5_000 {
			t.Errorf("%s: the first view is %d bytes over the wire, want at most %d", theme, bytes, most)
		}
	}
}
