// Package binaries makes the servers of a cluster out of Go modules, once, and
// finds them again.
//
// One multi-call binary is built from the module in hack/cluster/kubernetes and
// kept, with a link per program, in
//
//	<user cache>/mezzanotte/kubernetes/<key>/{kubernetes,etcd,kube-apiserver,…}
//
// A build happens in a folder beside it and is renamed when complete: what is
// found under a key is whole.
package binaries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/filelock"
)

// Programs are the names that the multi-call binary answers to.
var Programs = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kwok"}

const binary = "kubernetes"

// Build is a finished build.
type Build struct {
	Dir     string // holds a link for every program
	Version string // of Kubernetes, such as v1.37.2
}

// Program is the path of one program.
func (b Build) Program(name string) string { return filepath.Join(b.Dir, name) }

// Ensure returns the build of the current sources, building it when missing.
// What it has to say meanwhile goes to out.
func Ensure(ctx context.Context, out io.Writer) (Build, error) {
	source, err := Source()
	if err != nil {
		return Build{}, err
	}
	plan, err := planOf(ctx, source, "kubernetes")
	if err != nil {
		return Build{}, err
	}
	plan.make = plan.compileServers
	return plan.ensure(ctx, out)
}

// plan describes a build.
type plan struct {
	source string
	build  Build
	make   func(ctx context.Context, dir string, out io.Writer) error // all of it, into dir
}

func (p plan) ensure(ctx context.Context, out io.Writer) (Build, error) {
	if p.done() {
		return p.build, nil
	}
	if err := os.MkdirAll(filepath.Dir(p.build.Dir), 0o755); err != nil {
		return Build{}, err
	}
	release, err := filelock.Take(ctx, p.build.Dir+".lock", out, "building Kubernetes")
	if err != nil {
		return Build{}, fmt.Errorf("waiting for another build: %w", err)
	}
	defer release()
	if p.done() { // somebody else built it while we waited
		return p.build, nil
	}
	return p.build, p.run(ctx, out)
}

// planOf is the plan for the module in source, to be kept under that kind.
func planOf(ctx context.Context, source, kind string) (plan, error) {
	sources, err := readSources(source)
	if err != nil {
		return plan{}, fmt.Errorf("reading the sources: %w", err)
	}
	version, err := kubernetesVersion(sources["go.mod"])
	if err != nil {
		return plan{}, err
	}
	goVersion, err := goEnv(ctx, source, "GOVERSION")
	if err != nil {
		return plan{}, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return plan{}, fmt.Errorf("finding a place for the build: %w", err)
	}
	target := Target{OS: runtime.GOOS, Arch: runtime.GOARCH, GoVersion: goVersion}
	dir := filepath.Join(cache, "mezzanotte", kind, key(version, sources, target))
	return plan{source: source, build: Build{Dir: dir, Version: version}}, nil
}

func (p plan) done() bool {
	_, err := os.Stat(p.build.Dir)
	return !errors.Is(err, os.ErrNotExist)
}

// run builds into a folder of its own and renames it into place.
func (p plan) run(ctx context.Context, out io.Writer) error {
	unfinished := p.build.Dir + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil { // of a build that was killed
		return err
	}
	if err := os.Mkdir(unfinished, 0o755); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(unfinished) }()
	if err := checkRoom(ctx, p.source, unfinished); err != nil {
		return err
	}
	if err := p.make(ctx, unfinished, out); err != nil {
		return err
	}
	return os.Rename(unfinished, p.build.Dir)
}

// compileServers makes the multi-call binary and its links.
func (p plan) compileServers(ctx context.Context, dir string, out io.Writer) error {
	servers := build{
		what:      fmt.Sprintf("building Kubernetes %s from source (first time only, about 10 min)", p.build.Version),
		arguments: []string{"-o", filepath.Join(dir, binary), "."},
	}
	if err := p.compile(ctx, servers, out); err != nil {
		return err
	}
	for _, name := range Programs {
		if err := os.Symlink(binary, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}
