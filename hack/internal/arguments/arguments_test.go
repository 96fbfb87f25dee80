/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package arguments

import (
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := map[string]struct {
		arguments []string
		want      string
	}{
		"flags":           {[]string{"-count=2"}, ""},
		"an unknown flag": {[]string{"-sum=2"}, "flag provided but not defined: -sum; -help lists the flags"},
		"no flag":         {[]string{"-count=2", "3"}, `"3" is no flag: tally takes flags only, -help lists them`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var help strings.Builder
			flags := flag.NewFlagSet("tally", flag.ContinueOnError)
			count := flags.Int("count", 0, "how many")
			err := Parse(flags, test.arguments, "Counts.\n", &help)
			if test.want == "" && (err != nil || *count != 2) || test.want != "" && (err == nil || err.Error() != test.want) {
				t.Errorf("%d, %v; want %q", *count, err, test.want)
			}
			if help.Len() > 0 {
				t.Errorf("it wrote %q", &help)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	var help strings.Builder
	flags := flag.NewFlagSet("tally", flag.ContinueOnError)
	flags.Int("count", 0, "how many")
	err := Parse(flags, []string{"-help"}, "Counts.\n", &help)
	if text := help.String(); !errors.Is(err, flag.ErrHelp) || !strings.HasPrefix(text, "Counts.\n") || !strings.Contains(text, "-count") {
		t.Errorf("%q, %v", text, err)
	}
}
