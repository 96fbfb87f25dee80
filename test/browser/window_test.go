/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Widths in CSS pixels: of a small phone, and of a desk.
const (
	phone = 320
	desk  = 1280
)

// window is a browser of somebody's own. What its pages complain of, and whomever else
// they ask for anything, is noted, and fails the test.
type window struct {
	t   testing.TB
	ctx context.Context

	mu    sync.Mutex
	homes []string // that it may ask
	notes []string
	bytes int64 // over the wire
}

// look is how a window shows pages.
type look struct {
	width     int64
	noScripts bool
}

// view is how somebody sees pages.
type view struct {
	language string
	width    int64
	theme    string
}

// inEveryView runs a test in every language and width, and without the theme once in
// each of them; n tells the views apart.
func inEveryView(t *testing.T, test func(t *testing.T, n int, v view)) {
	for n, v := range []view{
		{"it", phone, themed}, {"it", desk, themed}, {"en", phone, themed}, {"en", desk, themed},
		{"it", phone, plain}, {"en", desk, plain},
	} {
		t.Run(fmt.Sprint(v.language, ",", v.width, " px,", v.theme), func(t *testing.T) {
			t.Parallel()
			test(t, n, v)
		})
	}
}

// newWindow opens a window for the pages at an address.
func newWindow(t testing.TB, home string, l look) *window {
	t.Helper()
	w := &window{t: t, homes: []string{home}}
	tab, closeTab := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext(), chromedp.WithListener(w.hear))
	t.Cleanup(func() {
		closeTab()
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, note := range w.notes {
			t.Error(note)
		}
	})
	w.ctx = tab
	if err := chromedp.Do(tab, // the tab lives as long as this context
		command(network.Enable, network.EnableParams{}), command(log.Enable, cdp.Empty{}),
		command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: l.width, Height: 800, DeviceScaleFactor: 1}),
		command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.noScripts}),
		command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: clock + axe}),
	); err != nil {
		t.Fatal(err)
	}
	return w
}

// command is one of the DevTools protocol, whose answer nobody needs.
func command[P, R any](c cdp.Command[P, R], parameters P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, parameters)
		return err
	})
}

// clock lets a test say how much time has passed.
const clock = "(() => { const real = Date.now; window.passed = 0; Date.now = () => real() + window.passed; })();\n"

func (w *window) note(format string, arguments ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notes = append(w.notes, fmt.Sprintf(format, arguments...))
}

// mayAsk adds an address that the window may ask.
func (w *window) mayAsk(home string) *window {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.homes = append(w.homes, home)
	return w
}

func (w *window) knows(url string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.homes, func(home string) bool { return strings.HasPrefix(url, home+"/") })
}

func (w *window) hear(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !w.knows(url) && !strings.HasPrefix(url, "data:") {
			w.note("the page asks elsewhere: %s", url)
		}
	case *network.EventLoadingFinished:
		w.mu.Lock()
		defer w.mu.Unlock()
		w.bytes += int64(e.EncodedDataLength)
	case *runtime.EventExceptionThrown:
		w.note("a script fails: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		w.note("a script says: %s", e.Args[0].Value)
	case *log.EventEntryAdded:
		// That a page is refused is what many of them are for.
		if e.Entry.Level == log.EntryLevelError && !strings.HasPrefix(e.Entry.Text, "Failed to load resource: the server responded") {
			w.note("the browser says: %s", e.Entry.Text)
		}
	}
}

// longest is how long anything may take.
const longest = time.Minute

func (w *window) run(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, longest)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.t.Fatalf("%v\n%s", err, w.text())
	}
}

// asked runs something that has a result.
func asked[T any](w *window, action chromedp.Action[T]) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, longest)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		w.t.Fatalf("%v\n%s", err, w.text())
	}
	return value
}

// text is what people read, for whoever reads why a test failed.
func (w *window) text() string {
	ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
	return text
}

func (w *window) open(address string) *window {
	w.t.Helper()
	w.run(chromedp.Navigate(address))
	return w
}

// follow presses something that leads to another page.
func (w *window) follow(selector string) *window {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, longest)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		w.t.Fatalf("press %s: %v\n%s", selector, err, w.text())
	}
	return w
}

// send presses the button of the form of an action.
func (w *window) send(action string) *window {
	w.t.Helper()
	return w.follow(`form[action$="` + action + `"] button[type=submit]`)
}

// write writes into a field, over what is there.
func (w *window) write(field, text string) *window {
	w.t.Helper()
	asked(w, chromedp.Evaluate[string](`document.getElementById("`+field+`").value = ""`))
	w.run(chromedp.Focus(chromedp.ID(field)), command(input.InsertText, input.InsertTextParams{Text: text}))
	return w
}

// nextWeek asks for a day on which nothing begins while a test runs.
func (w *window) nextWeek() *window {
	w.t.Helper()
	day := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	asked(w, chromedp.Evaluate[string](`document.getElementById("day").value = "`+day+`"`))
	return w
}

// choose presses something that leads nowhere else.
func (w *window) choose(selector string) *window {
	w.t.Helper()
	w.run(chromedp.Click(chromedp.CSS(selector)))
	return w
}

// read gives the text of an element.
func (w *window) read(selector string) string {
	w.t.Helper()
	return strings.TrimSpace(asked(w, chromedp.TextContent(chromedp.CSS(selector))))
}

// at checks where the window is.
func (w *window) at(path string) *window {
	w.t.Helper()
	if is := asked(w, chromedp.Evaluate[string]("location.pathname")); is != path {
		w.t.Fatalf("the window is at %s, want %s\n%s", is, path, w.text())
	}
	return w
}

// until waits for an expression to be true, on whatever page the window is.
func (w *window) until(expression string) *window {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, longest)
	defer cancel()
	for ctx.Err() == nil {
		// While pages change there is nobody to ask.
		if is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)); err == nil && is {
			return w
		}
		time.Sleep(50 * time.Millisecond)
	}
	w.t.Fatalf("in %v it does not become true that %s\n%s", longest, expression, w.text())
	return w
}

// pass lets time pass for the page's scripts.
func (w *window) pass(d time.Duration) *window {
	w.t.Helper()
	asked(w, chromedp.Evaluate[int64](fmt.Sprintf("window.passed += %d", d.Milliseconds())))
	return w
}

// check is what must be so in every state of every page: axe finds nothing, and nobody
// has to scroll sideways.
func (w *window) check(name string) *window {
	w.t.Helper()
	violations := asked(w, chromedp.Evaluate[[]string](`axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})
		.then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 150)).join(' | ')))`, chromedp.EvalAwaitPromise))
	for _, violation := range violations {
		w.t.Errorf("%s: axe: %s", name, violation)
	}
	if wide := asked(w, chromedp.Evaluate[int]("document.documentElement.scrollWidth - innerWidth")); wide > 0 {
		w.t.Errorf("%s is %d px too wide", name, wide)
	}
	return w.picture(name)
}

// picture is for whoever wants to look.
func (w *window) picture(name string) *window {
	w.t.Helper()
	if *screenshots == "" {
		return w
	}
	image := asked(w, chromedp.FullScreenshot(100))
	file := strings.NewReplacer("/", "-", ",", "", " ", "-").Replace(strings.TrimPrefix(w.t.Name(), "Test") + "-" + name + ".png")
	if err := os.WriteFile(filepath.Join(*screenshots, file), image, 0o644); err != nil {
		w.t.Fatal(err)
	}
	return w
}
