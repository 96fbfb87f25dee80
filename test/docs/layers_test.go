/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package docs_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/mezzanotte/mezzanotte/"

// room is one row of the table of rooms in docs/architecture.md.
type room struct {
	folder string
	pure   bool
}

var roomRow = regexp.MustCompile("(?m)^\\| `([a-z0-9/-]+)` \\| .* \\| (pure|) ?\\|$")

// rooms are the table's rows, the highest first.
func rooms(t *testing.T) []room {
	t.Helper()
	var all []room
	for _, row := range roomRow.FindAllStringSubmatch(read(t, "docs/architecture.md"), -1) {
		all = append(all, room{folder: row[1], pure: row[2] == "pure"})
	}
	if len(all) < 40 {
		t.Fatalf("docs/architecture.md has a table of %d rooms only", len(all))
	}
	return all
}

// imports of each package that the module's packages reach.
type imports map[string][]string

func listImports(t *testing.T) imports {
	t.Helper()
	command := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports", "./api/...", "./cmd/...", "./controllers/...", "./internal/...")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := imports{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var listed struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[listed.ImportPath] = listed.Imports
	}
}

// values are packages that only declare objects and how they are written. What they
// import is theirs: apimachinery reaches net/http for a helper.
var values = []string{"k8s.io/api/", "k8s.io/apimachinery/", "k8s.io/client-go/applyconfigurations/"}

// impure packages talk to a database, a network or a cluster.
var impure = []string{"github.com/jackc/pgx", "github.com/pressly/goose", "net/http", "k8s.io/client-go/", "sigs.k8s.io/controller-runtime"}

func begins(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return path == p || strings.HasPrefix(path, strings.TrimSuffix(p, "/")+"/") })
}

// reaches returns the way from a package to one that is impure; nil where there is none.
func (all imports) reaches(from string, seen map[string]bool) []string {
	seen[from] = true
	for _, to := range all[from] {
		switch {
		case seen[to] || begins(to, values):
		case begins(to, impure):
			return []string{from, to}
		default:
			if way := all.reaches(to, seen); way != nil {
				return append([]string{from}, way...)
			}
		}
	}
	return nil
}

func TestPureRoomsReachNoDatabaseNoNetworkNoCluster(t *testing.T) {
	all := listImports(t)
	for _, r := range rooms(t) {
		if !r.pure {
			continue
		}
		if way := all.reaches(module+r.folder, map[string]bool{}); way != nil {
			t.Errorf("%s is called pure, but: %s", r.folder, strings.Join(way, " → "))
		}
	}
}

// A room imports only rooms further down in the table.
func TestImportsPointDown(t *testing.T) {
	all, place := listImports(t), map[string]int{}
	table := rooms(t)
	for i, r := range table {
		place[module+r.folder] = i
	}
	for _, r := range table {
		for _, to := range all[module+r.folder] {
			if below, known := place[to]; known && below <= place[module+r.folder] {
				t.Errorf("%s imports %s, which stands above it in docs/architecture.md", r.folder, strings.TrimPrefix(to, module))
			}
		}
	}
}

// The table has every folder with code, once, and the drawings show it.
func TestArchitectureIsTheFolderTree(t *testing.T) {
	counted := map[string]int{}
	for _, r := range rooms(t) {
		counted[r.folder]++
	}
	for path := range listImports(t) {
		folder, ours := strings.CutPrefix(path, module)
		if !ours || strings.HasPrefix(folder, "api/v1alpha1/") {
			continue // generated
		}
		if counted[folder] != 1 {
			t.Errorf("docs/architecture.md has %d rows of %s, want 1", counted[folder], folder)
		}
		delete(counted, folder)
	}
	for folder := range counted {
		t.Errorf("docs/architecture.md has a row of %s, which has no code", folder)
	}
	drawn := drawings(read(t, "docs/architecture.md"))
	for _, r := range rooms(t) {
		parts := strings.Split(r.folder, "/")
		if name := parts[len(parts)-1]; !slices.Contains(drawn, name) {
			t.Errorf("no drawing in docs/architecture.md shows %s", r.folder)
		}
	}
}

// drawings are the words within code fences.
func drawings(text string) []string {
	var words []string
	for i, part := range strings.Split(text, "```") {
		if i%2 == 1 {
			words = append(words, strings.FieldsFunc(part, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-", r) })...)
		}
	}
	return words
}
