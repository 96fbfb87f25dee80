/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// browser shows pages, fills in the forms that are on them, and keeps cookies; it runs
// no scripts.
type browser struct {
	*world
	cookies  map[string]string
	language string // that it prefers
	seen     []string

	address string
	status  int
	header  http.Header
	text    string
	root    *html.Node
}

func (w *world) browser(language string) *browser {
	return &browser{world: w, cookies: map[string]string{}, language: language}
}

// open gets an address and follows redirects.
func (b *browser) open(address string) *browser {
	b.t.Helper()
	return b.send(httptest.NewRequest(http.MethodGet, address, nil))
}

func (b *browser) send(r *http.Request) *browser {
	b.t.Helper()
	for range 5 {
		b.ask(r)
		if b.status != http.StatusSeeOther {
			return b
		}
		r = httptest.NewRequest(http.MethodGet, b.header.Get("Location"), nil)
	}
	b.t.Fatal("sent around in a circle")
	return b
}

// ask makes one request.
func (b *browser) ask(r *http.Request) {
	b.t.Helper()
	r.Header.Set("Accept-Language", b.language)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	recorder := httptest.NewRecorder()
	b.ServeHTTP(recorder, r)
	answer := recorder.Result()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range answer.Cookies() {
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || !strings.HasPrefix(c.Name, "__Host-") || len(c.String()) > 4000 {
			b.t.Errorf("a cookie is not as safe as it should be, or too long: %d bytes, %+v", len(c.String()), c)
		}
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	b.address, b.status, b.header, b.text = r.URL.String(), answer.StatusCode, answer.Header, string(content)
	b.seen = append(b.seen, b.address, b.header.Get("Location"))
	for _, values := range answer.Header {
		b.seen = append(b.seen, values...)
	}
	if b.root, err = html.Parse(strings.NewReader(b.text)); err != nil {
		b.t.Fatal(err)
	}
}

// all returns the elements of a name for which a condition holds.
func (b *browser) all(name string, is func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range b.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name && (is == nil || is(n)) {
			found = append(found, n)
		}
	}
	return found
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

// textOf returns the visible text of an element.
func textOf(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// form returns the values that the form of an action would send now.
func (b *browser) form(action string) url.Values {
	b.t.Helper()
	forms := b.all("form", func(n *html.Node) bool { return strings.HasSuffix(attribute(n, "action"), action) })
	if len(forms) != 1 {
		b.t.Fatalf("%s has %d forms for %s, want one: %s", b.address, len(forms), action, b.words())
	}
	fields := url.Values{}
	for n := range forms[0].Descendants() {
		name := attribute(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		_, checked := lookUp(n, "checked")
		switch {
		case n.Data == "select":
			fields.Set(name, selected(n))
		case n.Data == "input" && (attribute(n, "type") != "radio" || checked):
			fields.Set(name, attribute(n, "value"))
		}
	}
	return fields
}

func selected(list *html.Node) string {
	value, some := "", false
	for n := range list.Descendants() {
		if n.Data != "option" {
			continue
		}
		_, is := lookUp(n, "selected")
		if !some || is {
			value, some = attribute(n, "value"), true
		}
	}
	return value
}

// fill writes into the form of an action, and sends it. What is not on the page cannot
// be written into.
func (b *browser) fill(action string, answers map[string]string) *browser {
	b.t.Helper()
	return b.send(b.filled(action, answers))
}

func (b *browser) filled(action string, answers map[string]string) *http.Request {
	b.t.Helper()
	fields := b.form(action)
	for name, value := range answers {
		if !slices.ContainsFunc(append(b.all("input", nil), b.all("select", nil)...), func(n *html.Node) bool { return attribute(n, "name") == name }) {
			b.t.Fatalf("%s has no field %s: %s", b.address, name, b.words())
		}
		fields.Set(name, value)
	}
	return posted("/"+strings.Split(b.address, "/")[1]+action, fields)
}

func posted(path string, fields url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// words returns the visible text of the page.
func (b *browser) words() string {
	for _, n := range b.all("main", nil) {
		return textOf(n)
	}
	return b.text
}

// at checks where a browser is.
func (b *browser) at(path string, status int) *browser {
	b.t.Helper()
	if b.address != path || b.status != status {
		b.t.Fatalf("the browser is at %s with %d, want %s with %d: %s", b.address, b.status, path, status, b.words())
	}
	return b
}

// says checks that people read a text.
func (b *browser) says(parts ...string) *browser {
	b.t.Helper()
	for _, part := range parts {
		if !strings.Contains(b.words(), part) {
			b.t.Errorf("%s does not say %q: %s", b.address, part, b.words())
		}
	}
	return b
}

// hides checks that people do not read a text.
func (b *browser) hides(parts ...string) *browser {
	b.t.Helper()
	for _, part := range parts {
		if strings.Contains(b.words(), part) {
			b.t.Errorf("%s says %q: %s", b.address, part, b.words())
		}
	}
	return b
}

// sound checks what every page needs for people who cannot see it.
func (b *browser) sound(t testing.TB, language string) {
	t.Helper()
	if got := attribute(b.all("html", nil)[0], "lang"); got != language {
		t.Errorf("%s is in %q, want %q", b.address, got, language)
	}
	if n := len(b.all("h1", nil)); n != 1 {
		t.Errorf("%s has %d first headings", b.address, n)
	}
	if strings.Contains(b.text, "%!") || strings.Contains(b.text, "ZgotmplZ") {
		t.Errorf("%s was not written as it should be: %s", b.address, b.text)
	}
	for _, n := range b.all("script", nil) {
		if textOf(n) != "" {
			t.Errorf("%s has a script within", b.address)
		}
	}
	ids := b.ids(t)
	b.labels(t, ids)
	for n := range b.root.Descendants() {
		refers := attribute(n, "aria-describedby") + " " + attribute(n, "aria-labelledby")
		if href := attribute(n, "href"); strings.HasPrefix(href, "#") {
			refers += " " + href[1:]
		}
		for id := range strings.FieldsSeq(refers) {
			if !ids[id] {
				t.Errorf("%s refers to %s, which is not there", b.address, id)
			}
		}
	}
}

// ids returns those of all elements, each of which must be one's own. No element has a
// style or a script of its own.
func (b *browser) ids(t testing.TB) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for n := range b.root.Descendants() {
		id, has := lookUp(n, "id")
		if has && ids[id] {
			t.Errorf("%s has the id %s twice", b.address, id)
		}
		ids[id] = true
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s has an attribute %s", b.address, a.Key)
			}
		}
	}
	return ids
}

// labels checks that each field has one, and each is of a field.
func (b *browser) labels(t testing.TB, ids map[string]bool) {
	t.Helper()
	labelled := map[string]int{}
	for _, n := range b.all("label", nil) {
		of := attribute(n, "for")
		if labelled[of]++; !ids[of] || textOf(n) == "" {
			t.Errorf("%s has a label for nothing: %s", b.address, textOf(n))
		}
	}
	for _, n := range append(b.all("input", nil), b.all("select", nil)...) {
		if attribute(n, "type") != "hidden" && labelled[attribute(n, "id")] != 1 {
			t.Errorf("%s has a field with %d labels: %s", b.address, labelled[attribute(n, "id")], attribute(n, "name"))
		}
	}
}
