/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command bookingbench measures how many two-dose bookings a second the store makes,
// beside what its PostgreSQL can bear at all: pgbench, which writes the same rows into
// copies of the tables, on the same server, in turns with the store. And beside the
// naive way: one row that counts all places.
//
// The clients, PostgreSQL and whatever else runs share the machine, so a number of
// bookings a second says little by itself. What can be compared is what was measured
// in the same round, and the processor time of a booking.
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
)

// settings are what the command line says.
type settings struct {
	clients int
	rounds  int
	each    time.Duration
	short   bool
	limit   time.Duration
	json    string
}

func main() {
	var s settings
	flag.IntVar(&s.clients, "clients", 32, "`how many` book at once")
	flag.IntVar(&s.rounds, "rounds", 5, "`how many` times everything is measured")
	flag.DurationVar(&s.each, "each", 2*time.Second, "for `how long` each thing is measured in each round, after a second in which it warms up")
	flag.BoolVar(&s.short, "short", false, "one round of a second each: within a minute")
	flag.DurationVar(&s.limit, "limit", 5*time.Minute, "after `how long` to begin no further round")
	flag.StringVar(&s.json, "json", "", "`file` to write the figures to as JSON, besides the table")
	flag.Parse()
	if s.short {
		s.rounds, s.each = 1, time.Second
	}
	err := s.check(flag.Args())
	if err == nil {
		err = run(s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bookingbench:", err)
		os.Exit(1)
	}
}

// check validates the command line.
func (s settings) check(args []string) error {
	switch {
	case len(args) > 0:
		return fmt.Errorf("%q is not understood: there are only flags, -help names them", args[0])
	case s.clients < 1 || s.clients > maxClients:
		return fmt.Errorf("-clients: %d; give 1 to %d", s.clients, maxClients)
	case s.rounds < 1 || s.rounds > maxRounds:
		return fmt.Errorf("-rounds: %d; give 1 to %d", s.rounds, maxRounds)
	case s.each < time.Second || s.each > maxEach:
		return fmt.Errorf("-each: %s; give 1s to %s", s.each, maxEach)
	case s.limit <= 0:
		return fmt.Errorf("-limit: %s is no time; give a minute or more", s.limit)
	}
	return nil
}

// The most that the hubs of the scene and the connections of its server allow.
const (
	maxClients = 64
	maxRounds  = 15
	maxEach    = 4 * time.Second
)

func run(s settings) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	began := time.Now()
	scene, err := setScene(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scene.end()) }()
	subjects, err := scene.subjects(ctx)
	if err != nil {
		return err
	}
	r := report{Clients: s.clients, LoadBefore: loadAverage(), Server: scene.server.Version()}
	round := time.Duration(len(subjects)) * (warm + s.each + s.each/8)
	for n := range s.rounds {
		if n > 0 && time.Since(began)+round > s.limit {
			say("no time is left for another round")
			break
		}
		say("round %d of %d, load average %s", n+1, s.rounds, loadAverage())
		if err := r.round(ctx, scene, subjects, n); err != nil {
			return err
		}
	}
	if err := r.finish(ctx, scene); err != nil {
		return err
	}
	return r.write(os.Stdout, s.json)
}

func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}
