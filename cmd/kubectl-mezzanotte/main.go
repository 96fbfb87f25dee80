/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command kubectl-mezzanotte is the command line for operators. In the PATH it is also
// `kubectl mezzanotte`. It reads declared objects from a cluster or from files, and plans
// with the operator's own planner.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // openings need every zone, whatever the machine has

	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/utils/clock"
)

func main() {
	// If the reader hangs up, the write returns an error instead of a signal.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	s := &session{
		IOStreams: genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr},
		Clock:     clock.RealClock{},
		Config:    genericclioptions.NewConfigFlags(true),
	}
	status := run(ctx, s, os.Args[1:])
	stop()
	os.Exit(status)
}
