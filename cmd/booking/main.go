/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command booking is the booking server: one process of one channel. A PostgreSQL database
// is its only source of truth, and decides by its own clock whether a campaign is open, so
// campaigns open on time even if the cluster's API does not answer.
//
//	booking --channel-type=web …   serves until it gets SIGTERM
//	booking audit …                recounts everything from the rows
//	booking displaced …            lists bookings whose places are no longer declared
//	booking keys …                 lists the identifier keys in use
//	booking new-key                prints a new identifier key
//	booking new-agent NAME         prints an agent's line for --sign-in
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // the image may have no time zones

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

// exitStatus is 3 if a recount is unsound, and 1 for other errors.
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

// clock returns this process's time. Nothing else reads the clock.
func (o options) clock() time.Time { return time.Now().Add(o.clockAhead) }
