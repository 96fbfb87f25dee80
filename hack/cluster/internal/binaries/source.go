package binaries

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
)

// SourceVariable names the environment variable with the folder of the servers' module,
// for a CLI that was copied out of the repository.
const SourceVariable = "MEZZANOTTE_KUBERNETES_SOURCE"

// inRepository is the folder of the servers' module in the repository. It is a module
// of its own, so this one cannot embed it and has to find it.
const inRepository = "hack/cluster/kubernetes"

// Source finds the folder of the servers' module: named by the environment, or
// beside this very source file (go run, go test, a plain go build), or in the
// repository that holds the executable or the working directory (a build with
// -trimpath forgets where its sources were).
func Source() (string, error) {
	if named := os.Getenv(SourceVariable); named != "" {
		if !isSource(named) {
			return "", fmt.Errorf("%s=%s: there is no go.mod and main.go", SourceVariable, named)
		}
		return filepath.Abs(named)
	}
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) {
		beside := filepath.Join(filepath.Dir(file), "..", "..", "kubernetes")
		if isSource(beside) {
			return beside, nil
		}
	}
	for _, start := range startingPoints() {
		if found, ok := above(start); ok {
			return found, nil
		}
	}
	return "", fmt.Errorf("cannot find the sources in %s: run this inside the repository, or set %s to that folder",
		inRepository, SourceVariable)
}

func startingPoints() []string {
	var starts []string
	if executable, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(executable); err == nil {
			executable = real
		}
		starts = append(starts, filepath.Dir(executable))
	}
	if working, err := os.Getwd(); err == nil {
		starts = append(starts, working)
	}
	return starts
}

// above looks for the module in dir and in every folder above it.
func above(dir string) (string, bool) {
	for {
		for _, below := range []string{inRepository, "kubernetes"} {
			if candidate := filepath.Join(dir, filepath.FromSlash(below)); isSource(candidate) {
				return candidate, true
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

var (
	modulePattern  = regexp.MustCompile(`(?m)^module \S*hack/cluster/kubernetes$`)
	versionPattern = regexp.MustCompile(`(?m)^\s*k8s\.io/kubernetes (v\S+)(?: // indirect)?$`)
)

func isSource(dir string) bool {
	content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil || !modulePattern.Match(content) {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, "main.go"))
	return !errors.Is(err, fs.ErrNotExist)
}

// kubernetesVersion reads the one place that fixes the version: go.mod.
func kubernetesVersion(goMod []byte) (string, error) {
	found := versionPattern.FindSubmatch(goMod)
	if found == nil {
		return "", errors.New("go.mod requires no k8s.io/kubernetes")
	}
	return string(found[1]), nil
}
