/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"time"

	tags "golang.org/x/text/language"
)

//go:embed texts
var texts embed.FS

//go:embed templates
var templates embed.FS

// language is one in which pages are written, with all its texts by key.
type language struct {
	tag, name string
	texts     map[string]string
	templates map[string]*template.Template // by page
	when      func(time.Time, *time.Location) string
	date      func(year int, month time.Month, day int) string
}

// Italian comes first: it is given to whoever asks for neither.
var matcher = tags.NewMatcher([]tags.Tag{tags.Italian, tags.English})

// newLanguages reads texts and templates.
func newLanguages(f *files) ([]*language, error) {
	all := []*language{
		{tag: "it", name: "Italiano", when: italianWords, date: italianDate},
		{tag: "en", name: "English", when: englishWords, date: englishDate},
	}
	for _, l := range all {
		content, err := texts.ReadFile("texts/" + l.tag + ".json")
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(content, &l.texts); err != nil {
			return nil, fmt.Errorf("texts/%s.json: %w", l.tag, err)
		}
		if err := l.parse(f); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// parse reads the templates: each page with the layout that all share.
func (l *language) parse(f *files) error {
	names, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		return err
	}
	functions := template.FuncMap{
		"say":   l.say,
		"file":  func(name string) string { return f.paths[name] },
		"theme": func() string { return f.theme },
		"to":    func(path string) string { return "/" + l.tag + path },
	}
	const layout = "templates/layout.html"
	l.templates = map[string]*template.Template{}
	for _, name := range names {
		if name == layout {
			continue
		}
		t, err := template.New("layout").Funcs(functions).ParseFS(templates, layout, name)
		if err != nil {
			return fmt.Errorf("read the pages: %w", err)
		}
		l.templates[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return nil
}

// say gives a text by its key.
func (l *language) say(key string, arguments ...any) string {
	text, known := l.texts[key]
	switch {
	case !known:
		return key // a test sees to it that there are all
	case len(arguments) == 0:
		return text
	}
	return fmt.Sprintf(text, arguments...)
}

// preferred gives the language that is best for the header Accept-Language.
func (p *Pages) preferred(header string) *language {
	const longest = 256
	if header == "" || len(header) > longest {
		return p.languages[0]
	}
	_, i := tags.MatchStrings(matcher, header)
	return p.languages[i]
}
