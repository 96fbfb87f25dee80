package main

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A fresh machine must not download client-go before it can say what it builds.
func TestTheCommandNeedsTheStandardLibraryOnly(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(output)) {
		if !strings.HasPrefix(path, "github.com/mezzanotte/mezzanotte/hack/cluster") {
			t.Errorf("it needs %s", path)
		}
	}
}

// Each module is tidied, linted and upgraded on its own.
func TestAtMostFiveModulesBesidesTheRoots(t *testing.T) {
	const most = 5
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "dist" || entry.Name() == "node_modules"):
			return filepath.SkipDir
		case entry.Name() == "go.mod" && filepath.Dir(path) != root:
			found = append(found, path)
		}
		return nil
	})
	if err != nil || len(found) > most {
		t.Errorf("there are %d modules besides the root's, at most %d are wanted: %v, %v", len(found), most, found, err)
	}
}
