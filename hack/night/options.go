/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/test/testenv"

	"github.com/mezzanotte/mezzanotte/hack/internal/arguments"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/drive"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

const usage = `Runs an opening night on this machine and writes a report.

  night            with Mezzanotte and with the same autoscaler left alone
  night -short     within five minutes, with Mezzanotte only
  night -faults    with something broken in each run

As root on Linux it has a real node and real pods. Otherwise, or with -simulated,
nothing runs in pods, and the last line says what was simulated.

`

// options holds the command line.
type options struct {
	short, faults, simulated bool
	redraw                   bool
	only                     []string
	lasts                    time.Duration
	out                      string
}

// removal is the last run of -faults: it removes the operator.
const removal = "upgraded-and-removed"

// names returns the names of all runs of -faults.
func names() []string {
	all := []string{quietNight}
	for _, f := range drive.Faults(&tally.Latency{}) {
		all = append(all, f.Name)
	}
	return append(all, removal)
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("night", flag.ContinueOnError)
	flags.BoolVar(&o.short, "short", false, "one night within five minutes")
	flags.BoolVar(&o.faults, "faults", false, "break something in each run")
	flags.BoolVar(&o.simulated, "simulated", false, "simulate the nodes, even as root")
	flags.BoolVar(&o.redraw, "redraw", false, "run nothing: draw the report again from its nights.json")
	flags.Func("only", "with -faults: run only these `runs`, separated by commas, and replace them in the report: "+strings.Join(names(), ", "), func(text string) error {
		for _, name := range strings.Split(text, ",") {
			if !slices.Contains(names(), name) {
				return fmt.Errorf("there is no run %q: write %s", name, strings.Join(names(), ", "))
			}
			o.only = append(o.only, name)
		}
		return nil
	})
	flags.DurationVar(&o.lasts, "lasts", 0, "`time` after the opening for which people come; default: 5m, with -short 30s, with -faults 2m")
	flags.StringVar(&o.out, "out", "", "`directory` of the report; default: docs/nights/latest, with -faults docs/nights/faults, with -short or -simulated dist/night")
	err := arguments.Parse(flags, args, usage, errs)
	switch {
	case err != nil:
		return o, err
	case o.lasts < 0 || o.lasts > time.Hour:
		return o, fmt.Errorf("-lasts %s: write at most an hour", o.lasts)
	case o.faults && o.short:
		return o, errors.New("-faults takes about an hour, -short five minutes: leave one out, or choose runs with -only")
	case len(o.only) > 0 && !o.faults:
		return o, errors.New("-only chooses runs of -faults: write both")
	}
	return o, nil
}

// wants reports whether to run a night of -faults.
func (o options) wants(name string) bool { return len(o.only) == 0 || slices.Contains(o.only, name) }

// directory returns the report's directory.
func (o options) directory(real bool) string {
	switch {
	case o.out != "":
		absolute, err := filepath.Abs(o.out)
		if err != nil {
			return o.out
		}
		return absolute
	case o.short || !real:
		return testenv.Path("dist", "night")
	case o.faults:
		return testenv.Path("docs", "nights", "faults")
	}
	return testenv.Path("docs", "nights", "latest")
}

// comesFor returns the time for which people come.
func (o options) comesFor(otherwise time.Duration) time.Duration {
	if o.lasts > 0 {
		return o.lasts
	}
	return otherwise
}

// command returns the command line that runs this again.
func (o options) command() string {
	switch {
	case o.faults:
		return "make night-faults"
	case o.short:
		return "make night NIGHTFLAGS=-short"
	}
	return "make night"
}
