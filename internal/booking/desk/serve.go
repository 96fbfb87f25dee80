/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
	"github.com/mezzanotte/mezzanotte/internal/booking/web"
)

// action answers a visit.
type action func(*visit) result

// route is what may be done at an address; nil where it may not.
type route struct {
	get, post action
	open      bool // to whoever has not signed in
}

// visit is one request, and what it rests on.
type visit struct {
	http.ResponseWriter // for cookies
	request             *http.Request
	words               *web.Language
	path                string // without the language
	in                  *binding.Snapshot
	now                 time.Time
	agent               string
	form                url.Values
	call                call
	why                 error // it is not as it was wanted
	log                 *slog.Logger
}

// result is what a visit comes to: a page, or another address.
type result struct {
	template string
	title    string // key of its text
	problems []problem
	alert    string // said above everything else
	note     string // that something was done
	data     any
	call     *call // that its forms carry
	status   int   // 0: 200
	after    time.Duration
	to       string // address elsewhere
}

// problem is what is wrong with a field, in words.
type problem struct{ Field, Text string }

// page is what templates see.
type page struct {
	Language    string
	Languages   []language
	Title       string
	Agent       string
	Problems    []problem
	Alert, Note string
	Call        string // sealed
	Data        any
}

// language is the first page in a language.
type language struct {
	Tag, Name, Href string
	Here            bool
}

// Problem is what is wrong with a field; "" where nothing is.
func (p page) Problem(field string) string {
	for _, each := range p.Problems {
		if each.Field == field {
			return each.Text
		}
	}
	return ""
}

// First tells whether a field is the first with a problem.
func (p page) First(field string) bool { return len(p.Problems) > 0 && p.Problems[0].Field == field }

// ServeHTTP answers requests.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	web.Secure(w, d.Plain)
	if d.files.Serve(w, r) {
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	v := &visit{ResponseWriter: w, request: r, now: d.Catalog.Now(), log: d.Log}
	var spoken bool
	v.words, v.path, spoken = web.Spoken(d.languages, r)
	if v.path == signin.CallbackPath && !spoken && d.Authenticator != nil {
		d.write(v, d.fromProvider(v))
		return
	}
	d.write(v, d.attempt(v, spoken))
}

// Refuse answers a request that was not let in, or of which nothing came.
func (d *Desk) Refuse(w http.ResponseWriter, r *http.Request, why error) {
	web.Secure(w, d.Plain)
	w.Header().Set("Cache-Control", "no-store")
	v := &visit{ResponseWriter: w, request: r, now: d.Catalog.Now(), why: why}
	v.words, v.path, _ = web.Spoken(d.languages, r)
	d.write(v, v.message(http.StatusInternalServerError, "failed"))
}

// attempt finds out what is asked for, and does it.
func (d *Desk) attempt(v *visit, spoken bool) result {
	to, known := d.routes[v.path]
	if !spoken || !known {
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
		out.after = soon
		return out
	}
	switch v.request.Method {
	case http.MethodGet, http.MethodHead:
		if to.get == nil { // the address of a form, typed
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

// soon is when to come again where nobody knows better.
const soon = 5 * time.Second

// posted does what a form of ours asks for.
func (d *Desk) posted(v *visit, to route) result {
	if err := d.guard.Check(v.request); err != nil {
		return v.message(http.StatusForbidden, "elsewhere")
	}
	var ok bool
	if v.form, ok = web.Form(v.request); !ok {
		return v.message(http.StatusBadRequest, "unreadable")
	}
	if to.open { // its form carries nothing
		return to.post(v)
	}
	if err := d.seal.Open(v.form.Get("call"), ofAgent(v.agent), v.now, &v.call); err != nil || v.call.Key == "" {
		return v.message(http.StatusBadRequest, "too_old")
	}
	return to.post(v)
}

// to is an address of ours in the visit's language.
func (v *visit) to(path string) string { return "/" + v.words.Tag() + path }

// message is a page that only says something.
func (v *visit) message(status int, key string) result {
	return result{template: "message", title: key + ".title", status: status, data: v.words.Say(key + ".text")}
}

// write sends a result, and tells whoever counts why it is no better.
func (d *Desk) write(v *visit, out result) {
	if observer, ok := v.ResponseWriter.(interface{ Observe(error) }); ok && v.why != nil {
		observer.Observe(v.why)
	}
	header := v.Header()
	if out.after > 0 {
		header.Set("Retry-After", strconv.Itoa(int((out.after+time.Second-1)/time.Second)))
	}
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
	_, _ = v.Write(text) // whoever hung up is not told
}

// render writes a page. It is never compressed: its length must not tell what it says.
func (d *Desk) render(v *visit, out result) ([]byte, error) {
	p := page{
		Language: v.words.Tag(), Title: v.words.Say(out.title), Agent: v.agent,
		Problems: out.problems, Alert: out.alert, Note: out.note, Data: out.data,
	}
	home := "/"
	if v.path == "/places" || v.path == "/sign-in" {
		home = v.path
	}
	for _, l := range d.languages {
		p.Languages = append(p.Languages, language{Tag: l.Tag(), Name: l.Name(), Href: "/" + l.Tag() + home, Here: l == v.words})
	}
	if v.agent != "" { // signing out carries one, too
		carried := call{}
		if out.call != nil {
			carried = *out.call
		}
		var err error
		if p.Call, err = d.seal.Seal(carried.again(), ofAgent(v.agent), v.now.Add(lifetime)); err != nil {
			return nil, err
		}
	}
	t := v.words.Template(out.template)
	if t == nil {
		return nil, fmt.Errorf("there is no template %q", out.template)
	}
	var text bytes.Buffer
	if err := t.ExecuteTemplate(&text, "layout", p); err != nil {
		return nil, errors.Join(errors.New("show a page"), err)
	}
	return text.Bytes(), nil
}

// withContact and seeking are what templates of fields see: they say what is wrong
// with a field, too.
type (
	withContact struct {
		Page    page
		Contact contactData
	}
	seeking struct {
		Page   page
		Offers *offersData
	}
)

// With gives the fields of a contact.
func (p page) With(c contactData) withContact { return withContact{p, c} }

// Seeking gives the fields of what places are looked for by.
func (p page) Seeking(o *offersData) seeking { return seeking{p, o} }
