/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package app

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// texts of a language, as the device gets them.
func (w *world) texts(tag string) map[string]string {
	w.t.Helper()
	var out map[string]string
	if err := json.Unmarshal(w.get(w.folder+tag+".json").Body.Bytes(), &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// Keys as scripts write them. The constant part of a composed key ends in a dot.
var key = regexp.MustCompile(`'((?:app|booking|calendar|cancel|done|failed|find|hold|lapsed|link|manage|many|move|next|no_catalog|note|one|person|places|problem|problems|service|site|start|state|until|dose)\.[a-z_.]*|next|until|dose|site)'`)

func TestScriptsSayWhatThereIs(t *testing.T) {
	texts := newWorld(t).texts("it")
	known := slices.Collect(maps.Keys(texts))
	used := said(t)
	if len(used) < 100 {
		t.Fatalf("scripts say only %v", used)
	}
	for name := range used {
		begins := func(k string) bool { return strings.HasSuffix(name, ".") && strings.HasPrefix(k, name) }
		if _, has := texts[name]; !has && !slices.ContainsFunc(known, begins) {
			t.Errorf("scripts say %s, which there is not", name)
		}
	}
	var layout []byte
	for _, name := range []string{"layout", "shell"} {
		part, err := fs.ReadFile(ownTemplates, "templates/"+name+".html")
		if err != nil {
			t.Fatal(err)
		}
		layout = append(layout, part...)
	}
	inGo := []string{"app.busy.title", "app.busy.text", "app.short", "app.description"}
	for _, name := range known {
		if strings.HasPrefix(name, "app.") && !slices.Contains(inGo, name) && !used[name] && !strings.Contains(string(layout), `"`+name+`"`) {
			t.Errorf("nothing says %s", name)
		}
	}
}

// said returns all keys in the scripts.
func said(t *testing.T) map[string]bool {
	t.Helper()
	names, err := fs.Glob(modules, "modules/*.js")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, name := range names {
		script, err := modules.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range key.FindAllStringSubmatch(string(script), -1) {
			used[match[1]] = true
		}
	}
	return used
}

func TestLanguagesSayTheSame(t *testing.T) {
	w := newWorld(t)
	italian, english := w.texts("it"), w.texts("en")
	if diff := cmp.Diff(slices.Sorted(maps.Keys(italian)), slices.Sorted(maps.Keys(english))); diff != "" {
		t.Error(diff)
	}
	verb := regexp.MustCompile(`%[sd]`)
	for name, text := range italian {
		if diff := cmp.Diff(verb.FindAllString(text, -1), verb.FindAllString(english[name], -1)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if strings.TrimSpace(text) == "" || strings.TrimSpace(english[name]) == "" {
			t.Errorf("%s says nothing", name)
		}
	}
}
