/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// view is a page to be shown.
type view struct {
	template string
	title    string        // key of its text
	problems page.Problems // of fields
	alert    string        // shown at the top
	journey  *journey      // carried by its forms
	data     any
}

// content holds the values that every template gets.
type content struct {
	Language  string
	Languages []page.Link
	Title     string
	page.Problems
	Alert   string
	Journey string // encrypted
	Start   bool
	Data    any
}

// render writes a page.
func (p *Pages) render(v *visit, what *view) ([]byte, error) {
	out := content{
		Language: v.words.Tag(), Languages: p.languages.Links(v.words, p.readable(v.path)), Title: v.words.Say(what.title),
		Problems: what.problems, Alert: what.alert, Start: v.path == "/", Data: what.data,
	}
	if what.journey != nil {
		j := *what.journey
		if j.Key == "" {
			j = j.carried()
		}
		var err error
		if out.Journey, err = p.tokens.Seal(j, inForm, v.now.Add(lifetime)); err != nil {
			return nil, err
		}
	}
	return v.words.Render(what.template, out)
}

// readable returns the path where a GET shows this page again, for the links to other
// languages. It never returns an address that somebody made up.
func (p *Pages) readable(path string) string {
	if _, ok := p.routes[path]; !ok {
		return "/"
	}
	switch path {
	case "/hold/confirm", "/hold/extend", "/hold/give-up":
		return "/hold"
	case "/end", "/done.ics":
		return "/"
	case "/booking/move":
		return "/booking"
	}
	return path
}

// message returns a page with a title and a text only.
func (v *visit) message(status int, key string) result {
	return v.notice(notice{status: status, title: key + ".title", text: v.words.Say(key + ".text")})
}

// notice is a text, and links to go on from there.
type notice struct {
	status int
	title  string // key of its text
	text   string
	next   string // the next opening, in words
	links  []link
}

// link leads to another page.
type link struct{ Href, Text string }

// messageData holds the values of the template of a message.
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

// refused shows why something was not done, and where to go on.
func (v *visit) refused(why page.Refusal, links ...link) result {
	if len(links) == 0 && why.Outcome == booking.AlreadyBooked {
		links = []link{v.link("/manage", "link.manage"), v.link("/", "link.start")}
	}
	return v.notice(notice{status: why.Status, title: why.Title, text: why.Text, next: why.Next, links: links})
}

// link returns a link to another of these pages.
func (v *visit) link(path, key string) link {
	return link{Href: "/" + v.words.Tag() + path, Text: v.words.Say(key)}
}

// later returns the result with a Retry-After.
func (r result) later(after time.Duration) result {
	r.after = after
	return r
}

// wrong returns the page of a form to correct. The form keeps its journey.
func (v *visit) wrong(what *view, problems page.Problems) result {
	what.problems, what.journey = problems, &v.journey
	return result{status: http.StatusUnprocessableEntity, view: what, private: true}
}
