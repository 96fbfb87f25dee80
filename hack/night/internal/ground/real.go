/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package ground

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/mezzanotte/mezzanotte/test/stage"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

const (
	// version is the tag that config/ names.
	version = "v0.1.0"
	// longestDown bounds how long ending a cluster may take.
	longestDown = 2 * time.Minute
)

// control runs hack/cluster on one cluster.
type control struct{ program, name, cache string }

func (c control) Cluster(ctx context.Context, command string, arguments ...string) ([]byte, error) {
	return c.run(ctx, append([]string{command, "--name", c.name}, arguments...))
}

func (c control) Kubectl(ctx context.Context, arguments ...string) ([]byte, error) {
	return c.Cluster(ctx, "kubectl", append([]string{"--"}, arguments...)...)
}

func (c control) Down() error {
	if _, err := os.Stat(c.program); err != nil {
		return nil // nothing was started yet
	}
	ctx, cancel := context.WithTimeout(context.Background(), longestDown)
	defer cancel()
	_, err := c.Cluster(ctx, "down")
	return err
}

func (c control) run(ctx context.Context, arguments []string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, c.program, arguments...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 20 * time.Second
	command.Dir, command.Stdout, command.Stderr = testenv.Path("hack", "cluster"), &stdout, &stderr
	command.Env = append(os.Environ(), "KUBECACHEDIR="+c.cache)
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("cluster %s: %w\n%s", strings.Join(arguments, " "), err, stderr.Bytes())
	}
	return stdout.Bytes(), nil
}

// layReal starts a cluster with a real node, gives it the images and installs what is
// in config/.
func (g *Ground) layReal(ctx context.Context, o Options) error {
	c := control{program: g.Program("cluster"), name: o.Name, cache: g.Program("kubectl")}
	if err := (source{"hack/cluster", "."}).build(ctx, o.Out, c.program); err != nil {
		return err
	}
	o.Say("building images of manager and booking")
	images, err := g.images(ctx, o, version)
	if err != nil {
		return err
	}
	g.Control = c
	o.Say("starting a cluster with a real node")
	if _, err := c.Cluster(ctx, "up", "--nodes", "real"); err != nil {
		return err
	}
	kubeconfig, err := c.Cluster(ctx, "kubeconfig")
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", strings.TrimSpace(string(kubeconfig)))
	if err != nil {
		return fmt.Errorf("read the cluster's kubeconfig: %w", err)
	}
	if err := g.connect(config); err != nil {
		return err
	}
	o.Say("loading the images and installing the operator, two replicas, from config/default")
	if _, err := c.Cluster(ctx, "load", images...); err != nil {
		return err
	}
	return g.install(ctx)
}

// images builds both images under a version, and gives their archives.
func (g *Ground) images(ctx context.Context, o Options, version string) ([]string, error) {
	out := g.Program("images-" + version)
	command := exec.CommandContext(ctx, "go", "run", ".", "--version", version, "--platform", "linux/"+runtime.GOARCH, "--out", out)
	command.Dir, command.Stderr = testenv.Path("hack", "images"), o.Out
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("build the images: %w", err)
	}
	return []string{filepath.Join(out, "manager.tar"), filepath.Join(out, "booking.tar")}, nil
}

// NewImage builds the manager's image under another version, loads it, and gives its name.
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
