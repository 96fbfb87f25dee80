/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package app serves the installable app, a progressive web app in Italian and in English.
// The app books through this server's FHIR interface; this package only serves the files that
// run on the device.
//
//	/it/                   the shell, in which scripts show one view after the other
//	/it/now.json           open, paused and coming campaigns     from memory, the same for everybody
//	/it/hubs.json          hubs, and which campaigns offer them  from memory
//	/it/app.webmanifest    lets browsers install the app
//	/it/qr                 draws a booking number that is posted
//	/worker.js             the service worker
//	/static/app-DIGEST/…   scripts, texts and icons; any change to one changes their folder
//
// Invariants:
//
//   - This package does not use the store. Before an opening a device needs only now.json.
//   - The service worker caches the shell of one version, all of it or nothing. It never
//     answers for /fhir, and never caches an answer of /fhir. A new version waits until no
//     page of the old one is open, so that no open page loses its files.
//   - A device keeps a booking only if its person agrees, and never the person's code. What
//     people write is in the bodies of requests only.
//   - It loads nothing from other servers, and has no inline script or style.
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
	Plain   bool  // works without TLS, to try things out
	Theme   fs.FS // see [page.Theme]; nil: the embedded one
}

// App answers requests. Any number of goroutines may use one.
type App struct {
	Options
	files     *page.Files
	languages page.Languages
	folder    string                   // of scripts, texts and icons
	version   string                   // of everything that a device caches
	fixed     map[string]page.Document // by address
	shells    map[string]page.Document // by language
	now       map[string]*memory       // by language
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

// New returns an App.
func New(o Options) (*App, error) {
	if o.Catalog == nil || o.Log == nil {
		return nil, errors.New("make the app: it needs a catalog and a log")
	}
	a := &App{Options: o, fixed: map[string]page.Document{}, shells: map[string]page.Document{}, now: map[string]*memory{}}
	for _, step := range []func() error{a.read, a.pack, a.writeShells, a.writeWorker} {
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

// unsent are the prefixes of texts that the device does not need. FHIR explains refusals.
var unsent = []string{"refusal.", "identifier.", "holding.", "elsewhere.", "unreadable.", "too_old.", "start.reload", "privacy"}

// pack puts scripts, texts and icons into one folder, because scripts import one another.
func (a *App) pack() error {
	images, err := icons()
	if err != nil {
		return err
	}
	contents := maps.Clone(images)
	for _, l := range a.languages {
		texts := l.Texts()
		maps.DeleteFunc(texts, func(key, _ string) bool {
			return slices.ContainsFunc(unsent, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
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
	Scripts                       []string // to load at once
	Languages                     page.Languages
}

// writeShells writes the shell and the manifest of each language.
func (a *App) writeShells() error {
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
		if a.shells[l.Tag()], err = page.NewDocument("text/html; charset=utf-8", text); err != nil {
			return err
		}
		manifest, err := a.manifest(l)
		if err != nil {
			return err
		}
		if a.fixed["/"+l.Tag()+"/app.webmanifest"], err = page.NewDocument("application/manifest+json", manifest); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) shellOf(l *page.Language) shell {
	return shell{Language: l.Tag(), Folder: a.folder, Languages: a.languages}
}

// writeWorker adds to the service worker's script the files to cache and their version.
func (a *App) writeWorker() error {
	var kept []string
	for _, address := range a.files.Addresses() {
		if address != a.files.Path("script.js") && path.Ext(address) != ".png" {
			kept = append(kept, address)
		}
	}
	var all bytes.Buffer
	shells := map[string]string{}
	for _, l := range a.languages {
		all.Write(a.shells[l.Tag()].Content())
		shells[l.Tag()] = "/" + l.Tag() + "/"
	}
	fmt.Fprintf(&all, "%q", kept)
	all.Write(worker)
	a.version = page.Digest(all.Bytes())
	parameters, err := json.Marshal(map[string]any{"version": a.version, "files": kept, "shells": shells, "first": a.languages[0].Tag()})
	if err != nil {
		return err
	}
	a.fixed["/worker.js"], err = page.NewDocument(kinds[".js"], append([]byte("const shell = "+string(parameters)+";\n"), worker...))
	return err
}

// policy also allows requests to this server, a manifest and a worker, and no forms.
const policy = page.OwnFiles + "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'; trusted-types worker"

// ServeHTTP answers requests.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.secure(w)
	if a.files.Serve(w, r) {
		return
	}
	words, path, found := a.languages.Requested(r)
	fixed, isFixed := a.fixed[r.URL.Path]
	switch {
	case found && path == "/qr" && r.Method == http.MethodPost:
		a.draw(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		a.message(w, words, notice{http.StatusMethodNotAllowed, "nowhere", 0})
	case isFixed:
		serve(w, r, fixed)
	case found:
		a.show(w, r, words, path)
	default:
		a.message(w, words, notice{http.StatusNotFound, "nowhere", 0})
	}
}

// show answers at the addresses that each language has.
func (a *App) show(w http.ResponseWriter, r *http.Request, words *page.Language, path string) {
	switch path {
	case "/":
		w.Header().Set("App-Version", a.version)
		w.Header().Set("Vary", "Accept-Language, Accept-Encoding")
		serve(w, r, a.shells[words.Tag()])
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

// Refuse answers a request that was rejected before it reached ServeHTTP, or ended in a panic.
func (a *App) Refuse(w http.ResponseWriter, r *http.Request, why error) {
	a.secure(w)
	words, _, _ := a.languages.Requested(r)
	if limited := (booking.RateLimitError{}); errors.As(why, &limited) {
		a.message(w, words, notice{http.StatusTooManyRequests, "app.busy", max(limited.After, time.Second)})
		return
	}
	a.message(w, words, notice{http.StatusInternalServerError, "failed", 0})
}
