/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"github.com/spf13/cobra"

	"github.com/mezzanotte/mezzanotte/internal/plugin/change"
)

func newPause(s *session) *cobra.Command {
	a, c := newAct(s, change.Pause)
	c.Short = "Hold an opening or, once open, stop new bookings."
	c.Long = `Hold an opening or, once open, stop new bookings. Capacity stays, because people
come anyway. The command shows what changes and asks first.`
	c.Example = `  kubectl mezzanotte pause born-1946-1950 -n lazio --reason "The registry is down; we open as soon as it is back."`
	c.Flags().StringVar(&a.Reason, "reason", "", "the reason; people see it (required)")
	return c
}
