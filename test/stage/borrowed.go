/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package stage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// longestRemoval limits the time to remove everything from a borrowed cluster.
const longestRemoval = 2 * time.Minute

// borrowed holds the access to a cluster of the user's.
type borrowed struct{ kubeconfig, context string }

// Borrow makes a stage of the user's own cluster, by a kubeconfig and one of its contexts
// ("": the current one). The cluster must contain nothing of Mezzanotte, nor any object of
// the files to apply, so that cleaning up removes nothing of the user's. kubectl must be
// installed.
func Borrow(ctx context.Context, kubeconfig, contextName, file string) (*Stage, error) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		return nil, errors.New("kubectl is not installed: a cluster of your own is reached with yours")
	}
	known, err := clientcmd.LoadFromFile(kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	if contextName == "" {
		contextName = known.CurrentContext
	}
	config, err := clientcmd.NewNonInteractiveClientConfig(*known, contextName, nil, nil).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("read context %q of %s: %w", contextName, kubeconfig, err)
	}
	s, err := prepare("borrowed")
	if err != nil {
		return nil, err
	}
	s.Name, s.programs, s.Config = contextName, Programs(s.Directory), config
	s.borrowed = &borrowed{kubeconfig: kubeconfig, context: contextName}
	err = s.connect()
	if err == nil {
		err = s.isVacant(ctx, file)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.Directory))
	}
	return s, nil
}

// Borrowed reports whether the cluster belongs to the user.
func (s *Stage) Borrowed() bool { return s.borrowed != nil }

// isVacant returns an error that lists what a borrowed cluster has of Mezzanotte.
func (s *Stage) isVacant(ctx context.Context, file string) error {
	var found []string
	for _, manifest := range append(manifests(), []string{"-f", file}) {
		names, err := s.Kubectl(ctx, append([]string{"get", "--ignore-not-found", "-o", "name"}, manifest...)...)
		if err != nil {
			return fmt.Errorf("look into cluster %s: %w", s.Name, err)
		}
		found = append(found, strings.Fields(string(names))...)
	}
	if len(found) == 0 {
		return nil
	}
	return fmt.Errorf("cluster %s already has Mezzanotte, or what was left of it (%s): take a cluster that has not; where a demo was killed, docs/how-to/try-on-your-cluster.md says how to remove what it left", s.Name, strings.Join(found, ", "))
}

// uninstall removes what Install has installed from a borrowed cluster.
func (s *Stage) uninstall(ctx context.Context) error {
	var errs []error
	for _, manifest := range slices.Backward(manifests()) {
		_, err := s.Kubectl(ctx, append([]string{"delete", "--ignore-not-found"}, manifest...)...)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// kubectl runs the user's own kubectl on a borrowed cluster.
func (s *Stage) kubectl(ctx context.Context, args []string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := command(ctx, "kubectl", append([]string{"--kubeconfig", s.borrowed.kubeconfig, "--context", s.borrowed.context}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = testenv.Path(), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return stdout.Bytes(), nil
}
