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

// Language has the texts of one language by key, and the templates.
type Language struct {
	tag       words.Language
	texts     map[string]string
	templates map[string]*template.Template // by page
}

// Languages of a channel. The first is the default.
type Languages []*Language

// Book has the texts and templates of a channel: texts in TAG.json, added to those of all
// channels, and templates in NAME.html, each shown within layout.html.
type Book struct {
	Texts     fs.FS // nil: only those of all channels
	Templates fs.FS
	Files     *Files
}

// NewLanguages reads a book.
func NewLanguages(b Book) (Languages, error) {
	var all Languages
	for _, tag := range words.Languages {
		l := &Language{tag: tag, texts: tag.Texts()}
		all = append(all, l)
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

// Folder returns an embedded folder.
func Folder(of embed.FS, name string) fs.FS {
	sub, err := fs.Sub(of, name)
	if err != nil { // the name is not valid
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

// Tag returns the language's BCP 47 tag.
func (l *Language) Tag() string { return string(l.tag) }

// Name returns the language's name in that language.
func (l *Language) Name() string { return l.tag.Name() }

// Texts returns all texts by their keys.
func (l *Language) Texts() map[string]string { return maps.Clone(l.texts) }

// Say returns the text of a key, with its arguments.
func (l *Language) Say(key string, arguments ...any) string {
	text, known := l.texts[key]
	switch {
	case !known:
		return key // a test checks that every key has a text
	case len(arguments) == 0:
		return text
	}
	return fmt.Sprintf(text, arguments...)
}

// Requested returns the language of an answer, and the path without it. found reports whether
// the address names a language, or is "/"; otherwise the language is the browser's preferred
// one.
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

// tagged returns a language by its tag, or the first.
func (all Languages) tagged(tag words.Language) *Language {
	i := slices.IndexFunc(all, func(l *Language) bool { return l.tag == tag })
	return all[max(i, 0)]
}

// Link leads to the same page in a language.
type Link struct {
	Tag, Name, Href string
	Here            bool // the language of this page
}

// Links returns links to a page in each language.
func (all Languages) Links(here *Language, path string) []Link {
	var out []Link
	for _, l := range all {
		out = append(out, Link{Tag: l.Tag(), Name: l.Name(), Href: "/" + l.Tag() + path, Here: l == here})
	}
	return out
}

// Choices returns the languages to choose from.
func (all Languages) Choices(chosen string) []Choice {
	var out []Choice
	for _, l := range all {
		out = append(out, Choice{Value: l.Tag(), Text: l.Name(), Chosen: l.Tag() == chosen})
	}
	return out
}
