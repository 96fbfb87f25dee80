/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
)

// action answers a visit.
type action func(*visit) (result, error)

// route is what may be done at an address; nil where it may not.
type route struct{ get, post action }

// visit is one request, and what it rests on.
type visit struct {
	request *http.Request
	words   *language
	path    string // without the language
	in      *binding.Snapshot
	now     time.Time
	form    url.Values // of a POST
	journey journey    // of the form, or else of the cookie
	why     error      // it is not as it was wanted
}

// result is what a visit comes to: a page, a file, or another address.
type result struct {
	view    *view
	file    *download
	to      string        // path without the language
	keep    *journey      // for the next page
	forget  bool          // whatever was kept
	status  int           // of a page; 0: 200
	after   time.Duration // to come again
	private bool          // says something of somebody
}

// download is a file of somebody's own.
type download struct{ name, kind, text string }

// maxBodyBytes is more than any form of ours has.
const maxBodyBytes = 64 << 10

// security is said with every answer. Styles and scripts are files of our own, and
// nothing is asked of anybody else.
var security = map[string]string{
	"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
}

// ServeHTTP answers requests.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.secure(w)
	if p.files.serve(w, r) {
		return
	}
	words, path, spoken := p.spoken(r)
	if path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead) && p.fromMemory(w, r, words) {
		return
	}
	v := &visit{request: r, words: words, path: path, now: p.Catalog.Now()}
	out, err := p.attempt(v, spoken)
	if err != nil {
		out = p.failed(v, err)
	}
	p.send(w, v, out)
}

// Refuse answers a request that was not let in, or of which nothing came.
func (p *Pages) Refuse(w http.ResponseWriter, r *http.Request, why error) {
	p.secure(w)
	words, path, _ := p.spoken(r)
	v := &visit{request: r, words: words, path: path, now: p.Catalog.Now(), why: why}
	out := v.message(http.StatusInternalServerError, "failed")
	if often := (clerk.TooOften{}); errors.As(why, &often) {
		out = v.notice(v.saying(http.StatusTooManyRequests, "busy", v.words.length(often.After))).later(often.After)
	}
	p.send(w, v, out)
}

// secure says what is said with every answer.
func (p *Pages) secure(w http.ResponseWriter) {
	for name, value := range security {
		w.Header()[name] = []string{value}
	}
	if !p.Plain {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// send sends a result, and tells whoever counts why it is no better.
func (p *Pages) send(w http.ResponseWriter, v *visit, out result) {
	if observer, ok := w.(interface{ Observe(error) }); ok && v.why != nil {
		observer.Observe(v.why)
	}
	if err := p.write(w, v, out); err != nil {
		p.complain(v, err)
		http.Error(w, v.words.say("failed.title"), http.StatusInternalServerError)
	}
}

// spoken tells in which language to answer, and what is asked for. The language is
// that of the address, and what browsers prefer only where it has none.
func (p *Pages) spoken(r *http.Request) (words *language, path string, found bool) {
	for _, l := range p.languages {
		if rest, ok := strings.CutPrefix(r.URL.Path, "/"+l.tag+"/"); ok {
			return l, "/" + rest, true
		}
		if r.URL.Path == "/"+l.tag {
			return l, "/", true
		}
	}
	words = p.preferred(r.Header.Get("Accept-Language"))
	if r.URL.Path == "/" {
		return words, "/", true
	}
	return words, r.URL.Path, false
}

// attempt finds out what is asked for, and does it.
func (p *Pages) attempt(v *visit, spoken bool) (result, error) {
	to, known := p.routes[v.path]
	if !spoken || !known {
		return v.message(http.StatusNotFound, "nowhere"), nil
	}
	var err error
	if v.in, err = p.Catalog.Current(); err != nil {
		v.why = err
		return v.message(http.StatusServiceUnavailable, "no_catalog").later(soon), nil
	}
	switch v.request.Method {
	case http.MethodGet, http.MethodHead:
		if to.get == nil { // the address of a form, typed or reloaded
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

// posted does what a form of ours asks for.
func (p *Pages) posted(v *visit, do action) (result, error) {
	if err := p.guard.Check(v.request); err != nil {
		return v.message(http.StatusForbidden, "elsewhere"), nil
	}
	var ok bool
	if v.form, ok = formOf(v.request); !ok {
		return v.message(http.StatusBadRequest, "unreadable"), nil
	}
	var j journey
	if err := p.seal.Open(v.form.Get("journey"), inForm, v.now, &j); err != nil || j.Key == "" {
		return v.message(http.StatusBadRequest, "too_old"), nil
	}
	v.journey = j
	return do(v)
}

// formOf reads the body of a form, as browsers write it.
func formOf(r *http.Request) (url.Values, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	if err != nil || len(body) > maxBodyBytes {
		return nil, false
	}
	form, err := url.ParseQuery(string(body))
	return form, err == nil
}

// soon is when to come again where nobody knows better.
const soon = 5 * time.Second

// failed is the page for a mistake of ours.
func (p *Pages) failed(v *visit, err error) result {
	v.why = err
	p.complain(v, err)
	return v.message(http.StatusInternalServerError, "failed")
}

// complain logs what went wrong, unless there was very much: at which of our
// addresses, not who asked what.
func (p *Pages) complain(v *visit, err error) {
	path := v.path
	if _, known := p.routes[path]; !known {
		path = "other"
	}
	p.complaints.Do(func() {
		p.Log.LogAttrs(v.request.Context(), slog.LevelError, "Failed to show a page", slog.String("path", path), slog.Any("error", err))
	})
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
	if out.after > 0 {
		header.Set("Retry-After", strconv.Itoa(int((out.after+time.Second-1)/time.Second)))
	}
	switch {
	case out.to != "":
		header.Set("Location", "/"+v.words.tag+out.to)
		w.WriteHeader(http.StatusSeeOther)
		return nil
	case out.file != nil:
		header.Set("Content-Type", out.file.kind)
		header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": out.file.name}))
		_, _ = io.WriteString(w, out.file.text) // whoever hung up is not told
		return nil
	}
	return p.writeView(w, v, out)
}

// writeView sends a page. One that says something of somebody is not compressed: its
// length must not tell what it says.
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
	header.Set("Content-Language", v.words.tag)
	if !out.private && takesGzip(v.request) {
		if text, err = squeezed(text, gzip.BestSpeed); err != nil {
			return err
		}
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(max(out.status, http.StatusOK))
	_, _ = w.Write(text) // whoever hung up is not told
	return nil
}

func takesGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

// squeezed compresses.
func squeezed(text []byte, level int) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		return nil, fmt.Errorf("compress a page: %w", err)
	}
	_, _ = w.Write(text) // a buffer takes everything
	_ = w.Close()
	return out.Bytes(), nil
}
