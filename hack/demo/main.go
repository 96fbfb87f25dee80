/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command demo runs an opening on a cluster of this machine, and shows it: it
// applies config/samples with an opening some minutes ahead, watches the
// channels climb, and says whether they were proved Ready in time. The verdict
// is computed from the pods' own Ready transition times.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // the platform's zone, wherever the demo runs

	"github.com/mezzanotte/mezzanotte/test/stage"
)

const (
	// ahead is how long before its opening the samples are applied, at least.
	ahead = 6 * time.Minute
	// readyBeforeMinutes replaces the samples' own.
	readyBeforeMinutes = 1
	// kept is the environment variable that leaves the cluster running.
	kept = "DEMO_KEEP"
)

func main() { os.Exit(demo()) }

// demo runs the demo and gives its exit status.
func demo() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	verdict, err := run(ctx)
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

func run(ctx context.Context) (verdict Verdict, err error) {
	s, err := stage.Up(ctx, fmt.Sprintf("demo-%d", os.Getpid()), os.Stderr)
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
	n, err := applySamples(ctx, s, time.Now())
	if err != nil {
		return Verdict{}, err
	}
	say("applied config/samples: %d hubs, %d campaigns, %d channels", len(n.set.Hubs), len(n.set.Campaigns), len(n.set.Channels))
	say("opening: %s", n.words)
	if err := show(ctx, s, operator, n); err != nil {
		return Verdict{}, errors.Join(err, tail(operator))
	}
	return n.verdict(ctx, s.Client)
}

// end stops what the demo started, unless it is to be kept.
func end(ctx context.Context, s *stage.Stage, operator *stage.Manager) error {
	if os.Getenv(kept) != "" && ctx.Err() == nil {
		kubeconfig, err := s.Kubeconfig(ctx)
		fmt.Printf("\nkept: the cluster and the operator go on running\n\n"+
			"  export KUBECONFIG=%q\n"+
			"  kubectl get mezzanotte -A -o wide\n"+
			"  go -C hack/cluster run . kubectl --name %s -- get pods -n lazio   # if there is no kubectl here\n"+
			"  less %s\n"+
			"  kill %d && go -C hack/cluster run . down --name %s   # ends it\n\n",
			kubeconfig, s.Name, operator.Log, operator.PID(), s.Name)
		return err
	}
	var stopErr error
	if operator.PID() != 0 {
		stopErr = operator.Stop()
	}
	return errors.Join(stopErr, s.Down())
}

// tail is the end of the operator's log, as an error's explanation.
func tail(operator *stage.Manager) error {
	log, err := os.ReadFile(operator.Log)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	return fmt.Errorf("the operator's last words:\n%s", strings.Join(lines[max(0, len(lines)-15):], "\n"))
}

func say(format string, args ...any) {
	fmt.Printf("%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}
