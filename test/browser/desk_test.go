/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	callcentre "github.com/mezzanotte/mezzanotte/internal/booking/desk"
	"github.com/mezzanotte/mezzanotte/internal/booking/identifier"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
	"github.com/mezzanotte/mezzanotte/internal/booking/server"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

const annas = "cavallo graffetta 7"

// centre is a call centre's server on a site's store.
type centre struct {
	*site
	home string
	all  *server.Server
	mu   sync.Mutex
	log  bytes.Buffer
}

// Write keeps what is logged.
func (c *centre) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.Write(line)
}

func (c *centre) said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.String()
}

// agentsClerk is a clerk with moods, who books at once and counts places without any.
type agentsClerk struct {
	*moody
	real *clerk.Clerk
}

func (a agentsClerk) Book(ctx context.Context, w clerk.TakeRequest) (booking.Booking, error) {
	return a.real.Book(ctx, w)
}

func (a agentsClerk) Live(ctx context.Context, who identifier.Identifier) ([]booking.Booking, error) {
	return a.real.Live(ctx, who)
}

func (a agentsClerk) Availability(ctx context.Context) ([]booking.HubDay, error) {
	return a.real.Availability(ctx)
}

// newCentre serves a desk whose agents sign in as a directory says; nobody can where it
// has no files.
func newCentre(t testing.TB, c catalog.Catalog, files map[string]string, theme string) *centre {
	t.Helper()
	out := &centre{site: newSite(t, c)}
	log := slog.New(slog.NewTextHandler(out, nil))
	real := must(clerk.New(clerk.Options{
		Store: out.store, Binding: out.binding, Search: out.search, Channel: "desk", CallCentre: true, Connections: 5, PerPerson: clerk.DefaultPerPerson, Clock: time.Now,
	}))(t)
	out.clerk = &moody{Clerk: real}
	keys := func() *keyring.Keys { return out.keys }
	var door *signin.Authenticator
	if files != nil {
		dir := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		door = must(signin.New(signin.Options{Directory: dir, Keys: keys, Clock: time.Now, Log: log, Plain: true}))(t)
	}
	seen := must(callcentre.New(callcentre.Options{
		Catalog: out.binding, Clerk: agentsClerk{out.clerk, real}, Authenticator: door, Keys: keys, Log: log, Plain: true, Theme: themes[theme],
	}))(t)
	out.all = must(server.New(server.Options{
		Channel: "desk", CallCentre: true, Pages: seen, Clerk: real, Store: out.store, Binding: out.binding, Readiness: process.NewReadiness(time.Now()),
		Metrics: server.NewMetrics(), Log: log, Clock: time.Now,
	}))(t)
	listening := httptest.NewServer(out.all)
	t.Cleanup(listening.Close)
	out.home = listening.URL
	return out
}

// anna is the only agent.
func anna(t testing.TB) map[string]string {
	t.Helper()
	return map[string]string{"agents": must(signin.NewLine("anna", annas))(t)}
}

// keyboard is all that an agent uses.
type keyboard struct {
	*window
	keys int // that were pressed
}

// kind is what is typed, a key for each character.
func (k *keyboard) kind(text string) *keyboard {
	k.t.Helper()
	k.keys += len([]rune(text))
	k.run(chromedp.KeyEvent(text))
	return k
}

// enter presses the key that does what is offered first.
func (k *keyboard) enter() *keyboard { k.t.Helper(); return k.leads(chromedp.KeyEvent(kb.Enter)) }

// access presses an access key that leads to another page.
func (k *keyboard) access(key string) *keyboard { k.t.Helper(); return k.leads(withAlt(key)) }

func (k *keyboard) leads(press chromedp.Action[chromedp.Void]) *keyboard {
	k.t.Helper()
	k.keys++
	ctx, cancel := context.WithTimeout(k.ctx, longest)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, press); err != nil {
		k.t.Fatalf("no page after key %d: %v\n%s", k.keys, err, k.text())
	}
	return k.ready()
}

// ready waits until the page has put the focus where it belongs, with its first frame:
// nobody is as quick as a test.
func (k *keyboard) ready() *keyboard {
	k.t.Helper()
	k.until("document.activeElement !== document.body")
	return k
}

// jump presses an access key that leads to a field.
func (k *keyboard) jump(key string) *keyboard {
	k.t.Helper()
	k.keys++
	k.run(withAlt(key))
	return k
}

// withAlt presses a key together with Alt, as keyboards do.
func withAlt(key string) chromedp.Action[chromedp.Void] {
	return chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierAlt), func(p *input.DispatchKeyEventParams) { p.UnmodifiedText = key })
}

// arrow is the key that chooses the next of several.
const arrow = kb.ArrowDown

// heads checks what the page is.
func (k *keyboard) heads(title string) *keyboard {
	k.t.Helper()
	if is := k.read("h1"); is != title {
		k.t.Fatalf("the page is %q, want %q\n%s", is, title, k.text())
	}
	return k
}

var bookingNumber = regexp.MustCompile(`^([0-9A-Z]{4}-){2}[0-9A-Z]{4}$`)

// TestDeskByKeyboard does an agent's whole work without a mouse, with scripts and
// without.
func TestDeskByKeyboard(t *testing.T) {
	for name, without := range map[string]bool{"with scripts": false, "without scripts": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCentre(t, makeCatalog(t, time.Now().Add(-time.Hour)), anna(t), themed)
			k := &keyboard{window: newWindow(t, c.home, look{width: desk, noScripts: without})}
			k.open(c.home + "/en").at("/en/sign-in")
			k.ready().kind("anna\t" + annas).enter().heads("Who is calling?")

			k.keys = 0
			k.kind(strings.ToLower(giulia)).enter().heads("The caller").enter().heads("Held, not confirmed yet").enter().heads("Booking confirmed")
			if k.keys != 19 {
				t.Errorf("the usual booking takes %d keys, want 19", k.keys)
			}
			number := k.read(".number")
			if !bookingNumber.MatchString(number) {
				t.Errorf("the booking has the number %q", number)
			}
			first := k.read(".when")
			k.enter().heads("Who is calling?")
			k.jump("k").kind(number + "\t" + giulia).enter().heads("Booking confirmed")
			k.access("m").heads("Move the booking").kind(arrow + arrow).enter().heads("Booking confirmed")
			if moved := k.read(".when"); moved == first || k.read(".number") != number {
				t.Errorf("the booking was at %s and is at %s", first, moved)
			}
			k.access("u").heads("The caller").enter().heads("Booking confirmed")
			k.access("x").heads("Cancel the booking?").enter().heads("Booking confirmed").access("x").access("x").heads("Booking cancelled")
			k.access("n").kind(giulia).enter().kind(arrow).access("b").heads("Booking confirmed")
			k.access("p").heads("Available places by centre and day").kind("rieti").enter().heads("Available places by centre and day")
			if rows := asked(k.window, chromedp.Evaluate[int]("document.querySelectorAll('tbody tr').length")); rows != 1 {
				t.Errorf("%d hubs in Rieti", rows)
			}
			k.access("o").at("/en/sign-in").open(c.home + "/en").at("/en/sign-in")
			c.trail(number)
		})
	}
}

// trail checks what is on record: who did what to which booking, and nothing of the
// caller.
func (c *centre) trail(number string) {
	c.t.Helper()
	said := c.said()
	for _, want := range []string{
		"agent=anna verb=sign-in outcome=done", "agent=anna verb=look outcome=done booking=\"\"", "agent=anna verb=hold outcome=done booking=" + number,
		"agent=anna verb=confirm outcome=done booking=" + number, "agent=anna verb=look-up outcome=done booking=" + number,
		"agent=anna verb=move outcome=done booking=" + number, "agent=anna verb=cancel outcome=done booking=" + number,
		"agent=anna verb=book outcome=done", "agent=anna verb=places outcome=done", "agent=anna verb=sign-out outcome=done",
	} {
		if !strings.Contains(said, want) {
			c.t.Errorf("the trail does not say %s:\n%s", want, said)
		}
	}
	if strings.Contains(said, giulia) || strings.Contains(said, annas) {
		c.t.Errorf("the log says whom it was about:\n%s", said)
	}
}

// TestDeskPages goes through all pages of a desk in all their states.
func TestDeskPages(t *testing.T) {
	inEveryView(t, func(t *testing.T, _ int, v view) {
		now := time.Now()
		c := newCentre(t, makeCatalog(t, now.Add(-time.Hour), makeCampaign(t, "born-1986-1990", "1986-01-01", "1990-12-31", now.Add(time.Hour))), anna(t), v.theme)
		a := &agentAtWork{window: newWindow(t, c.home, look{width: v.width}), centre: c, prefix: c.home + "/" + v.language, theme: v.theme}
		a.arrives()
		a.looks()
		a.takes()
		a.changes()
		a.leaves()
	})
}

// agentAtWork gets everything wrong once.
type agentAtWork struct {
	*window
	centre *centre
	prefix string // of all addresses
	theme  string
}

// follow leads on by keyboard, wherever the page stands.
func (a *agentAtWork) follow(selector string) *agentAtWork {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.ctx, longest)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.SendKeys(chromedp.CSS(selector), kb.Enter)); err != nil {
		a.t.Fatalf("press %s: %v\n%s", selector, err, a.text())
	}
	return a
}

func (a *agentAtWork) send(action string) *agentAtWork {
	a.t.Helper()
	return a.follow(`form[action$="` + action + `"] button[type=submit]`)
}

func (a *agentAtWork) write(field, text string) *agentAtWork {
	a.t.Helper()
	a.window.write(field, text)
	return a
}

func (a *agentAtWork) check(name string) *agentAtWork {
	a.t.Helper()
	a.window.check(name)
	return a
}

func (a *agentAtWork) page(path string) { a.open(a.prefix + path) }

func (a *agentAtWork) arrives() {
	a.page("/sign-in")
	a.check("sign-in").write("name", "anna").write("password", "wrong").send("/sign-in").check("sign-in-wrong")
	a.write("password", annas).send("/sign-in").check("start")
	a.page("/nowhere")
	a.check("nowhere")
}

func (a *agentAtWork) looks() {
	a.page("/")
	a.write("identifier", giulia[:15]).send("/caller").check("start-wrong")
	a.write("identifier", "STP1234567890123").send("/caller").check("start-born")
	a.write("born", "1/6/1988").send("/caller").check("caller-not-yet")
	a.page("/")
	a.write("number", "7K3M").write("code", "x").send("/lookup").check("number-wrong")
	a.page("/places")
	a.check("places").write("place", "Atlantis").send("/places").check("places-wrong")
}

func (a *agentAtWork) takes() {
	moods := a.centre.clerk
	a.page("/")
	a.write("identifier", giulia).send("/caller").check("caller")
	a.write("email", "x").follow("button[value=hold]").check("caller-wrong")
	a.write("place", "Atlantis").send("/caller").check("elsewhere-wrong")
	moods.set(map[string]error{"find nothing": errors.New("nothing")})
	a.write("place", "").send("/caller").check("caller-none")
	moods.set(nil)
	a.send("/caller").write("email", "")
	moods.set(map[string]error{"hold": &booking.Refusal{Outcome: booking.NoPlace, Dose: 1}})
	a.follow("button[value=hold]").check("taken")
	moods.set(nil)
	a.follow("button[value=hold]").check("held")
	a.write("email", "x").follow("button[accesskey=c]").check("held-wrong")
	a.write("email", "").follow("button[accesskey=w]").check("extended")
	moods.set(map[string]error{"confirm": booking.OverloadFull})
	a.write("email", "giulia@example.org").follow("button[accesskey=c]").check("crowded")
	moods.set(nil)
	a.follow("button[accesskey=x]").check("given-up")
	a.follow("button[accesskey=u]").follow("button[value=hold]")
	a.pass(booking.HoldTime - 90*time.Second).until("document.querySelector('[data-warning] p') !== null").check("warned")
	a.pass(2 * time.Minute).until("document.querySelector('[data-over] p') !== null").check("over")
	a.follow("button[accesskey=c]").check("booked")
}

func (a *agentAtWork) changes() {
	a.follow("button[accesskey=u]").check("caller-has")
	a.follow("button[name=booking]").follow("button[accesskey=m]").check("move")
	a.follow("button[accesskey=x]").follow("button[accesskey=x]").check("cancel")
	a.follow("button[accesskey=x]").check("cancelled")
}

func (a *agentAtWork) leaves() {
	a.send("/sign-out").check("signed-out")
	away := newCentre(a.t, makeCatalog(a.t, time.Now()), map[string]string{
		"oidc.json": `{"issuer":"http://127.0.0.1:1","clientID":"desk","redirectURL":"http://127.0.0.1:2/sign-in/callback","group":"agents"}`,
	}, a.theme)
	language := a.prefix[len(a.prefix)-3:]
	newWindow(a.t, away.home, look{width: a.width()}).open(away.home + language + "/sign-in").check("provider").follow("main a").check("provider-away")
	closed := newCentre(a.t, makeCatalog(a.t, time.Now()), nil, a.theme)
	newWindow(a.t, closed.home, look{width: a.width()}).open(closed.home + language).check("closed")
}

func (w *window) width() int64 {
	w.t.Helper()
	return asked(w, chromedp.Evaluate[int64]("innerWidth"))
}
