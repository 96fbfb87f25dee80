/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command demo shows an opening on a cluster on this machine, or on the user's. It
// applies config/samples with an opening some minutes ahead, shows how the channels
// scale up, and ends with a verdict: were they Ready in time? The verdict is computed
// from the pods' own Ready transition times.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // the platform's zone, wherever the demo runs

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/mezzanotte/mezzanotte/test/stage"
)

const (
	// readyBeforeMinutes replaces the samples' own.
	readyBeforeMinutes = 1
	// kept names the environment variable that leaves the cluster running.
	kept = "DEMO_KEEP"
)

func main() { os.Exit(demo(os.Args[1:])) }

// demo runs the demo and returns its exit status.
func demo(arguments []string) int {
	o, err := parse(arguments, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(os.Stderr, "demo:", err)
		return 2
	}
	log.SetLogger(logr.Discard()) // what goes wrong is returned
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	verdict, err := run(ctx, o)
	switch {
	case ctx.Err() != nil:
		fmt.Println("\nended before the opening; everything is cleaned up")
		return 130
	case err != nil:
		fmt.Fprintln(os.Stderr, "demo:", err)
		return 1
	}
	fmt.Println(verdict)
	if !verdict.InTime {
		return 1
	}
	return 0
}

func run(ctx context.Context, o options) (verdict Verdict, err error) {
	s, err := o.stage(ctx)
	if err != nil {
		return Verdict{}, err
	}
	operator := &stage.Manager{}
	defer func() { err = errors.Join(err, end(ctx, s, operator)) }()

	say("installing the operator and starting it with the rights of its ServiceAccount")
	if err := errors.Join(s.Install(ctx), s.BuildManager(ctx)); err != nil {
		return Verdict{}, err
	}
	if operator, err = s.StartManager(ctx); err != nil {
		return Verdict{}, err
	}
	n, err := applySamples(ctx, s, o)
	if err != nil {
		return Verdict{}, err
	}
	say("applied config/samples: %d hubs, %d campaigns, %d channels", len(n.set.Hubs), len(n.set.Campaigns), len(n.set.Channels))
	say("opening: %s", n.words)
	if err := show(ctx, s, operator, n); err != nil {
		return Verdict{}, errors.Join(err, fmt.Errorf("the operator's last words:\n%s", operator.LastWords(15)))
	}
	return n.verdict(ctx, s.Client)
}

// stage makes a cluster, or takes the user's.
func (o options) stage(ctx context.Context) (*stage.Stage, error) {
	if !o.own() {
		return stage.Up(ctx, fmt.Sprintf("demo-%d", os.Getpid()), os.Stderr)
	}
	s, err := stage.Borrow(ctx, o.kubeconfig, o.context, namespace())
	if err == nil {
		say("on your cluster %s, at %s", s.Name, s.Config.Host)
	}
	return s, err
}

// end stops what the demo started, unless it is kept.
func end(ctx context.Context, s *stage.Stage, operator *stage.Manager) error {
	if os.Getenv(kept) != "" && ctx.Err() == nil {
		return keep(ctx, s, operator)
	}
	if s.Borrowed() {
		say("taking everything out of %s", s.Name)
	}
	return errors.Join(stop(operator), removeSamples(s), s.Down())
}

func stop(operator *stage.Manager) error {
	if operator.PID() == 0 {
		return nil
	}
	return operator.Stop()
}

// keep prints how to use what keeps running. On the user's cluster each command
// names that cluster, so that none reaches another.
func keep(ctx context.Context, s *stage.Stage, operator *stage.Manager) error {
	kubeconfig, err := s.Kubeconfig(ctx)
	kubectl := fmt.Sprintf("kubectl --kubeconfig=%q", kubeconfig)
	down := "go -C hack/cluster run . down --name " + s.Name
	without := fmt.Sprintf("  go -C hack/cluster run . kubectl --name %s -- get pods -n lazio   # if there is no kubectl here\n", s.Name)
	if s.Borrowed() {
		kubectl += fmt.Sprintf(" --context=%q", s.Name)
		without, down = "", fmt.Sprintf("%[1]s delete -f config/samples/namespace.yaml && %[1]s delete --ignore-not-found -k config/default && %[1]s delete -k config/crd", kubectl)
	}
	fmt.Printf("\nkept: the cluster and the operator go on running\n\n"+
		"  %s get mezzanotte -A -o wide\n"+
		"%s"+
		"  less %s\n"+
		"  kill %d && %s   # ends it\n\n",
		kubectl, without, operator.Log, operator.PID(), down)
	return err
}

func say(format string, args ...any) {
	fmt.Printf("%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}
