//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"testing"
	_ "time/tzdata" // the platform's zone, wherever this runs

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/mezzanotte/mezzanotte/test/stage"
)

var (
	// interrupted ends with a Ctrl-C, so that every test ends early and tidies up.
	interrupted context.Context
	programs    stage.Programs
)

func TestMain(m *testing.M) {
	flag.Parse()
	// The tests mostly wait: all run at once, on however few processors.
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard))) // of the recorder's cache, which an outage makes complain
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var stop context.CancelFunc
	interrupted, stop = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	directory, err := os.MkdirTemp("", "mezzanotte-night-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(directory) }()
	if programs, err = stage.Build(interrupted, directory, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
