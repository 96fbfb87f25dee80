/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package stage

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// Programs is a folder of built commands, which several stages may share.
type Programs string

// The commands, by the names they are built under.
const (
	cluster  = "cluster"
	operator = "manager"
)

// sources lists the module and the package of each command.
var sources = map[string][2]string{
	cluster:  {testenv.Path("hack", "cluster"), "."},
	operator: {testenv.Path(), "./cmd/manager"},
}

// Build builds everything that a stage runs into directory.
func Build(ctx context.Context, directory string, out io.Writer) (Programs, error) {
	p := Programs(directory)
	for _, name := range []string{cluster, operator} {
		if err := p.build(ctx, name, out); err != nil {
			return p, err
		}
	}
	// The control plane takes minutes to build the first time; stages that come
	// up at once would only wait for each other.
	assets := command(ctx, p.path(cluster), "assets")
	assets.Dir, assets.Stderr = testenv.Path("hack", "cluster"), out
	if err := assets.Run(); err != nil {
		return p, fmt.Errorf("build the control plane: %w", err)
	}
	return p, nil
}

// Up starts a cluster with these programs. The caller must call Down.
func (p Programs) Up(ctx context.Context, name string, out io.Writer) (*Stage, error) {
	s, err := prepare(name)
	if err != nil {
		return nil, err
	}
	s.programs = p
	return s.started(ctx, out)
}

func (p Programs) build(ctx context.Context, name string, out io.Writer) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", p.path(name), sources[name][1])
	build.Dir, build.Stderr = sources[name][0], out
	if err := build.Run(); err != nil {
		return fmt.Errorf("build %s: %w", name, err)
	}
	return nil
}

func (p Programs) path(name string) string { return filepath.Join(string(p), name) }
