/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command booking is the booking server: one process of one channel, on one
// PostgreSQL database, which is the only truth. Whether an opening has come is
// decided there, by its clock, so that it runs, and opens in time, while no cluster
// answers.
//
//	booking --channel-type=web …   serves, until it is told to end
//	booking audit …                recounts everything from the rows
//	booking displaced …            whose places are no longer declared
//	booking keys …                 which identifier keys are in use
//	booking new-key                a new identifier key
//	booking new-agent NAME         the line of an agent of a desk
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // hubs are in every zone, whatever the image holds

	"github.com/spf13/cobra"

	"github.com/mezzanotte/mezzanotte/internal/booking/process"
)

func main() { os.Exit(run()) }

func run() (status int) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := command().ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "booking:", err)
	}
	return exitStatus(err)
}

// exitStatus is 3 where an audit found something, 1 for what went wrong.
func exitStatus(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, process.ErrUnsound):
		return 3
	}
	return 1
}

func command() *cobra.Command {
	o := options{}
	root := &cobra.Command{
		Use:           "booking",
		Short:         "Serve bookings of one channel",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return serve(c.Context(), o)
		},
	}
	o.bind(root.Flags())
	root.AddCommand(auditCommand(), displacedCommand(), keysCommand(), newKeyCommand(), newAgentCommand())
	return root
}

// clock is this process's own, however wrong: the only one that looks at it.
func (o options) clock() time.Time { return time.Now().Add(o.clockAhead) }
