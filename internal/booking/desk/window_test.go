/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// window shows pages, fills in the forms that are on them, and keeps cookies; it runs
// no scripts.
type window struct {
	*world
	cookies map[string]string
	seen    []string // whatever anybody on the way may read

	address string
	status  int
	text    string
	root    *html.Node
}

// window returns a window in which an agent has signed in; "": nobody has.
func (w *world) window(agent string) *window {
	w.t.Helper()
	b := &window{world: w, cookies: map[string]string{}}
	if agent != "" {
		b.open("/en/sign-in").fill("/sign-in", "", "name", agent, "password", passwords[agent])
		if b.address != "/en/" {
			w.t.Fatalf("%s is at %s with %d: %s", agent, b.address, b.status, b.words())
		}
	}
	return b
}

func (b *window) open(address string) *window {
	b.t.Helper()
	return b.send(httptest.NewRequest(http.MethodGet, address, nil))
}

// send makes a request, and goes where it is sent.
func (b *window) send(r *http.Request) *window {
	b.t.Helper()
	for range 5 {
		answer := b.ask(r)
		if b.status != http.StatusSeeOther {
			return b
		}
		r = httptest.NewRequest(http.MethodGet, answer.Header.Get("Location"), nil)
	}
	b.t.Fatal("sent around in a circle")
	return b
}

// ask makes one request.
func (b *window) ask(r *http.Request) *http.Response {
	b.t.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	recorder := httptest.NewRecorder()
	b.ServeHTTP(recorder, r)
	answer := recorder.Result()
	content := must(io.ReadAll(answer.Body))(b.t)
	for _, c := range answer.Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	b.address, b.status, b.text = r.URL.String(), answer.StatusCode, string(content)
	b.seen = append(b.seen, b.address)
	for _, values := range answer.Header {
		b.seen = append(b.seen, values...)
	}
	b.root = must(html.Parse(strings.NewReader(b.text)))(b.t)
	return answer
}

func attribute(n *html.Node, name string) string {
	value, _ := lookUp(n, name)
	return value
}

func lookUp(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func (b *window) all(names ...string) (found []*html.Node) {
	for n := range b.root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(names, n.Data) {
			found = append(found, n)
		}
	}
	return found
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// words returns the visible text of the page.
func (b *window) words() string {
	for _, n := range b.all("main") {
		return textOf(n)
	}
	return b.text
}

// formOf returns the form that a button of an address is in, or that has the address.
func (b *window) formOf(action string) *html.Node {
	b.t.Helper()
	for _, form := range b.all("form") {
		if strings.HasSuffix(attribute(form, "action"), action) {
			return form
		}
		for n := range form.Descendants() {
			if n.Type == html.ElementNode && n.Data == "button" && strings.HasSuffix(attribute(n, "formaction"), action) {
				return form
			}
		}
	}
	b.t.Fatalf("%s has no form for %s: %s", b.address, action, b.words())
	return nil
}

// fill writes into the form of an action, presses the button of a value, and sends it.
func (b *window) fill(action, button string, answers ...string) *window {
	b.t.Helper()
	return b.send(b.filled(action, button, answers...))
}

func (b *window) filled(action, button string, answers ...string) *http.Request {
	b.t.Helper()
	fields := url.Values{}
	for n := range b.formOf(action).Descendants() {
		name := attribute(n, "name")
		_, checked := lookUp(n, "checked")
		switch {
		case n.Type != html.ElementNode || name == "":
		case n.Data == "select":
			fields.Set(name, selected(n))
		case n.Data == "input" && (attribute(n, "type") != "radio" || checked):
			fields.Set(name, attribute(n, "value"))
		case n.Data == "button" && button != "" && attribute(n, "value") == button:
			fields.Set(name, button)
		}
	}
	for i := 0; i < len(answers); i += 2 {
		if !fields.Has(answers[i]) {
			b.t.Fatalf("%s has no field %s: %s", b.address, answers[i], b.words())
		}
		fields.Set(answers[i], answers[i+1])
	}
	return posted("/"+strings.Split(b.address, "/")[1]+action, fields)
}

func posted(path string, fields url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func selected(list *html.Node) string {
	value, some := "", false
	for n := range list.Descendants() {
		_, is := lookUp(n, "selected")
		if n.Data == "option" && (!some || is) {
			value, some = attribute(n, "value"), true
		}
	}
	return value
}

// heads checks what the page is.
func (b *window) heads(title string, status int) *window {
	b.t.Helper()
	if h := b.all("h1"); len(h) != 1 || textOf(h[0]) != title || b.status != status {
		b.t.Fatalf("the window is at %s with %d, want %q with %d: %s", b.address, b.status, title, status, b.words())
	}
	return b
}

// says checks that the page shows some texts.
func (b *window) says(parts ...string) *window {
	b.t.Helper()
	for _, part := range parts {
		if !strings.Contains(b.words(), part) {
			b.t.Errorf("%s does not say %q: %s", b.address, part, b.words())
		}
	}
	return b
}

// number of the booking on the page.
func (b *window) number() string {
	b.t.Helper()
	for _, n := range b.all("dd") {
		if attribute(n, "class") == "number" {
			return textOf(n)
		}
	}
	b.t.Fatalf("%s has no number: %s", b.address, b.words())
	return ""
}
