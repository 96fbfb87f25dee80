/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command bench runs the operator on a real control plane with very many
// objects, and measures what it costs: how long a campaign waits for its plan,
// requests to the API server, memory, processor time, how long a start takes, and
// writes when nothing changes. It repeats this at a tenth of the size, which shows
// what grows with the number of objects.
//
// All of Kubernetes that hack/cluster starts is on the same machine and has the
// same processors, so wall-clock times are pessimistic; processor time, requests
// and reconciles are the operator's alone.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // the platforms' zone, wherever this runs

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/mezzanotte/mezzanotte/test/stage"
)

// settings holds the command line.
type settings struct {
	platforms int
	tenth     bool
	full      bool
	changes   int
	rest      time.Duration
	limit     time.Duration
	json      string
}

func main() {
	var s settings
	flag.IntVar(&s.platforms, "platforms", 50, "`how many` platforms at full size, each with 20 channels, 40 campaigns and 10 hubs")
	flag.BoolVar(&s.tenth, "tenth", false, "measure a tenth of the size only")
	flag.BoolVar(&s.full, "full", false, "measure the full size only")
	flag.IntVar(&s.changes, "applies", 100, "`how many` campaigns are applied, one after another")
	flag.DurationVar(&s.rest, "rest", time.Minute, "for `how long` nothing changes")
	flag.DurationVar(&s.limit, "limit", 45*time.Minute, "after `how long` to give up")
	flag.StringVar(&s.json, "json", "", "`file` to write the figures to as JSON, besides the table")
	flag.Parse()
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	err := s.check(flag.Args())
	if err == nil {
		err = run(s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// check validates the command line.
func (s settings) check(args []string) error {
	switch {
	case len(args) > 0:
		return fmt.Errorf("%q is not understood: there are only flags, -help names them", args[0])
	case s.platforms < 1:
		return fmt.Errorf("-platforms: %d is too few; give 1 or more", s.platforms)
	case s.tenth && s.full:
		return errors.New("-tenth and -full: give one of them, or none for both sizes")
	case s.changes < 1:
		return fmt.Errorf("-applies: %d is too few; give 1 or more", s.changes)
	case s.rest <= 0:
		return fmt.Errorf("-rest: %s is no time; give a second or more", s.rest)
	}
	return nil
}

func run(s settings) (err error) {
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(interrupted, s.limit)
	defer cancel()
	directory, err := os.MkdirTemp("", "mezzanotte-bench-")
	if err != nil {
		return fmt.Errorf("make a working directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(directory)) }()
	programs, err := stage.Build(ctx, directory, os.Stderr)
	if err != nil {
		return err
	}
	columns := []column{}
	for _, size := range s.sizes() {
		figures, err := measure(ctx, programs, size, s)
		columns = append(columns, column{Size: size, Figures: figures})
		if err != nil {
			return errors.Join(err, write(columns, s.json))
		}
	}
	return write(columns, s.json)
}

// sizes are the sizes to measure, the smallest first.
func (s settings) sizes() []size {
	full := size{Platforms: s.platforms, Channels: 20, Campaigns: 40, Hubs: 10}
	tenth := full
	tenth.Platforms = max(1, full.Platforms/10)
	switch {
	case s.tenth || tenth == full:
		return []size{tenth}
	case s.full:
		return []size{full}
	}
	return []size{tenth, full}
}

// write prints the table, and the JSON file if one is asked for.
func write(columns []column, file string) error {
	if err := printTable(os.Stdout, columns); err != nil || file == "" {
		return err
	}
	text, err := json.MarshalIndent(columns, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}
