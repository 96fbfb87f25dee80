/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"github.com/spf13/cobra"

	"github.com/mezzanotte/mezzanotte/internal/plugin/change"
)

func newPostpone(s *session) *cobra.Command {
	a, c := newAct(s, change.Postpone)
	c.Use += " --to TIME --reason TEXT"
	c.Short = "Open later than announced."
	c.Long = `Open later than announced. Openings are announced to people, so an opening can only
move later; after it, use pause instead. If the old opening is less than a day away,
capacity also stays there. The command shows what changes and asks first.`
	c.Example = `  kubectl mezzanotte postpone born-1946-1950 -n lazio --to "2026-12-02 24:00" --reason "The registry is down."
  kubectl mezzanotte postpone born-1946-1950 -n lazio --to 2026-12-03T00:00:00+01:00 --reason "The registry is down."`
	c.Flags().StringVar(&a.To, "to", "", `when: a day and a time in the campaign's zone, where 24:00 ends the day, or RFC 3339 (required)`)
	c.Flags().StringVar(&a.Reason, "reason", "", "the reason; it is stored with the campaign (required)")
	return c
}
