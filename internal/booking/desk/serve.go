/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
)

// action answers a visit.
type action func(*visit) result

// route has the actions of an address; nil for a method that is not allowed.
type route struct {
	get, post action
	open      bool // no sign-in is needed
}

// visit is one request, with its language, catalog and time.
type visit struct {
	http.ResponseWriter // for cookies
	request             *http.Request
	words               *page.Language
	path                string // without the language
	in                  *binding.Snapshot
	now                 time.Time
	agent               string
	form                url.Values
	call                call
	why                 error // of a refusal or a failure
	log                 *slog.Logger
}

// result answers a visit: a page, or a redirect.
type result struct {
	template string
	title    string // key of its text
	problems page.Problems
	alert    string // shown at the top
	note     string // confirms what was done
	data     any
	call     *call // carried by its forms
	status   int   // 0: 200
	after    time.Duration
	to       string // address of a redirect
}

// content holds the values that every template gets.
type content struct {
	Language  string
	Languages []page.Link
	Title     string
	Agent     string
	page.Problems
	Alert, Note string
	Call        string // encrypted
	Data        any
}

// First reports whether a field is the first with a problem.
func (p content) First(field string) bool { return len(p.Problems) > 0 && p.Problems[0].Field == field }

// ServeHTTP answers requests.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page.Secure(w, d.Plain)
	if d.files.Serve(w, r) {
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	v := &visit{ResponseWriter: w, request: r, now: d.Catalog.Now(), log: d.Log}
	var found bool
	v.words, v.path, found = d.languages.Requested(r)
	if v.path == signin.CallbackPath && !found && d.Authenticator != nil {
		d.write(v, d.fromProvider(v))
		return
	}
	d.write(v, d.attempt(v, found))
}

// Refuse answers a request that was rejected before it reached ServeHTTP, or ended in a panic.
func (d *Desk) Refuse(w http.ResponseWriter, r *http.Request, why error) {
	page.Secure(w, d.Plain)
	w.Header().Set("Cache-Control", "no-store")
	v := &visit{ResponseWriter: w, request: r, now: d.Catalog.Now(), why: why}
	v.words, v.path, _ = d.languages.Requested(r)
	d.write(v, v.message(http.StatusInternalServerError, "failed"))
}

// attempt routes a visit. found reports whether its path names a language.
func (d *Desk) attempt(v *visit, found bool) result {
	to, known := d.routes[v.path]
	if !found || !known {
		return v.message(http.StatusNotFound, "nowhere")
	}
	if d.Authenticator == nil {
		return v.message(http.StatusServiceUnavailable, "desk.closed")
	}
	signedIn := false
	if v.agent, signedIn = d.Authenticator.Renew(v, v.request); !signedIn && !to.open {
		if v.request.Method == http.MethodPost {
			out := d.signInPage()
			out.alert, out.status = v.words.Say("desk.signed_out"), http.StatusForbidden
			return out
		}
		return result{to: v.to("/sign-in")}
	}
	var err error
	if v.in, v.now, err = d.current(); err != nil {
		v.why = err
		out := v.message(http.StatusServiceUnavailable, "no_catalog")
		out.after = page.Soon
		return out
	}
	switch v.request.Method {
	case http.MethodGet, http.MethodHead:
		if to.get == nil { // the address of a form, typed in or reloaded
			return result{to: v.to("/")}
		}
		return to.get(v)
	case http.MethodPost:
		if to.post != nil {
			return d.posted(v, to)
		}
	}
	return v.message(http.StatusMethodNotAllowed, "nowhere")
}

// posted checks a form and carries it out.
func (d *Desk) posted(v *visit, to route) result {
	if err := d.guard.Check(v.request); err != nil {
		return v.message(http.StatusForbidden, "elsewhere")
	}
	var ok bool
	if v.form, ok = page.ReadForm(v.request); !ok {
		return v.message(http.StatusBadRequest, "unreadable")
	}
	if to.open { // its form carries nothing
		return to.post(v)
	}
	if err := d.tokens.Open(v.form.Get("call"), purpose(v.agent), v.now, &v.call); err != nil || v.call.Key == "" {
		return v.message(http.StatusBadRequest, "too_old")
	}
	return to.post(v)
}

// to returns an address of the desk in the visit's language.
func (v *visit) to(path string) string { return "/" + v.words.Tag() + path }

// message returns a page with a title and a text only.
func (v *visit) message(status int, key string) result {
	return result{template: "message", title: key + ".title", status: status, data: v.words.Say(key + ".text")}
}

// write sends a result, and reports the error behind it to the server.
func (d *Desk) write(v *visit, out result) {
	page.Report(v.ResponseWriter, v.why)
	header := v.Header()
	page.RetryAfter(v, out.after)
	if out.to != "" {
		header.Set("Location", out.to)
		v.WriteHeader(http.StatusSeeOther)
		return
	}
	text, err := d.render(v, out)
	if err != nil {
		d.Log.Error("Failed to show a page of the desk", "error", err)
		http.Error(v, v.words.Say("failed.title"), http.StatusInternalServerError)
		return
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", v.words.Tag())
	header.Set("Content-Length", strconv.Itoa(len(text)))
	v.WriteHeader(max(out.status, http.StatusOK))
	_, _ = v.Write(text) // an error means that the client hung up
}

// render writes a page. Pages are not compressed, because the compressed length would reveal
// something about their content.
func (d *Desk) render(v *visit, out result) ([]byte, error) {
	home := "/"
	if v.path == "/places" || v.path == "/sign-in" {
		home = v.path
	}
	p := content{
		Language: v.words.Tag(), Languages: d.languages.Links(v.words, home), Title: v.words.Say(out.title), Agent: v.agent,
		Problems: out.problems, Alert: out.alert, Note: out.note, Data: out.data,
	}
	if v.agent != "" { // even the form to sign out carries one
		var c call
		if out.call != nil {
			c = *out.call
		}
		var err error
		if p.Call, err = d.tokens.Seal(c.carried(), purpose(v.agent), v.now.Add(lifetime)); err != nil {
			return nil, err
		}
	}
	return v.words.Render(out.template, p)
}

// withContact and seeking hold the values of the templates of some fields, and the page with
// its problems.
type (
	withContact struct {
		Page    content
		Contact contactData
	}
	seeking struct {
		Page   content
		Offers *offersData
	}
)

// With returns the fields of a contact.
func (p content) With(c contactData) withContact { return withContact{p, c} }

// Seeking returns the fields of a search for places.
func (p content) Seeking(o *offersData) seeking { return seeking{p, o} }
