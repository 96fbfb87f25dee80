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
	"net/url"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/internal/arguments"
)

const usage = `Runs an opening and shows it, on a cluster that it makes on this machine and removes.

  demo                                                with simulated nodes
  demo -kubeconfig=FILE -database=postgres://…        on a cluster of your own

Your own cluster must have nothing of Mezzanotte, and is left as it was found. The
operator runs on this machine, with the rights of its ServiceAccount there. Booking
servers run in the cluster: its nodes need their image, and they a PostgreSQL.

`

// options holds the command line.
type options struct {
	kubeconfig, context, image, database string
	percent                              int64
	ahead                                time.Duration
}

// own: on a cluster of the user's.
func (o options) own() bool { return o.kubeconfig != "" }

const (
	// ahead is the shortest time between applying the samples and their opening;
	// leastAhead is enough for the ramp of a small share of them.
	ahead, leastAhead = 6 * time.Minute, 4 * time.Minute
	// fewPercent of the samples fit into a small cluster.
	fewPercent = 10
)

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.StringVar(&o.kubeconfig, "kubeconfig", "", "the `file` that leads to a cluster of your own")
	flags.StringVar(&o.context, "context", "", "its context with this `name`; default: the current one")
	flags.StringVar(&o.database, "database", "", "an empty PostgreSQL database as pods of that cluster reach it, as a `URI`")
	flags.StringVar(&o.image, "image", "", "the booking server's image with this `name`, which its nodes have or can pull; default: that of config/samples")
	flags.Int64Var(&o.percent, "percent", 0, fmt.Sprintf("of the samples' people and agents, 1 to 100: how many pods there will be; default: 100, on a cluster of your own %d", fewPercent))
	flags.DurationVar(&o.ahead, "ahead", ahead, fmt.Sprintf("how long before the opening it is announced, at least %s", leastAhead))
	if err := arguments.Parse(flags, args, usage, errs); err != nil {
		return o, err
	}
	return o, o.check()
}

// check sets defaults and validates the options.
func (o *options) check() error {
	if o.percent == 0 {
		o.percent = 100
		if o.own() {
			o.percent = fewPercent
		}
	}
	switch {
	case o.percent < 1 || o.percent > 100:
		return fmt.Errorf("-percent=%d: write 1 to 100", o.percent)
	case o.ahead < leastAhead:
		return fmt.Errorf("-ahead=%s: channels need %s to be raised and proved Ready", o.ahead, leastAhead)
	case o.own():
		return reachable(o.database)
	case o.context+o.database+o.image != "":
		return errors.New("-context, -database and -image are for a cluster of your own: add -kubeconfig=FILE")
	}
	return nil
}

// reachable validates the address of a database.
func reachable(database string) error {
	if database == "" {
		return errors.New("booking servers are Ready once they reach a PostgreSQL: add -database=postgres://USER:PASSWORD@HOST/DATABASE, as pods of the cluster reach it")
	}
	if uri, err := url.Parse(database); err != nil || uri.Scheme != "postgres" && uri.Scheme != "postgresql" || uri.Host == "" {
		return errors.New("-database is no address of PostgreSQL: write postgres://USER:PASSWORD@HOST/DATABASE, with any / or @ of the password as %2F or %40")
	}
	return nil
}
