/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package ground

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/mezzanotte/mezzanotte/test/stage"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// version is the tag that config/ names.
const version = "v0.1.0"

// layReal starts a cluster with a real node, loads the images and installs config/default.
func (g *Ground) layReal(ctx context.Context, o Options) error {
	o.Say("building images of manager and booking")
	images, err := g.images(ctx, o, version)
	if err != nil {
		return err
	}
	o.Say("starting a cluster with a real node")
	if g.Stage, err = stage.Up(ctx, o.Name, o.Out, "--nodes=real"); err != nil {
		return err
	}
	if err := g.connect(); err != nil {
		return err
	}
	o.Say("loading the images and installing the operator, two replicas, from config/default")
	if _, err := g.Cluster(ctx, "load", images...); err != nil {
		return err
	}
	return g.install(ctx)
}

// images builds both images with a version and returns their archives.
func (g *Ground) images(ctx context.Context, o Options, version string) ([]string, error) {
	out := g.Program("images-" + version)
	command := exec.CommandContext(ctx, "go", "run", ".", "--version", version, "--platform", "linux/"+runtime.GOARCH, "--out", out)
	command.Dir, command.Stderr = testenv.Path("hack", "images"), o.Out
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("build the images: %w", err)
	}
	return []string{filepath.Join(out, "manager.tar"), filepath.Join(out, "booking.tar")}, nil
}

// NewImage builds the manager's image with another version, loads it and returns its name.
func (g *Ground) NewImage(ctx context.Context, o Options, version string) (string, error) {
	archives, err := g.images(ctx, o, version)
	if err != nil {
		return "", err
	}
	if _, err := g.Cluster(ctx, "load", archives[0]); err != nil {
		return "", err
	}
	return "mezzanotte/manager:" + version, nil
}

func (g *Ground) install(ctx context.Context) error {
	var errs []error
	for _, arguments := range [][]string{
		{"apply", "--server-side", "-k", testenv.Path("config", "crd")},
		{"wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"},
		{"apply", "--server-side", "-k", testenv.Path("config", "default")},
		{"rollout", "status", "--namespace", stage.OperatorNamespace, "deployment/mezzanotte-manager", "--timeout=180s"},
	} {
		if _, err := g.Kubectl(ctx, arguments...); err != nil {
			errs = append(errs, fmt.Errorf("install the operator: %w", err))
			break
		}
	}
	return errors.Join(errs...)
}

// Uninstall removes the operator and leaves the CRDs, as a user would.
func (g *Ground) Uninstall(ctx context.Context) error {
	_, err := g.Kubectl(ctx, "delete", "-k", testenv.Path("config", "default"), "--timeout=120s")
	return err
}
