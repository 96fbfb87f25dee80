/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// homeMade are the words that this project uses in a sense of its own.
var homeMade = []string{
	"access log", "audit", "band", "base", "board", "CallCentre", "campaign", "cap", "carrier", "catalog", "channel", "clerk",
	"demand", "desk", "displaced", "draw", "floor", "freeze", "gate", "GO", "headroom", "hold", "hub", "launch", "lead", "NO-GO",
	"notice", "opening", "pace", "peak", "place", "plan", "platform", "proved", "ramp", "rank", "record", "register", "rehearsal",
	"release", "revision", "rival", "share", "slot", "store", "supply", "turn", "waiting room", "window",
}

// TestGlossary: each word of ours is defined once, in order, and its Italian is what
// the pages say.
func TestGlossary(t *testing.T) {
	var italian strings.Builder
	texts, err := filepath.Glob(filepath.Join(root, "internal/booking/*/texts/it.json"))
	if err != nil || len(texts) < 3 {
		t.Fatalf("the pages' texts: %q, %v, want three files at least", texts, err)
	}
	for _, name := range texts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		italian.WriteString(strings.ToLower(string(text)))
	}
	var words []string
	for _, line := range strings.Split(read(t, "docs/glossary.md"), "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| word ") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 4 {
			t.Fatalf("%d cells, want 4: %s", len(cells), line)
		}
		word, meaning, said := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1]), strings.TrimSpace(cells[3])
		if len(words) > 0 && strings.ToLower(words[len(words)-1]) >= strings.ToLower(word) {
			t.Errorf("%q follows %q: the words are not in order, or one is there twice", word, words[len(words)-1])
		}
		if !strings.HasSuffix(meaning, ".") {
			t.Errorf("%s: its meaning is no sentence: %q", word, meaning)
		}
		if !strings.Contains(italian.String(), strings.ToLower(said)) {
			t.Errorf("%s: no page says %q", word, said)
		}
		words = append(words, word)
	}
	for _, word := range homeMade {
		if !slices.Contains(words, word) {
			t.Errorf("the glossary does not explain %q", word)
		}
	}
}

// roundabout are turns of phrase at which a reader stumbles.
var roundabout = regexp.MustCompile(`(?i)\b(so many|tells (whether|what|why|which)|says whether|lets? go of|come again|not let go|` +
	`is that of|whom that meets|one's own|what one (writes|has)|sell a place twice|without a (network|connection)|all the same|as many .{1,30} so many|whoever has (not|got))\b`)

// TestPlainWords: the pages say who does what. Blocks of code are what programs print.
func TestPlainWords(t *testing.T) {
	block := regexp.MustCompile("(?s)```.*?```")
	pages := []string{"README.md", "CONTRIBUTING.md"}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Name() == "nights" {
			return filepath.SkipDir // what runs have written
		}
		if err == nil && filepath.Ext(path) == ".md" && filepath.Base(path) != "api.md" && filepath.Base(path) != "metrics.md" {
			path, err = filepath.Rel(root, path)
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		text := block.ReplaceAllStringFunc(read(t, page), func(code string) string { return strings.Repeat("\n", strings.Count(code, "\n")) })
		for i, line := range strings.Split(text, "\n") {
			if found := roundabout.FindString(line); found != "" {
				t.Errorf("%s:%d says %q: say who does what", page, i+1, found)
			}
		}
	}
}

// TestEveryMakeTargetIsExplained: the table in CONTRIBUTING.md has each target that
// `make` lists, and no other.
func TestEveryMakeTargetIsExplained(t *testing.T) {
	targets, explained := map[string]bool{}, map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^([a-z-]+):.*## `).FindAllStringSubmatch(read(t, "Makefile"), -1) {
		targets[found[1]] = found[1] != "help"
	}
	for _, found := range regexp.MustCompile("(?m)^\\| .* \\| `make ([a-z -]+)` \\|").FindAllStringSubmatch(read(t, "CONTRIBUTING.md"), -1) {
		for _, target := range strings.Fields(found[1]) {
			explained[target] = true
			if !targets[target] {
				t.Errorf("CONTRIBUTING.md explains `make %s`, which does not exist", target)
			}
		}
	}
	for target, listed := range targets {
		if listed && !explained[target] {
			t.Errorf("CONTRIBUTING.md does not explain `make %s`", target)
		}
	}
}
