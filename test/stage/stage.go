/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package stage is a real Kubernetes control plane on this machine with the
// operator on it, for the demo and for tests of whole nights. The operator runs
// as a process of this machine with exactly the rights of its ServiceAccount.
package stage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// Stage is one cluster and how to reach it as its administrator.
type Stage struct {
	Name   string
	Config *rest.Config
	Client client.WithWatch
	// Directory holds what belongs to the stage alone: built commands, logs, kubeconfigs.
	Directory string
}

// Up builds what is needed and starts a cluster. Progress goes to out. Whoever
// calls it calls Down, whatever happens in between.
func Up(ctx context.Context, name string, out io.Writer) (*Stage, error) {
	directory, err := os.MkdirTemp("", "mezzanotte-"+name+"-")
	if err != nil {
		return nil, fmt.Errorf("make a working directory: %w", err)
	}
	s := &Stage{Name: name, Directory: directory}
	if err := s.up(ctx, out); err != nil {
		return nil, errors.Join(err, s.Down())
	}
	return s, nil
}

func (s *Stage) up(ctx context.Context, out io.Writer) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", s.clusterCommand(), ".")
	build.Dir, build.Stderr = testenv.Path("hack", "cluster"), out
	if err := build.Run(); err != nil {
		return fmt.Errorf("build hack/cluster: %w", err)
	}
	up := exec.CommandContext(ctx, s.clusterCommand(), "up", "--name", s.Name)
	up.Dir, up.Stderr = testenv.Path("hack", "cluster"), out
	if err := up.Run(); err != nil {
		return fmt.Errorf("start cluster %s: %w", s.Name, err)
	}
	kubeconfig, err := s.Kubeconfig(ctx)
	if err != nil {
		return err
	}
	if s.Config, err = clientcmd.BuildConfigFromFlags("", kubeconfig); err != nil {
		return fmt.Errorf("read the cluster's kubeconfig: %w", err)
	}
	s.Config.QPS = -1
	if s.Client, err = client.NewWithWatch(s.Config, client.Options{Scheme: testenv.Scheme()}); err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	return nil
}

// Kubeconfig is the path of the administrator's kubeconfig.
func (s *Stage) Kubeconfig(ctx context.Context) (string, error) {
	path, err := s.Cluster(ctx, "kubeconfig")
	return strings.TrimSpace(string(path)), err
}

// Cluster runs hack/cluster with a command and its arguments, for example
// "stop", "kube-apiserver".
func (s *Stage) Cluster(ctx context.Context, command string, args ...string) ([]byte, error) {
	return s.run(ctx, s.clusterCommand(), append([]string{command, "--name", s.Name}, args...)...)
}

// Kubectl runs the cluster's own kubectl.
func (s *Stage) Kubectl(ctx context.Context, args ...string) ([]byte, error) {
	return s.Cluster(ctx, "kubectl", append([]string{"--"}, args...)...)
}

// Install installs the CRDs, the operator's namespace and its rights.
func (s *Stage) Install(ctx context.Context) error {
	for _, kustomization := range []string{"crd", "rbac"} {
		if _, err := s.Kubectl(ctx, "apply", "--server-side", "-k", testenv.Path("config", kustomization)); err != nil {
			return fmt.Errorf("install config/%s: %w", kustomization, err)
		}
	}
	_, err := s.Kubectl(ctx, "wait", "--for=condition=Established", "--timeout=60s",
		"crd/bookingplatforms.booking.mezzanotte.dev", "crd/vaccinationhubs.booking.mezzanotte.dev",
		"crd/campaigns.booking.mezzanotte.dev", "crd/bookingchannels.booking.mezzanotte.dev")
	return err
}

// Down ends the cluster and removes everything.
func (s *Stage) Down() error {
	defer func() { _ = os.RemoveAll(s.Directory) }()
	if _, err := os.Stat(s.clusterCommand()); err != nil {
		return nil // nothing was started yet
	}
	_, err := s.Cluster(context.Background(), "down")
	return err
}

func (s *Stage) clusterCommand() string { return filepath.Join(s.Directory, "cluster") }

func (s *Stage) run(ctx context.Context, command string, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = testenv.Path("hack", "cluster"), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", filepath.Base(command), strings.Join(args, " "), err, stderr.Bytes())
	}
	return stdout.Bytes(), nil
}
