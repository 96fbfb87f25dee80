/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package booking_test runs the booking server as it will run, real processes on a
// real PostgreSQL whose commits are durable, and breaks things meanwhile.
package booking_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	_ "time/tzdata" // the platform's zone, wherever this runs

	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

var (
	// program is cmd/booking, built once.
	program string
	// shared is the PostgreSQL of those tests that leave it alone.
	shared *pgserver.Server
	seed   = flag.Uint64("seed", 0, "of everything that is left to chance; 0: another one each time")
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	directory, err := os.MkdirTemp("", "mezzanotte-booking-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(directory) }()
	program = filepath.Join(directory, "booking")
	build := exec.CommandContext(context.Background(), "go", "build", "-buildvcs=false", "-o", program, "github.com/mezzanotte/mezzanotte/cmd/booking")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build cmd/booking:", err)
		return 1
	}
	return pgserver.Run(m, &shared, pgserver.Options{})
}

// chance returns random numbers, and says how to have the same again.
func chance(t *testing.T) *rand.Rand {
	t.Helper()
	from := *seed
	if from == 0 {
		from = rand.Uint64()
	}
	t.Logf("to have the same again: -seed %d", from)
	return rand.New(rand.NewPCG(from, 0))
}
