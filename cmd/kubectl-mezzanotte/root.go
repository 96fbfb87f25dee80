/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// Exit statuses besides 0.
const (
	// exitInvalid: the request or the objects are invalid, or could not be read.
	exitInvalid = 1
	// exitNoGo: everything is valid, but not every opening is feasible.
	exitNoGo = 3
)

// session has what every command needs; tests bring their own.
type session struct {
	genericiooptions.IOStreams
	// Clock is the default for --now.
	Clock clock.PassiveClock
	// Config has kubectl's flags: --kubeconfig, --context, --namespace and so on.
	Config *genericclioptions.ConfigFlags
}

// shownFlags are the flags of kubectl in --help; all of them work.
var shownFlags = []string{"kubeconfig", "context", "namespace"}

// newRoot returns the command with its subcommands.
func newRoot(s *session) *cobra.Command {
	root := &cobra.Command{
		Use:           "mezzanotte",
		Short:         "Plan, watch and change openings.",
		Long:          "Plan, watch and change openings.\n\nAll of kubectl's flags for a cluster and a user work; --help lists the common ones.",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl mezzanotte"},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	s.Config.AddFlags(root.PersistentFlags())
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { f.Hidden = !slices.Contains(shownFlags, f.Name) })
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.ErrOut)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s --help", err, c.CommandPath())
	})
	root.AddCommand(newPlan(s))
	root.AddCommand(newBoard(s))
	root.AddCommand(newPause(s))
	root.AddCommand(newResume(s))
	root.AddCommand(newPostpone(s))
	return root
}

// status ends the command with an exit status and, if there is one, a message.
type status struct {
	code int
	err  error
}

func (s *status) Error() string {
	if s.err == nil {
		return fmt.Sprintf("exit status %d", s.code)
	}
	return s.err.Error()
}

func (s *status) Unwrap() error { return s.err }

// run runs the command line and returns its exit status: exitInvalid for any error but a
// status.
func run(ctx context.Context, s *session, args []string) int {
	root := newRoot(s)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	ended := &status{code: exitInvalid, err: err}
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return 0
	case errors.As(err, &ended) && ended.err == nil:
		return ended.code
	}
	fmt.Fprintln(s.ErrOut, "error:", err)
	return ended.code
}

// namespace returns the namespace of the command line or of the kubeconfig.
func (s *session) namespace() (string, error) {
	namespace, _, err := s.Config.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return "", fmt.Errorf("read the kubeconfig: %w", err)
	}
	return namespace, nil
}

// client returns a client of the cluster, without a cache.
func (s *session) client() (client.WithWatch, error) {
	config, err := s.Config.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("find the cluster: %w; give --kubeconfig or --context", err)
	}
	config.QPS = -1 // the API server's own fairness is the limit
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("register kinds: %w", err)
		}
	}
	c, err := client.NewWithWatch(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("connect to the cluster: %w", err)
	}
	return c, nil
}
