/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command images builds container images of the manager, the booking server and the load
// generator, without Docker and without a base image: each holds one static program,
// certificates of the public authorities, an entry in /etc/passwd and an empty /tmp, and no
// shell.
//
// The content of an image depends only on the commit, the version and Go's version.
// Everybody who builds the same commit with the same Go gets the same digest:
//
//	image = files (the same in all images) + program(commit, platform)
//	index = an image for each platform
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
)

// Exit statuses.
const (
	statusDone   = 0
	statusFailed = 1
	statusUsage  = 2
)

func main() { os.Exit(status(os.Args[1:])) }

func status(arguments []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(arguments, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return statusDone
	case err != nil:
		fmt.Fprintln(os.Stderr, "images:", err)
		return statusUsage
	}
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		return statusFailed
	}
	return statusDone
}

// run builds and writes all images, and pushes them if requested.
func run(ctx context.Context, o options, out io.Writer) error {
	tree, err := readCheckout(ctx, repository(), o.version)
	if err != nil {
		return err
	}
	images, err := build(ctx, tree, o)
	if err != nil {
		return err
	}
	for _, i := range images {
		if err := i.write(o.out); err != nil {
			return fmt.Errorf("write %s: %w", i.name, err)
		}
	}
	text, err := table(images)
	if err != nil {
		return err
	}
	fmt.Fprint(out, text)
	fmt.Fprintf(out, "\nIn %s, of each: an OCI layout, the same as an archive for ctr images import\nor docker load, and a CycloneDX bill of materials for each platform.\n", o.out)
	if tree.modified {
		fmt.Fprintln(out, "Built with changes that no commit holds: nobody can build these again.")
	}
	if o.push == nil {
		return nil
	}
	fmt.Fprintln(out)
	for _, i := range images {
		pushed, err := i.push(ctx, *o.push)
		if err != nil {
			return fmt.Errorf("push %s: %w", i.name, err)
		}
		fmt.Fprintln(out, "pushed", pushed)
	}
	return nil
}

// repository returns the root of the checkout from which this program was built.
func repository() string {
	_, this, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(this), "..", "..")
}
