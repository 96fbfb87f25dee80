/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command crowd is a load generator: simulated people come to booking servers as they do
// when an age group opens. See README.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
	_ "time/tzdata" // catalogs are written in the platform's zone

	"github.com/mezzanotte/mezzanotte/internal/crowd"
	"github.com/mezzanotte/mezzanotte/internal/crowd/clock"
	"github.com/mezzanotte/mezzanotte/internal/crowd/ledger"
	"github.com/mezzanotte/mezzanotte/internal/crowd/picture"
	"github.com/mezzanotte/mezzanotte/internal/crowd/protocol"
	"github.com/mezzanotte/mezzanotte/internal/crowd/session"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Exit statuses.
const (
	statusDone   = 0
	statusBroken = 1 // something was that must never be, or the crowd could not run
	statusUsage  = 2
)

// garbage is the GC percentage. Each collection is expensive with thousands of sleeping
// sessions, and the servers need the cores.
const garbage = 400

func main() {
	debug.SetGCPercent(garbage)
	os.Exit(status(os.Args[1:]))
}

func status(arguments []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(ctx, arguments, os.Stderr, time.Now())
	switch {
	case errors.Is(err, flag.ErrHelp):
		return statusDone
	case err != nil:
		fmt.Fprintln(os.Stderr, "crowd:", err)
		return statusUsage
	}
	report, err := run(ctx, o, os.Stderr)
	if err == nil {
		err = write(o, report, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "crowd:", err)
		return statusBroken
	}
	if len(report.Broken()) > 0 {
		return statusBroken
	}
	return statusDone
}

// run runs the crowd and returns its report. It prints a line each second.
func run(ctx context.Context, o options, live io.Writer) (tally.Report, error) {
	kept, err := ledger.New(o.acknowledged, machine.Sleep)
	if err != nil {
		return tally.Report{}, err
	}
	record := tally.NewRecorder(o.opens, o.from, o.channelNames())
	transport := protocol.NewTransport(o.allowed.Dialer())
	defer transport.CloseIdleConnections()
	client := protocol.Client{Transport: transport, Timeout: o.timeout}
	way := session.Way{
		Clock: machine, Send: client.Do, Record: record, Ledger: kept.Add, Channels: o.channels,
		OpensAt: o.opens, Campaign: o.campaign, Pages: o.pages, Requests: o.requests, Think: o.think, PerAddress: o.perAddress,
	}
	began, cpu := o.from.Add(-o.curve.EarlyBy), cpuTime() // before that nobody comes
	fmt.Fprintf(live, "%d people from %s on, %s\n%s\n", o.curve.Count(), began.Format("15:04:05"), o.words(), tally.Heading)
	crowd.Crowd{
		Clock: machine, Record: record, Curve: o.curve, Mix: o.mix, From: o.from, Inside: o.inside, Drain: o.drain,
		Session: way.Go,
		Each:    func(s tally.Second) { fmt.Fprintln(live, s.Line()) },
	}.Run(ctx)
	report := record.Report()
	report.Spent(max(0, time.Since(began)), cpuTime()-cpu)
	report.Asked(o.mix.Seed, o.curve)
	return report, kept.Close()
}

// write writes the report and the picture.
func write(o options, report tally.Report, out io.Writer) error {
	if o.svg != "" {
		file, err := os.Create(o.svg)
		if err != nil {
			return fmt.Errorf("draw: %w", err)
		}
		if err := errors.Join(picture.SVG(file, report), file.Close()); err != nil {
			return fmt.Errorf("draw: %w", err)
		}
	}
	if o.output == "json" {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", " ")
		return encoder.Encode(report)
	}
	fmt.Fprintln(out)
	return report.WriteText(out)
}

// cpuTime returns the CPU time of this process so far, user and system.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// machine is the clock of this machine.
var machine = clock.Clock{Now: time.Now, After: time.After}

// resolver looks up names. Tests replace it.
var resolver = net.DefaultResolver
