/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package arguments parses the command lines of commands that take flags only.
package arguments

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// Parse parses arguments. For -help it writes the usage and all flags to help, and
// returns flag.ErrHelp; any other error is left to the caller to print.
func Parse(flags *flag.FlagSet, arguments []string, usage string, help io.Writer) error {
	flags.SetOutput(io.Discard)
	err := flags.Parse(arguments)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(help, usage)
		flags.SetOutput(help)
		flags.PrintDefaults()
		return err
	case err != nil:
		return fmt.Errorf("%w; -help lists the flags", err)
	case flags.NArg() > 0:
		return fmt.Errorf("%q is no flag: %s takes flags only, -help lists them", flags.Arg(0), flags.Name())
	}
	return nil
}
