/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"github.com/spf13/cobra"

	"github.com/mezzanotte/mezzanotte/internal/plugin/change"
)

func newResume(s *session) *cobra.Command {
	a, c := newAct(s, change.Resume)
	c.Short = "End a pause."
	c.Long = `End a pause: an opening that is to come stands as announced, one that is over
opens at once. It shows what changes and asks first.`
	c.Example = `  kubectl mezzanotte resume born-1946-1950 -n lazio`
	c.Flags().StringVar(&a.Reason, "reason", "", "why; it is kept with the campaign")
	return c
}
