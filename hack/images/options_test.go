/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseRefuses(t *testing.T) {
	tests := map[string]struct {
		arguments []string
		want      string
	}{
		"a flag that there is not":         {[]string{"--registry=x"}, "flag provided but not defined: -registry; -help lists the flags"},
		"a word":                           {[]string{"manager"}, `"manager" is no flag`},
		"a version with a space":           {[]string{"--version", "v 1"}, "--version=v 1 is no tag"},
		"a version with a plus":            {[]string{"--version", "v1.0.0+1"}, "--version=v1.0.0+1 is no tag"},
		"a platform that there is not":     {[]string{"--platform=linux/s390x"}, `there is no "linux/s390x", write linux/amd64 or linux/arm64, or both with a comma`},
		"no platform":                      {[]string{"--platform="}, `there is no ""`},
		"a repository without a registry":  {[]string{"--push=region/mezzanotte"}, "--push=region/mezzanotte: write a registry's host and a path"},
		"a repository with a tag":          {[]string{"--push=registry.test/region:v1"}, "write a registry's host and a path, without a tag"},
		"a repository that is a link":      {[]string{"--push=https://registry.test/region"}, "write a registry's host and a path"},
		"a registry with a broken address": {[]string{"--push=registry.test:port/x"}, "write a registry's host and a path"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parse(test.arguments, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	o, err := parse([]string{"--platform=linux/arm64,linux/amd64", "--push=localhost:5000"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var platforms []string
	for _, p := range o.platforms {
		platforms = append(platforms, p.String())
	}
	if diff := cmp.Diff([]string{"linux/amd64", "linux/arm64"}, platforms); diff != "" {
		t.Errorf("the order of what was asked for matters: %s", diff)
	}
	to, err := o.push.repository("booking")
	if err != nil {
		t.Fatal(err)
	}
	if to.String() != "localhost:5000/booking" {
		t.Errorf("pushes to %s", to)
	}
	var help strings.Builder
	if _, err := parse([]string{"--help"}, &help); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "-push repository") {
		t.Errorf("error %v, help %s", err, &help)
	}
}

func TestReadCheckout(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "")
	t.Setenv("GIT_CEILING_DIRECTORIES", os.TempDir())
	root := t.TempDir()
	if _, err := readCheckout(t.Context(), root, ""); err == nil || !strings.Contains(err.Error(), "in a tree without git, give --version") {
		t.Errorf("without git: error %v", err)
	}
	want := checkout{root: root, version: "v1", created: time.Unix(0, 0).UTC()}
	testCheckout(t, want, "v1")

	change(t, root, "a")
	gitIn(t, root, "init", "--quiet")
	gitIn(t, root, "add", ".")
	gitIn(t, root, "commit", "--quiet", "--message", "a")
	want.created = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	want.revision = strings.TrimSpace(gitIn(t, root, "rev-parse", "HEAD"))
	want.version = strings.TrimSpace(gitIn(t, root, "rev-parse", "--short", "HEAD"))
	testCheckout(t, want, "")

	gitIn(t, root, "tag", "v0.3.0")
	want.version = "v0.3.0"
	testCheckout(t, want, "")

	change(t, root, "b")
	want.version, want.modified = "v0.3.0-dirty", true
	testCheckout(t, want, "")
	want.version = "v0.4.0"
	testCheckout(t, want, "v0.4.0")

	t.Setenv("SOURCE_DATE_EPOCH", "1800000000")
	want.created = time.Unix(1_800_000_000, 0).UTC()
	testCheckout(t, want, "v0.4.0")

	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if _, err := readCheckout(t.Context(), root, ""); err == nil || !strings.Contains(err.Error(), `SOURCE_DATE_EPOCH="yesterday": write seconds since 1970`) {
		t.Errorf("error %v", err)
	}
}

func testCheckout(t *testing.T, want checkout, version string) {
	t.Helper()
	got, err := readCheckout(t.Context(), want.root, version)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(checkout{})); diff != "" {
		t.Error(diff)
	}
}

func change(t *testing.T, root, name string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, name), nil, 0o644); err != nil {
		t.Fatal(err)
	}
}
