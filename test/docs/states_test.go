/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

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

// constants finds the constants of a named type wherever they live under a folder: the
// name of each, and its text.
func constants(t *testing.T, folder string, types ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				kind, _ := spec.Type.(*ast.Ident)
				value, _ := spec.Values[0].(*ast.BasicLit)
				for _, name := range types {
					if kind == nil || value == nil || kind.Name != name || value.Kind != token.STRING {
						continue
					}
					if text, err := strconv.Unquote(value.Value); err == nil {
						found[text] = spec.Names[0].Name
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// firstCells are the code spans that begin the rows of a page's tables.
var firstCells = regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")

// TestBookingStatesAreDrawn: each state and each outcome of the booking server has a
// row on the page, and each row is one of them.
func TestBookingStatesAreDrawn(t *testing.T) {
	page := read(t, "docs/reference/booking-states.md")
	_, drawing, _ := strings.Cut(page, "```mermaid")
	drawing, _, _ = strings.Cut(drawing, "```")
	states, outcomes := constants(t, "internal/booking", "State"), constants(t, "internal/booking", "Outcome")
	if len(states) < 5 || len(outcomes) < 25 {
		t.Fatalf("%d states and %d outcomes were found, want 5 and 25 at least", len(states), len(outcomes))
	}
	rows := map[string]bool{}
	for _, row := range firstCells.FindAllStringSubmatch(page, -1) {
		rows[row[1]] = true
		if states[row[1]] == "" && outcomes[row[1]] == "" {
			t.Errorf("the page has a row for %q, which is neither a state nor an outcome", row[1])
		}
	}
	for text, name := range states {
		if !rows[text] || !strings.Contains(drawing, text) {
			t.Errorf("the page lacks a row or an arrow for the state %s (%q)", name, text)
		}
	}
	for text, name := range outcomes {
		if !rows[text] || !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the page lacks a row for the outcome %s (%q)", name, text)
		}
	}
}
