/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command booking runs the booking servers of a platform on this machine, to try with
// curl: a PostgreSQL, one server for the web, one for the app and one for the call
// centre's desk, and a catalog with a band that has opened, one that opens in minutes
// and one that opens in a week. Nothing leaves the machine.
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
	_ "time/tzdata" // the platform's zone, wherever this runs

	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

// database is the name of the only database.
const database = "booking"

// options holds the command line.
type options struct {
	data    string
	opensIn time.Duration
	port    int
	once    bool
}

func main() { os.Exit(exitStatus()) }

// exitStatus runs the command and returns its exit status.
func exitStatus() int {
	var o options
	flag.StringVar(&o.data, "data", "", "keep database, keys and catalog in this `directory`, an absolute path, for the next time")
	flag.DurationVar(&o.opensIn, "opens-in", 2*time.Minute, "the middle band opens after this `time`")
	flag.IntVar(&o.port, "port", 8080, "the web's `port` on 127.0.0.1; the app's and the desk's follow")
	flag.BoolVar(&o.once, "once", false, "make all the requests that are printed, see whether the answers are right, and end")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, o)
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Println("\nstopped before it had begun")
		return 130
	case err != nil:
		fmt.Fprintln(os.Stderr, "booking:", err)
		return 1
	case ctx.Err() != nil:
		fmt.Println("\nstopped")
	}
	return 0
}

func run(ctx context.Context, o options) (err error) {
	place, err := openPlace(o.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.close()) }()

	say("starting PostgreSQL")
	server, err := pgserver.Start(ctx, pgserver.Options{Directory: place.postgres()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	if err := server.Create(ctx, database); err != nil {
		return err
	}

	say("building and starting the booking servers")
	sample, err := place.prepare(server.URI(database), time.Now().Add(o.opensIn))
	if err != nil {
		return err
	}
	servers, err := startServers(ctx, place, o.port)
	defer func() { err = errors.Join(err, servers.stop()) }()
	if err != nil {
		return err
	}
	guide, err := makeGuide(ctx, place, servers, sample)
	if err != nil {
		return err
	}
	if o.once {
		for _, wait := range []func(context.Context) error{servers[0].published, servers[0].recounted} {
			if err := wait(ctx); err != nil {
				return err
			}
		}
		return guide.walk(ctx)
	}
	fmt.Printf(introduction, server.Version(), servers[0].address, servers[2].address, agent, password, place.directory, server.URI(database))
	fmt.Println(guide)
	return servers.wait(ctx)
}

const introduction = `
PostgreSQL %s and three booking servers run on this machine. Ctrl-C ends them.

  for citizens          %s
  for agents            %s, as %s with the password %s
  logs, keys, catalog   %s
  database              %s

Answers are compact: pipe them to jq, or to python3 -m json.tool, to read them.
`

func say(format string, args ...any) {
	fmt.Printf("%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}
