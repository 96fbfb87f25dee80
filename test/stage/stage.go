/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package stage runs a real Kubernetes control plane on this machine, with the operator,
// for the demo and for tests of whole nights. The operator runs as a process on this
// machine with exactly the rights of its ServiceAccount.
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
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// longestDown limits the time to stop a cluster.
const longestDown = 2 * time.Minute

// Stage is one cluster, with an administrator's access.
type Stage struct {
	Name   string
	Config *rest.Config
	Client client.WithWatch
	// Directory holds the stage's own files: logs, kubeconfigs, and the commands unless
	// they are shared.
	Directory string

	programs Programs
	borrowed *borrowed // nil where the cluster is the stage's own
}

// Up builds what is needed and starts a cluster, with these flags of hack/cluster's
// up. Progress goes to out. The caller must call Down.
func Up(ctx context.Context, name string, out io.Writer, flags ...string) (*Stage, error) {
	s, err := prepare(name)
	if err != nil {
		return nil, err
	}
	s.programs = Programs(s.Directory)
	if err := s.programs.build(ctx, cluster, out); err != nil {
		return nil, errors.Join(err, s.Down())
	}
	return s.started(ctx, out, flags...)
}

func prepare(name string) (*Stage, error) {
	directory, err := os.MkdirTemp("", "mezzanotte-"+name+"-")
	if err != nil {
		return nil, fmt.Errorf("make a working directory: %w", err)
	}
	return &Stage{Name: name, Directory: directory}, nil
}

func (s *Stage) started(ctx context.Context, out io.Writer, flags ...string) (*Stage, error) {
	if err := s.up(ctx, out, flags); err != nil {
		return nil, errors.Join(err, s.Down())
	}
	return s, nil
}

func (s *Stage) up(ctx context.Context, out io.Writer, flags []string) error {
	up := command(ctx, s.programs.path(cluster), append([]string{"up", "--name", s.Name}, flags...)...)
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
	return s.connect()
}

func (s *Stage) connect() (err error) {
	s.Config.QPS = -1
	if s.Client, err = client.NewWithWatch(s.Config, client.Options{Scheme: testenv.Scheme()}); err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	return nil
}

// Kubeconfig returns the path of the administrator's kubeconfig.
func (s *Stage) Kubeconfig(ctx context.Context) (string, error) {
	if s.borrowed != nil {
		return s.borrowed.kubeconfig, nil
	}
	path, err := s.Cluster(ctx, "kubeconfig")
	return strings.TrimSpace(string(path)), err
}

// Cluster runs hack/cluster with a command and its arguments, for example
// "stop", "kube-apiserver".
func (s *Stage) Cluster(ctx context.Context, command string, args ...string) ([]byte, error) {
	return s.run(ctx, append([]string{command, "--name", s.Name}, args...)...)
}

// Kubectl runs the cluster's own kubectl, or the user's on a borrowed cluster.
func (s *Stage) Kubectl(ctx context.Context, args ...string) ([]byte, error) {
	if s.borrowed != nil {
		return s.kubectl(ctx, args)
	}
	return s.Cluster(ctx, "kubectl", append([]string{"--"}, args...)...)
}

// manifests lists what Install installs, in order.
func manifests() [][]string {
	return [][]string{
		{"-k", testenv.Path("config", "crd")},
		{"-f", testenv.Path("config", "manager", "namespace.yaml")},
		{"-k", testenv.Path("config", "rbac")},
	}
}

// Install installs the CRDs, the operator's namespace and its rights.
func (s *Stage) Install(ctx context.Context) error {
	for _, manifest := range manifests() {
		if _, err := s.Kubectl(ctx, append([]string{"apply", "--server-side"}, manifest...)...); err != nil {
			return fmt.Errorf("install %s: %w", manifest[1], err)
		}
	}
	_, err := s.Kubectl(ctx, "wait", "--for=condition=Established", "--timeout=60s",
		"crd/bookingplatforms.booking.mezzanotte.dev", "crd/vaccinationhubs.booking.mezzanotte.dev",
		"crd/campaigns.booking.mezzanotte.dev", "crd/bookingchannels.booking.mezzanotte.dev")
	return err
}

// Down stops the cluster and removes everything. A borrowed cluster keeps running; only
// what was installed is removed.
func (s *Stage) Down() error {
	defer func() { _ = os.RemoveAll(s.Directory) }()
	if s.borrowed != nil {
		ctx, cancel := context.WithTimeout(context.Background(), longestRemoval)
		defer cancel()
		return s.uninstall(ctx)
	}
	if _, err := os.Stat(s.programs.path(cluster)); err != nil {
		return nil // nothing was started yet
	}
	ctx, cancel := context.WithTimeout(context.Background(), longestDown)
	defer cancel()
	_, err := s.Cluster(ctx, "down")
	return err
}

func (s *Stage) run(ctx context.Context, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := command(ctx, s.programs.path(cluster), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = testenv.Path("hack", "cluster"), &stdout, &stderr
	// kubectl caches the list of kinds. One without ours must not mislead the user's own
	// kubectl.
	cmd.Env = append(os.Environ(), "KUBECACHEDIR="+filepath.Join(s.Directory, "kubectl"))
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("cluster %s: %w\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return stdout.Bytes(), nil
}

// AuditLog returns the path of the API server's audit log, one JSON object a line.
func (s *Stage) AuditLog(ctx context.Context) (string, error) {
	kubeconfig, err := s.Kubeconfig(ctx)
	return filepath.Join(filepath.Dir(kubeconfig), "logs", "audit.log"), err
}

// command returns a command that gets a signal when ctx ends, so that it can clean up.
func command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	return cmd
}
