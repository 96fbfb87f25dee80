/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package app is the app channel: a progressive web app that people install, in
// Italian and in English. It asks this server's FHIR interface for everything that it
// does; this package only hands out what runs on the device.
//
//	/it/                   the shell, in which scripts show one view after the other
//	/it/now.json           what is open, paused and to come      from memory, whoever asks
//	/it/hubs.json          hubs, and which campaigns offer them  from memory
//	/it/app.webmanifest    what makes it an app
//	/it/qr                 draws a booking number that is posted
//	/worker.js             the service worker
//	/static/app-DIGEST/…   scripts, texts and icons: their folder changes with any of them
//
// Invariants:
//
//   - Nothing here asks the store. Before an opening the device needs now.json alone.
//   - The service worker keeps the shell of one version, and all of it or nothing. It
//     never answers for /fhir, nor keeps an answer of it. A new version waits until no
//     page of the old one is open, so that no journey loses what it runs on.
//   - The device keeps a booking only where its person says so, and never the person's
//     code. What they write goes in bodies of requests.
//   - No page asks anybody else's server for anything, and no script or style stands
//     within a page.
package app

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// Options configures an App.
type Options struct {
	Catalog page.Catalog
	Log     *slog.Logger
	Mail    bool  // confirmations are sent
	Plain   bool  // travels without TLS, to try things out
	Theme   fs.FS // has files of a larger style, if any: see [page.Theme]; nil: the embedded one
}

// App answers requests. Any number of goroutines may use one.
type App struct {
	Options
	files     *page.Files
	languages page.Languages
	folder    string // of scripts, texts and icons
	version   string // of everything that a device keeps
	fixed     map[string]document
	shells    map[string]document // by language
	now       map[string]*memory  // by language
	hubs      memory
}

var (
	//go:embed files
	ownFiles embed.FS
	//go:embed modules
	modules embed.FS
	//go:embed texts
	ownTexts embed.FS
	//go:embed templates
	ownTemplates embed.FS
	//go:embed worker.js
	worker []byte
)

// New makes an app.
func New(o Options) (*App, error) {
	if o.Catalog == nil || o.Log == nil {
		return nil, errors.New("make the app: it needs a catalog and a log")
	}
	a := &App{Options: o, fixed: map[string]document{}, shells: map[string]document{}, now: map[string]*memory{}}
	for _, step := range []func() error{a.read, a.pack, a.write, a.wrap} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("make the app: %w", err)
		}
	}
	return a, nil
}

// read reads files and texts.
func (a *App) read() (err error) {
	if a.files, err = page.NewFiles(a.Theme, page.Folder(ownFiles, "files")); err != nil {
		return err
	}
	a.languages, err = page.NewLanguages(page.Book{Texts: page.Folder(ownTexts, "texts"), Templates: page.Folder(ownTemplates, "templates"), Files: a.files})
	for _, l := range a.languages {
		a.now[l.Tag()] = &memory{}
	}
	return err
}

// elsewhere are texts that the device does not need: FHIR says why it refuses.
var elsewhere = []string{"refusal.", "identifier.", "holding.", "elsewhere.", "unreadable.", "too_old.", "start.reload", "privacy"}

// pack gathers scripts, texts and icons in one folder, since scripts name one another.
func (a *App) pack() error {
	images, err := icons()
	if err != nil {
		return err
	}
	contents := maps.Clone(images)
	for _, l := range a.languages {
		texts := l.Texts()
		maps.DeleteFunc(texts, func(key, _ string) bool {
			return slices.ContainsFunc(elsewhere, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		})
		if contents[l.Tag()+".json"], err = json.Marshal(texts); err != nil {
			return err
		}
	}
	scripts, err := fs.Glob(modules, "modules/*.js")
	if err != nil {
		return err
	}
	for _, name := range scripts {
		if contents[path.Base(name)], err = modules.ReadFile(name); err != nil {
			return err
		}
	}
	var all bytes.Buffer
	names := slices.Sorted(maps.Keys(contents))
	for _, name := range names {
		fmt.Fprintf(&all, "%s %d\n%s", name, len(contents[name]), contents[name])
	}
	within := "app-" + page.Digest(all.Bytes()) + "/"
	for _, name := range names {
		address, err := a.files.Put(within+name, kinds[path.Ext(name)], contents[name])
		if err != nil {
			return err
		}
		a.folder = path.Dir(address) + "/"
	}
	return nil
}

var kinds = map[string]string{".js": "text/javascript; charset=utf-8", ".json": "application/json", ".png": "image/png"}

// shell holds the values of its template.
type shell struct {
	Language, Folder, Title, Text string
	Scripts                       []string // to be fetched at once
	Languages                     page.Languages
}

// write writes the shells, and the manifests that belong to them.
func (a *App) write() error {
	for _, l := range a.languages {
		data := a.shellOf(l)
		for _, address := range a.files.Addresses() {
			if strings.HasPrefix(address, a.folder) && strings.HasSuffix(address, ".js") {
				data.Scripts = append(data.Scripts, address)
			}
		}
		text, err := l.Render("shell", data)
		if err != nil {
			return err
		}
		if a.shells[l.Tag()], err = newDocument("text/html; charset=utf-8", text); err != nil {
			return err
		}
		manifest, err := a.manifest(l)
		if err != nil {
			return err
		}
		if a.fixed["/"+l.Tag()+"/app.webmanifest"], err = newDocument("application/manifest+json", manifest); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) shellOf(l *page.Language) shell {
	return shell{Language: l.Tag(), Folder: a.folder, Languages: a.languages}
}

// wrap tells the service worker what to keep, and under which version.
func (a *App) wrap() error {
	var kept []string
	for _, address := range a.files.Addresses() {
		if address != a.files.Path("script.js") && path.Ext(address) != ".png" {
			kept = append(kept, address)
		}
	}
	var all bytes.Buffer
	shells := map[string]string{}
	for _, l := range a.languages {
		all.Write(a.shells[l.Tag()].plain)
		shells[l.Tag()] = "/" + l.Tag() + "/"
	}
	fmt.Fprintf(&all, "%q", kept)
	all.Write(worker)
	a.version = page.Digest(all.Bytes())
	told, err := json.Marshal(map[string]any{"version": a.version, "files": kept, "shells": shells, "first": a.languages[0].Tag()})
	if err != nil {
		return err
	}
	a.fixed["/worker.js"], err = newDocument(kinds[".js"], append([]byte("const shell = "+string(told)+";\n"), worker...))
	return err
}

// policy extends that of the pages by what a worker, a manifest and requests need.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types worker"

// ServeHTTP answers requests.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.secure(w)
	if a.files.Serve(w, r) {
		return
	}
	words, where, spoken := a.languages.Requested(r)
	fixed, isFixed := a.fixed[r.URL.Path]
	switch {
	case spoken && where == "/qr" && r.Method == http.MethodPost:
		a.draw(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		a.message(w, words, notice{http.StatusMethodNotAllowed, "nowhere", 0})
	case isFixed:
		fixed.serve(w, r)
	case spoken:
		a.show(w, r, words, where)
	default:
		a.message(w, words, notice{http.StatusNotFound, "nowhere", 0})
	}
}

// show answers with what there is in each language.
func (a *App) show(w http.ResponseWriter, r *http.Request, words *page.Language, where string) {
	switch where {
	case "/":
		w.Header().Set("App-Version", a.version)
		w.Header().Set("Vary", "Accept-Language, Accept-Encoding")
		a.shells[words.Tag()].serve(w, r)
	case "/now.json":
		a.serveNow(w, r, words)
	case "/hubs.json":
		a.serveHubs(w, r, words)
	default:
		a.message(w, words, notice{http.StatusNotFound, "nowhere", 0})
	}
}

// secure sets the headers of every answer.
func (a *App) secure(w http.ResponseWriter) {
	page.Secure(w, a.Plain)
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Cache-Control", "no-store")
}

// Refuse answers a request that was not let in, or of which nothing came.
func (a *App) Refuse(w http.ResponseWriter, r *http.Request, why error) {
	a.secure(w)
	words, _, _ := a.languages.Requested(r)
	if often := (booking.RateLimitError{}); errors.As(why, &often) {
		a.message(w, words, notice{http.StatusTooManyRequests, "app.busy", max(often.After, time.Second)})
		return
	}
	a.message(w, words, notice{http.StatusInternalServerError, "failed", 0})
}
