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
	alert    string        // said above everything else
	journey  *journey      // that its forms carry
	data     any
}

// content holds the values that every template gets.
type content struct {
	Language  string
	Languages []page.Link
	Title     string
	page.Problems
	Alert   string
	Journey string // sealed
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
		if out.Journey, err = p.seal.Seal(j, inForm, v.now.Add(lifetime)); err != nil {
			return nil, err
		}
	}
	return v.words.Render(what.template, out)
}

// readable is where a page can be read again, in another language too: an address of
// ours, and not what somebody typed.
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

// message is a page that only says something.
func (v *visit) message(status int, key string) result {
	return v.notice(notice{status: status, title: key + ".title", text: v.words.Say(key + ".text")})
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

// link to a page of ours.
func (v *visit) link(path, key string) link {
	return link{Href: "/" + v.words.Tag() + path, Text: v.words.Say(key)}
}

// later says when to come again.
func (r result) later(after time.Duration) result {
	r.after = after
	return r
}

// wrong is the page of a form that has to be corrected. It carries what it carried.
func (v *visit) wrong(what *view, problems page.Problems) result {
	what.problems, what.journey = problems, &v.journey
	return result{status: http.StatusUnprocessableEntity, view: what, private: true}
}
