/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package docs_test holds the documentation against the tree: every test that it
// names is there, and every link leads to a file.
package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const (
	root = "../.."
	// leastNights is how many awkward nights there must be, each with a test.
	leastNights = 16
)

// namedTest is a package's folder, a test, and maybe the name of one of its cases.
var namedTest = regexp.MustCompile("`([a-z0-9/_-]+) ((?:Test|Fuzz)\\w+)(?:/([^`]+))?`")

// tests of a package: the functions, and all texts in them that may name a case.
type tests struct{ functions, texts map[string]bool }

// parse reads a folder's tests, whatever their build tags.
func parse(t *testing.T, folder string) tests {
	t.Helper()
	all := tests{map[string]bool{}, map[string]bool{}}
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				all.functions[n.Name.Name] = all.functions[n.Name.Name] || n.Recv == nil
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
					all.texts[strings.ReplaceAll(text, " ", "_")] = true
				}
			}
			return true
		})
	}
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAwkwardNightsAreShown(t *testing.T) {
	packages, nights := map[string]tests{}, 0
	for _, line := range strings.Split(read(t, "docs/awkward-nights.md"), "\n") {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| the night") {
			continue
		}
		nights++
		cells := strings.Split(strings.Trim(line, "|"), "|")
		night, shown := strings.TrimSpace(cells[0]), strings.Split(cells[len(cells)-1], ", ")
		if len(cells) != 4 {
			t.Errorf("%s: %d cells, want 4", night, len(cells))
		}
		for _, span := range shown {
			named := namedTest.FindStringSubmatch(span)
			if named == nil {
				t.Errorf("%s: %q names no test as `folder TestName` or `folder TestName/case`", night, span)
				continue
			}
			folder, function, subtest := named[1], named[2], named[3]
			if _, known := packages[folder]; !known {
				packages[folder] = parse(t, folder)
			}
			if !packages[folder].functions[function] {
				t.Errorf("%s: there is no %s in %s", night, function, folder)
			}
			if subtest != "" && !packages[folder].texts[subtest] {
				t.Errorf("%s: no test in %s has a case %q", night, folder, subtest)
			}
		}
	}
	if nights < leastNights {
		t.Errorf("%d nights, want %d at least", nights, leastNights)
	}
}

// TestConditionsAreExplained: every condition and reason of the API has its place
// on the page, and every field that the page names is one of a status.
func TestConditionsAreExplained(t *testing.T) {
	page := read(t, "docs/how-to/read-the-conditions.md")
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "api/v1alpha1/conditions.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	words := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			words++
			if word := strings.ReplaceAll(literal.Value, `"`, "`"); !strings.Contains(page, word) {
				t.Errorf("the page does not explain %s", word)
			}
		}
		return true
	})
	if words < 50 {
		t.Errorf("%d conditions and reasons were found, want 50 at least", words)
	}
	types, err := filepath.Glob(filepath.Join(root, "api/v1alpha1/*_types.go"))
	if err != nil {
		t.Fatal(err)
	}
	var fields strings.Builder
	for _, name := range types {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fields.Write(text)
	}
	for _, field := range regexp.MustCompile("`status\\.(\\w+)").FindAllStringSubmatch(page, -1) {
		if !strings.Contains(fields.String(), `json:"`+field[1]+",") {
			t.Errorf("the page names status.%s, and there is no such field", field[1])
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	pages := []string{"README.md", "CONTRIBUTING.md"}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(path string, entry os.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".md" {
			path, err = filepath.Rel(root, path)
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, page := range pages {
		for _, found := range link.FindAllStringSubmatch(read(t, page), -1) {
			target, _, _ := strings.Cut(found[1], "#")
			if target == "" || strings.Contains(target, ":") { // on this page, or elsewhere in the world
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(page), target)); err != nil {
				t.Errorf("%s links to %s, where there is nothing", page, found[1])
			}
		}
	}
	if links == 0 {
		t.Error("no link was found, so that none was tried")
	}
}
