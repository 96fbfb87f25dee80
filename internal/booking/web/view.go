/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"bytes"
	"fmt"
	"net/http"
	"time"
)

// view is a page to be shown.
type view struct {
	template string
	title    string    // key of its text
	problems []problem // of fields
	alert    string    // said above everything else
	journey  *journey  // that its forms carry
	data     any
}

// problem is what is wrong with a field, in words.
type problem struct{ Field, Text string }

// page is what templates see.
type page struct {
	Language  string
	Languages []languageLink
	Title     string
	Problems  []problem
	Alert     string
	Journey   string // sealed
	Start     bool
	Data      any
}

// languageLink is the same page in a language.
type languageLink struct {
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

// render writes a page.
func (p *Pages) render(v *visit, what *view) ([]byte, error) {
	out := page{
		Language: v.words.tag, Title: v.words.say(what.title), Problems: what.problems, Alert: what.alert,
		Start: v.path == "/", Data: what.data,
	}
	for _, l := range p.languages {
		out.Languages = append(out.Languages, languageLink{Tag: l.tag, Name: l.name, Href: "/" + l.tag + p.readable(v.path), Here: l == v.words})
	}
	if what.journey != nil {
		j := *what.journey
		if j.Key == "" {
			j = j.carried()
		}
		var err error
		if out.Journey, err = p.seal.Seal(j, inForm, v.now.Add(lifetime)); err != nil {
			return nil, err
		}
	}
	t, known := v.words.templates[what.template]
	if !known {
		return nil, fmt.Errorf("show a page: there is no template %s", what.template)
	}
	var text bytes.Buffer
	if err := t.ExecuteTemplate(&text, "layout", out); err != nil {
		return nil, fmt.Errorf("show a page: %w", err)
	}
	return text.Bytes(), nil
}

// readable is where a page can be read again, in another language too: an address of
// ours, and not what somebody typed.
func (p *Pages) readable(path string) string {
	if _, ok := p.routes[path]; !ok {
		return "/"
	}
	switch path {
	case "/hold/confirm", "/hold/extend", "/hold/release":
		return "/hold"
	case "/end", "/done.ics":
		return "/"
	case "/booking/move":
		return "/booking"
	}
	return path
}

// message is a page that only says something.
func (v *visit) message(status int, key string) result {
	return v.notice(notice{status: status, title: key + ".title", text: v.words.say(key + ".text")})
}

// notice is something to say, and where people may go from there.
type notice struct {
	status int
	title  string // key of its text
	text   string
	next   string // what else may be done: when the next opening is
	links  []link
}

// link is a place to go on.
type link struct{ Href, Text string }

// messageData is what the template of a message sees.
type messageData struct {
	Text, Next string
	Links      []link
}

func (v *visit) notice(n notice) result {
	if len(n.links) == 0 {
		n.links = []link{v.link("/", "link.start")}
	}
	return result{status: n.status, view: &view{
		template: "message", title: n.title, data: messageData{Text: n.text, Next: n.next, Links: n.links},
	}}
}

// link to a page of ours.
func (v *visit) link(path, key string) link {
	return link{Href: "/" + v.words.tag + path, Text: v.words.say(key)}
}

// later says when to come again.
func (r result) later(after time.Duration) result {
	r.after = after
	return r
}

// wrong is the page of a form that has to be corrected. It carries what it carried.
func (v *visit) wrong(what *view, problems []problem) result {
	what.problems, what.journey = problems, &v.journey
	return result{status: http.StatusUnprocessableEntity, view: what, private: true}
}
