//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/test/stage"
)

// The demo on a cluster that is there already: it shows the opening, and leaves the
// cluster as it was found. Where there is something of Mezzanotte it touches nothing.
func TestOwnCluster(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	theirs, err := stage.Up(ctx, "demo-own", os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := theirs.Down(); err != nil {
			t.Error(err)
		}
	})
	kubeconfig, err := theirs.Kubeconfig(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", os.Getenv("KUBEBUILDER_ASSETS")+string(os.PathListSeparator)+os.Getenv("PATH"))
	arguments := []string{"-kubeconfig=" + kubeconfig, "-database=postgres://demo@192.0.2.1/demo", "-ahead=4m"}
	before := contents(ctx, t, theirs)

	if status := demo(arguments); status != 0 {
		t.Fatalf("the demo ends with status %d", status)
	}
	if after := contents(ctx, t, theirs); after != before {
		t.Errorf("the cluster had\n%s\nand has now\n%s", before, after)
	}

	if _, err := theirs.Kubectl(ctx, "create", "namespace", "lazio"); err != nil {
		t.Fatal(err)
	}
	o, err := parse(arguments, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run(ctx, o); err == nil || !strings.Contains(err.Error(), "already has Mezzanotte, or what was left of it (namespace/lazio)") {
		t.Errorf("with somebody's namespace: %v", err)
	}
	if _, err := theirs.Kubectl(ctx, "get", "namespace", "lazio"); err != nil {
		t.Errorf("somebody's namespace: %v", err)
	}
}

// contents are the names of all that the demo might leave behind.
func contents(ctx context.Context, t *testing.T, s *stage.Stage) string {
	t.Helper()
	names, err := s.Kubectl(ctx, "get", "-o", "name", "namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,priorityclasses")
	if err != nil {
		t.Fatal(err)
	}
	return string(names)
}
