/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// action answers a visit.
type action func(*visit) (result, error)

// route has the actions of an address; nil for a method that is not allowed.
type route struct{ get, post action }

// visit is one request, with its language, catalog and time.
type visit struct {
	request *http.Request
	words   *page.Language
	path    string // without the language
	in      *binding.Snapshot
	now     time.Time
	form    url.Values // of a POST
	journey journey    // from the form, or else from the cookie
	why     error      // of a refusal or a failure
}

// result answers a visit: a page, a file, or a redirect.
type result struct {
	view    *view
	file    *download
	to      string        // path without the language
	keep    *journey      // to put into the cookie
	forget  bool          // deletes the cookie
	status  int           // of a page; 0: 200
	after   time.Duration // until a retry
	private bool          // contains personal data
}

// download is a file with a person's data.
type download struct{ name, kind, text string }

// ServeHTTP answers requests.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page.Secure(w, p.Plain)
	if p.files.Serve(w, r) {
		return
	}
	words, path, found := p.languages.Requested(r)
	if path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead) && p.fromMemory(w, r, words) {
		return
	}
	v := &visit{request: r, words: words, path: path, now: p.Catalog.Now()}
	out, err := p.attempt(v, found)
	if err != nil {
		out = p.failed(v, err)
	}
	p.send(w, v, out)
}

// Refuse answers a request that was rejected before it reached ServeHTTP, or ended in a panic.
func (p *Pages) Refuse(w http.ResponseWriter, r *http.Request, why error) {
	page.Secure(w, p.Plain)
	words, path, _ := p.languages.Requested(r)
	v := &visit{request: r, words: words, path: path, now: p.Catalog.Now(), why: why}
	out := v.message(http.StatusInternalServerError, "failed")
	if limited := (booking.RateLimitError{}); errors.As(why, &limited) {
		text := v.words.Say("refusal.busy.text", v.words.Length(limited.After))
		out = v.notice(notice{status: http.StatusTooManyRequests, title: "refusal.busy.title", text: text}).later(limited.After)
	}
	p.send(w, v, out)
}

// scene returns what a page's words depend on.
func (v *visit) scene() page.Scene {
	return page.Scene{Context: v.request.Context(), Words: v.words, In: v.in, Now: v.now, Campaign: v.journey.Campaign, Path: v.path}
}

// explain returns an error in words, and reports it to the server.
func (p *Pages) explain(v *visit, err error) page.Refusal {
	v.why = err
	return p.explainer.Explain(p.logged(v), err)
}

// logged returns a visit's scene with a path that may be logged.
func (p *Pages) logged(v *visit) page.Scene {
	s := v.scene()
	if _, known := p.routes[v.path]; !known {
		s.Path = "other"
	}
	return s
}

// send sends a result, and reports the error behind it to the server.
func (p *Pages) send(w http.ResponseWriter, v *visit, out result) {
	page.Report(w, v.why)
	if err := p.write(w, v, out); err != nil {
		p.explainer.Complain(p.logged(v), err)
		http.Error(w, v.words.Say("failed.title"), http.StatusInternalServerError)
	}
}

// attempt routes a visit. found reports whether its path names a language.
func (p *Pages) attempt(v *visit, found bool) (result, error) {
	to, known := p.routes[v.path]
	if !found || !known {
		return v.message(http.StatusNotFound, "nowhere"), nil
	}
	var err error
	if v.in, err = p.Catalog.Current(); err != nil {
		v.why = err
		return v.message(http.StatusServiceUnavailable, "no_catalog").later(page.Soon), nil
	}
	switch v.request.Method {
	case http.MethodGet, http.MethodHead:
		if to.get == nil { // the address of a form, typed in or reloaded
			return result{to: "/"}, nil
		}
		v.journey = p.remembered(v.request, v.now)
		return to.get(v)
	case http.MethodPost:
		if to.post == nil {
			return v.message(http.StatusMethodNotAllowed, "nowhere"), nil
		}
		return p.posted(v, to.post)
	default:
		return v.message(http.StatusMethodNotAllowed, "nowhere"), nil
	}
}

// posted checks a form and carries it out.
func (p *Pages) posted(v *visit, do action) (result, error) {
	if err := p.guard.Check(v.request); err != nil {
		return v.message(http.StatusForbidden, "elsewhere"), nil
	}
	var ok bool
	if v.form, ok = page.ReadForm(v.request); !ok {
		return v.message(http.StatusBadRequest, "unreadable"), nil
	}
	var j journey
	if err := p.tokens.Open(v.form.Get("journey"), inForm, v.now, &j); err != nil || j.Key == "" {
		return v.message(http.StatusBadRequest, "too_old"), nil
	}
	v.journey = j
	return do(v)
}

// failed logs an unexpected error and returns its page.
func (p *Pages) failed(v *visit, err error) result {
	v.why = err
	p.explainer.Complain(p.logged(v), err)
	return v.message(http.StatusInternalServerError, "failed")
}

// write sends a result.
func (p *Pages) write(w http.ResponseWriter, v *visit, out result) error {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Vary", "Accept-Language, Accept-Encoding, Cookie")
	switch {
	case out.forget:
		p.setCookie(w, "", -1)
	case out.keep != nil:
		if err := p.remember(w, *out.keep, v.now); err != nil {
			return err
		}
	}
	page.RetryAfter(w, out.after)
	switch {
	case out.to != "":
		header.Set("Location", "/"+v.words.Tag()+out.to)
		w.WriteHeader(http.StatusSeeOther)
		return nil
	case out.file != nil:
		header.Set("Content-Type", out.file.kind)
		header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": out.file.name}))
		_, _ = io.WriteString(w, out.file.text) // an error means that the client hung up
		return nil
	}
	return p.writeView(w, v, out)
}

// writeView sends a page. Private pages are not compressed, because the compressed length
// would reveal something about their content.
func (p *Pages) writeView(w http.ResponseWriter, v *visit, out result) error {
	if out.view == nil {
		return errors.New("show a page: there is none")
	}
	text, err := p.render(v, out.view)
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", v.words.Tag())
	if !out.private && page.AcceptsGzip(v.request) {
		if text, err = page.Compress(text, gzip.BestSpeed); err != nil {
			return err
		}
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(max(out.status, http.StatusOK))
	_, _ = w.Write(text) // an error means that the client hung up
	return nil
}
