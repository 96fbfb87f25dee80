/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	own := []string{"-kubeconfig=config", "-database=postgres://demo@db/demo"}
	tests := map[string]struct {
		arguments []string
		want      options
		wantError string
	}{
		"nothing":          {nil, options{percent: 100, ahead: 6 * time.Minute}, ""},
		"one's own":        {own, options{kubeconfig: "config", database: "postgres://demo@db/demo", percent: 10, ahead: 6 * time.Minute}, ""},
		"more of it":       {append(own, "-percent=50", "-context=kind", "-image=mine:1", "-ahead=5m"), options{"config", "kind", "mine:1", "postgres://demo@db/demo", 50, 5 * time.Minute}, ""},
		"no database":      {own[:1], options{}, "add -database=postgres://"},
		"not a database":   {[]string{own[0], "-database=db:5432"}, options{}, "no address of PostgreSQL"},
		"another database": {[]string{own[0], "-database=mysql://db/demo"}, options{}, "no address of PostgreSQL"},
		"nobody's cluster": {own[1:], options{}, "add -kubeconfig=FILE"},
		"nobody's context": {[]string{"-context=kind"}, options{}, "add -kubeconfig=FILE"},
		"too many":         {[]string{"-percent=101"}, options{}, "write 1 to 100"},
		"too few":          {[]string{"-percent=-1"}, options{}, "write 1 to 100"},
		"too soon":         {[]string{"-ahead=1m"}, options{}, "channels need 4m0s"},
		"no flag":          {[]string{"kind"}, options{}, `"kind" is no flag`},
		"an unknown flag":  {[]string{"-cluster=kind"}, options{}, "-help lists the flags"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := parse(test.arguments, io.Discard)
			switch {
			case test.wantError == "" && (err != nil || got != test.want):
				t.Errorf("parse = %+v, %v, want %+v", got, err, test.want)
			case test.wantError != "" && (err == nil || !strings.Contains(err.Error(), test.wantError)):
				t.Errorf("parse: %v, want %q", err, test.wantError)
			}
		})
	}
}
