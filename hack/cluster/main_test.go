package main

import (
	"flag"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestFlagsMayStandAnywhere(t *testing.T) {
	tests := map[string]struct {
		line     string
		wantRest string
		wantKill bool
	}{
		"before":           {"--kill etcd", "etcd", true},
		"behind":           {"etcd --kill", "etcd", true},
		"between":          {"etcd --kill kwok", "etcd kwok", true},
		"not behind --":    {"etcd -- --kill", "etcd --kill", false},
		"nor without a --": {"", "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			flags := flag.NewFlagSet("stop", flag.ContinueOnError)
			kill := flags.Bool("kill", false, "")
			rest, err := parse(flags, strings.Fields(test.line))
			if err != nil || !slices.Equal(rest, strings.Fields(test.wantRest)) || *kill != test.wantKill {
				t.Errorf("rest %q, kill %v, %v", rest, *kill, err)
			}
		})
	}
}

func TestKubectlKeepsItsOwnFlags(t *testing.T) {
	for _, line := range []string{"--name night get pods -n lazio", "--name night -- get pods -n lazio"} {
		flags := flag.NewFlagSet("kubectl", flag.ContinueOnError)
		name := nameFlag(flags)
		rest, err := parsePlain(flags, strings.Fields(line))
		if err != nil || *name != "night" || strings.Join(rest, " ") != "get pods -n lazio" {
			t.Errorf("%s: rest %q, name %s, %v", line, rest, *name, err)
		}
	}
}

func TestEveryCommandIsInTheUsage(t *testing.T) {
	for name, command := range commands {
		if !strings.Contains(usage, "  cluster "+name+" ") {
			t.Errorf("the usage does not mention %s", name)
		}
		flags := flag.NewFlagSet(name, flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		command(flags) // declares each flag once, or panics
	}
}

func TestNodeCount(t *testing.T) {
	if n, err := nodeCount("12"); n != 12 || err != nil {
		t.Errorf("12 is %d, %v", n, err)
	}
	for _, text := range []string{"real", "many", ""} {
		if _, err := nodeCount(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}
