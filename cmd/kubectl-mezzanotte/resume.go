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
	c.Long = `End a pause: a future opening stands as announced; a past one opens at once. The command shows what changes and asks first.`
	c.Example = `  kubectl mezzanotte resume born-1946-1950 -n lazio`
	c.Flags().StringVar(&a.Reason, "reason", "", "the reason; it is stored with the campaign")
	return c
}
