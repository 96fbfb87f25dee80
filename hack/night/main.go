/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command night runs a whole opening night on this machine: a cluster with a real
// node, the operator in it, PostgreSQL beside it, and a crowd at the instant; once
// with Mezzanotte, once with the same autoscaler left alone. It writes a report, and
// fails if a promise does not hold. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // the platform's zone, wherever this runs

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/mezzanotte/mezzanotte/internal/opening"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/drive"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/ground"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/report"
)

// Exit statuses.
const (
	statusHeld        = 0
	statusBroken      = 1 // what is promised does not hold, or the night could not be run
	statusUsage       = 2
	statusInterrupted = 130
)

// A night is declared at least this long before its opening: the ramp begins four
// minutes before (a minute to be Ready, 150 s to start up, and the climb). Short
// nights are declared in the middle of it, and nights without a ramp when it would end.
const (
	ahead        = 4*time.Minute + 30*time.Second
	aheadShort   = time.Minute + 45*time.Second
	aheadWithout = 2*time.Minute + 15*time.Second
	lastsShort   = 30 * time.Second
	lastsFault   = 2 * time.Minute
)

func main() { os.Exit(status(os.Args[1:])) }

func status(arguments []string) int {
	o, err := parse(arguments, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return statusHeld
	case err != nil:
		fmt.Fprintln(os.Stderr, "night:", err)
		return statusUsage
	}
	if o.redraw {
		return redraw(o)
	}
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	book, err := run(ctx, o)
	switch {
	case ctx.Err() != nil:
		fmt.Println("\nended before it was over; everything is cleaned up")
		return statusInterrupted
	case err != nil:
		fmt.Fprintln(os.Stderr, "night:", err)
		return statusBroken
	}
	return judge(os.Stdout, book)
}

// redraw writes a report again, from what it recorded.
func redraw(o options) int {
	book, err := report.Read(o.directory(true))
	if err == nil && len(book.Nights) == 0 {
		err = fmt.Errorf("there is no report in %s", o.directory(true))
	}
	if err == nil {
		err = book.Write(o.directory(true))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "night:", err)
		return statusBroken
	}
	return judge(os.Stdout, book)
}

// judge prints each promise that does not hold, and in the last line what was simulated.
func judge(out io.Writer, book report.Book) int {
	failed, held := book.Failed(), 0
	for _, f := range failed {
		fmt.Fprintf(out, "NOT AS PROMISED  %s: %s\n", f.Want, f.Found)
	}
	for _, r := range book.Nights {
		if r.Prescaled {
			held += len(r.Findings())
		}
	}
	if len(failed) == 0 {
		fmt.Fprintf(out, "AS PROMISED  all %d things that must hold did\n", held)
	}
	for _, r := range book.Nights {
		if len(r.Simulated) > 0 {
			fmt.Fprintf(out, "SIMULATED  %s\n", strings.Join(r.Simulated, "; "))
			break
		}
	}
	if len(failed) > 0 {
		return statusBroken
	}
	return statusHeld
}

// run starts the cluster and runs the nights on the command line.
func run(ctx context.Context, o options) (book report.Book, err error) {
	scenario := night.Reference()
	zone, err := opening.Zone(scenario.Zone)
	if err != nil {
		return book, err
	}
	say := func(format string, args ...any) {
		fmt.Printf("%s  %s\n", opening.Clock(time.Now(), zone), fmt.Sprintf(format, args...))
	}
	real := runtime.GOOS == "linux" && os.Geteuid() == 0 && !o.simulated
	if o.faults && !real {
		return book, errors.New("-faults kills real pods: run it as root on Linux; make test-night breaks what can be broken on simulated nodes")
	}
	if !real {
		say("no real node: that takes Linux and root, and no -simulated. Nodes and pods are simulated")
	}
	options := ground.Options{Name: fmt.Sprintf("night-%d", os.Getpid()), Real: real, Out: os.Stderr, Say: say}
	g, err := ground.Lay(ctx, options)
	if err != nil {
		return book, err
	}
	defer func() { err = errors.Join(err, g.Clear()) }()
	say("starting PostgreSQL")
	database, err := g.StartDatabase(ctx)
	if err != nil {
		return book, err
	}
	defer func() { err = errors.Join(err, database.Stop()) }()
	s := stand{Stand: drive.Stand{Ground: g, Database: database, Say: say}, options: o, ground: options, book: &book}
	book = report.Book{Title: title(o), Machine: machine(), Command: o.command()}
	if len(o.only) > 0 {
		earlier, err := report.Read(o.directory(real))
		if err != nil {
			return book, err
		}
		book.Nights = earlier.Nights
	}
	if err := s.nights(ctx, scenario); err != nil {
		return book, err
	}
	say("the report is in %s", o.directory(real))
	return book, nil
}

func title(o options) string {
	if o.faults {
		return "Opening nights in which something breaks"
	}
	return "An opening night"
}

// machine describes the machine for the report.
func machine() string {
	return fmt.Sprintf("A machine with %d cores (%s/%s), on which everything ran: the cluster, PostgreSQL, the booking pods and the crowd",
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
}
