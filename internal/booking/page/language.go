/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking/words"
)

var (
	//go:embed texts
	texts embed.FS
	//go:embed parts
	parts embed.FS
)

// Language is one in which pages are written, with its texts by key.
type Language struct {
	tag       words.Language
	name      string
	texts     map[string]string
	templates map[string]*template.Template // by page
}

// Languages of a channel. Italian comes first: it is the default.
type Languages []*Language

// Book has the texts and templates of a channel: texts TAG.json beside those of all channels, and templates
// NAME.html, each with layout.html.
type Book struct {
	Texts     fs.FS // nil: none of its own
	Templates fs.FS
	Files     *Files
}

// NewLanguages reads a book.
func NewLanguages(b Book) (Languages, error) {
	all := Languages{
		{tag: words.Italian, name: "Italiano"},
		{tag: words.English, name: "English"},
	}
	for _, l := range all {
		l.texts = l.tag.Texts()
		for _, from := range []fs.FS{Folder(texts, "texts"), b.Texts} {
			if from == nil {
				continue
			}
			content, err := fs.ReadFile(from, string(l.tag)+".json")
			if err != nil {
				return nil, err
			}
			if err := json.Unmarshal(content, &l.texts); err != nil {
				return nil, fmt.Errorf("texts %s.json: %w", l.tag, err)
			}
		}
		if err := l.parse(b); err != nil {
			return nil, fmt.Errorf("read the pages: %w", err)
		}
	}
	return all, nil
}

// Folder returns a folder that was embedded under its name.
func Folder(of embed.FS, name string) fs.FS {
	sub, err := fs.Sub(of, name)
	if err != nil { // it has the name that it was embedded by
		panic(err)
	}
	return sub
}

// parse reads the templates: each page with the layout of its channel and the parts of all.
func (l *Language) parse(b Book) error {
	const layout = "layout.html"
	names, err := fs.Glob(b.Templates, "*.html")
	if err != nil {
		return err
	}
	functions := template.FuncMap{
		"say":   l.Say,
		"file":  func(name string) string { return b.Files.Path(name) },
		"theme": func() string { return b.Files.theme },
		"to":    func(path string) string { return "/" + string(l.tag) + path },
		"input": newInput,
		"when":  attribute,
	}
	l.templates = map[string]*template.Template{}
	for _, name := range names {
		if name == layout {
			continue
		}
		t, err := template.New("layout").Funcs(functions).ParseFS(parts, "parts/parts.html")
		if err != nil {
			return err
		}
		if t, err = t.ParseFS(b.Templates, layout, name); err != nil {
			return err
		}
		l.templates[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return nil
}

// Render writes a page.
func (l *Language) Render(name string, data any) ([]byte, error) {
	t, known := l.templates[name]
	if !known {
		return nil, fmt.Errorf("show a page: there is no template %q", name)
	}
	var text bytes.Buffer
	if err := t.ExecuteTemplate(&text, "layout", data); err != nil {
		return nil, fmt.Errorf("show a page: %w", err)
	}
	return text.Bytes(), nil
}

// Tag of the language: BCP 47.
func (l *Language) Tag() string { return string(l.tag) }

// Name of the language, in itself.
func (l *Language) Name() string { return l.name }

// Texts returns all texts by their keys.
func (l *Language) Texts() map[string]string { return maps.Clone(l.texts) }

// Say returns a text by its key.
func (l *Language) Say(key string, arguments ...any) string {
	text, known := l.texts[key]
	switch {
	case !known:
		return key // a test sees to it that there are all
	case len(arguments) == 0:
		return text
	}
	return fmt.Sprintf(text, arguments...)
}

// Requested returns the language of an answer, and the path without it. The language is
// the address's; the browser's preferred one only where the address has none.
func (all Languages) Requested(r *http.Request) (l *Language, path string, found bool) {
	for _, l := range all {
		if rest, ok := strings.CutPrefix(r.URL.Path, "/"+string(l.tag)+"/"); ok {
			return l, "/" + rest, true
		}
		if r.URL.Path == "/"+string(l.tag) {
			return l, "/", true
		}
	}
	l = all.tagged(words.Preferred(r.Header.Get("Accept-Language"), all[0].tag))
	if r.URL.Path == "/" {
		return l, "/", true
	}
	return l, r.URL.Path, false
}

// tagged returns a language by its tag.
func (all Languages) tagged(tag words.Language) *Language {
	i := slices.IndexFunc(all, func(l *Language) bool { return l.tag == tag })
	return all[max(i, 0)]
}

// Link is the same page in a language.
type Link struct {
	Tag, Name, Href string
	Here            bool
}

// Links returns a page of ours in each language.
func (all Languages) Links(here *Language, path string) []Link {
	var out []Link
	for _, l := range all {
		out = append(out, Link{Tag: l.Tag(), Name: l.name, Href: "/" + l.Tag() + path, Here: l == here})
	}
	return out
}

// Choices returns the languages to choose from.
func (all Languages) Choices(chosen string) []Choice {
	var out []Choice
	for _, l := range all {
		out = append(out, Choice{Value: l.Tag(), Text: l.name, Chosen: l.Tag() == chosen})
	}
	return out
}
