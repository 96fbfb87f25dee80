/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/drive"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/report"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

func TestParse(t *testing.T) {
	tests := map[string]struct {
		arguments []string
		real      bool
		wantDir   string // its end
		wantErr   string
	}{
		"a night":                         {nil, true, "docs/nights/latest", ""},
		"a night on simulated nodes":      {nil, false, "dist/night", ""},
		"a short one":                     {[]string{"-short"}, true, "dist/night", ""},
		"faults":                          {[]string{"-faults"}, true, "docs/nights/faults", ""},
		"some of them, elsewhere":         {[]string{"-faults", "-only=postponed,pods-killed", "-out=/x/y"}, true, "/x/y", ""},
		"a fault that there is not":       {[]string{"-faults", "-only=rain"}, true, "", `there is no run "rain"`},
		"a choice without faults":         {[]string{"-only=postponed"}, true, "", "write both"},
		"faults within five minutes":      {[]string{"-faults", "-short"}, true, "", "leave one out"},
		"people who never stop coming":    {[]string{"-lasts=2h"}, true, "", "at most an hour"},
		"a word":                          {[]string{"please"}, true, "", `"please" is no flag`},
		"a flag that there is not":        {[]string{"-rain"}, true, "", "-help lists the flags"},
		"the run after which all is gone": {[]string{"-faults", "-only=" + removal}, true, "docs/nights/faults", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o, err := parse(test.arguments, io.Discard)
			switch {
			case test.wantErr != "":
				if err == nil || !strings.Contains(err.Error(), test.wantErr) {
					t.Errorf("parse: %v, want %q", err, test.wantErr)
				}
			case err != nil:
				t.Error(err)
			case !strings.HasSuffix(o.directory(test.real), test.wantDir):
				t.Errorf("the report goes to %s, want %s", o.directory(test.real), test.wantDir)
			}
		})
	}
}

func TestWants(t *testing.T) {
	if !(options{}).wants("postponed") || (options{only: []string{"pods-killed"}}).wants("postponed") {
		t.Error("without a choice all runs are wanted, with one only those")
	}
}

// The last line names what was simulated. The exit status is 0 if every promise holds.
func TestJudge(t *testing.T) {
	before := 100.0
	good := night.Record{
		Name: "with", Prescaled: true, Scenario: night.Reference(), Store: night.Store{Acknowledged: 1, Booked: 1},
		Launches: []night.Launched{{Channel: "web", Peak: 1, Ready: 1, ProvedBefore: &before}}, Simulated: []string{"the nodes"},
	}
	bad := good
	bad.Store.Lost = 1
	tests := map[string]struct {
		record night.Record
		want   int
		words  string
	}{
		"all holds":   {good, statusHeld, "AS PROMISED  all 6 things that must hold did\nSIMULATED  the nodes\n"},
		"one is lost": {bad, statusBroken, "NOT AS PROMISED  with: no acknowledged booking lost: 1 of 1\nSIMULATED  the nodes\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if got := judge(&out, report.Book{Nights: []night.Record{test.record}}); got != test.want || out.String() != test.words {
				t.Errorf("exit status %d, said\n%s", got, out.String())
			}
		})
	}
}

// Every fault begins while its night runs.
func TestFaults(t *testing.T) {
	seen := map[string]bool{quietNight: true}
	for _, f := range append(drive.Faults(&tally.Latency{}), drive.Removal("image")) {
		if f.Name == "" || f.Title == "" || seen[f.Name] || len(f.Steps) == 0 && f.Change == nil {
			t.Errorf("%+v", f)
		}
		seen[f.Name] = true
		for _, s := range f.Steps {
			if s.At < -ahead || s.At > lastsFault {
				t.Errorf("%s does something at %s, when the night does not run", f.Name, s.At)
			}
		}
		if f.Postponed%time.Minute != 0 {
			t.Errorf("%s postpones by %s: openings are whole minutes", f.Name, f.Postponed)
		}
	}
	for _, name := range names() {
		if !seen[name] {
			t.Errorf("there is no run %s", name)
		}
	}
}
