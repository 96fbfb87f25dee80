package binaries

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Target holds what makes two builds of the same sources differ.
type Target struct {
	OS, Arch  string
	GoVersion string
}

// key names the folder of a build: readable first, then a hash of the sources,
// so that an edited module builds anew and an old build is found again.
func key(version string, sources map[string][]byte, target Target) string {
	names := make([]string, 0, len(sources))
	for name := range sources {
		names = append(names, name)
	}
	slices.Sort(names)
	hash := sha256.New()
	for _, name := range names {
		fmt.Fprintf(hash, "%s %d\n", name, len(sources[name]))
		hash.Write(sources[name])
	}
	sum := hex.EncodeToString(hash.Sum(nil))[:12]
	return strings.Join([]string{version, target.OS, target.Arch, target.GoVersion, sum}, "-")
}

// readSources reads all files of the module that affect the build.
func readSources(dir string) (map[string][]byte, error) {
	sources := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := entry.Name()
		isCode := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
		if !isCode && name != "go.mod" && name != "go.sum" {
			return nil
		}
		relative, err := filepath.Rel(dir, path)
		if err == nil {
			sources[filepath.ToSlash(relative)], err = os.ReadFile(path)
		}
		return err
	})
	return sources, err
}
