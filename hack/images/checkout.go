/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// checkout is the tree from which programs are built.
type checkout struct {
	root     string
	version  string    // the tag of the images
	revision string    // the commit; "" where there is no git
	modified bool      // the tree is not what the commit holds
	created  time.Time // when the commit was made, or what SOURCE_DATE_EPOCH says
}

// readCheckout asks git. A tree without git needs the version on the command line.
func readCheckout(ctx context.Context, root, version string) (checkout, error) {
	c := checkout{root: root, version: version}
	revision, err := git(ctx, root, "rev-parse", "HEAD")
	if err != nil {
		if version == "" {
			return c, fmt.Errorf("ask git for the version: %w; in a tree without git, give --version", err)
		}
		c.created, err = sourceDate(time.Unix(0, 0))
		return c, err
	}
	c.revision = revision
	changes, err := git(ctx, root, "status", "--porcelain")
	if err != nil {
		return c, err
	}
	c.modified = changes != ""
	seconds, err := git(ctx, root, "show", "--no-patch", "--format=%ct", "HEAD")
	if err != nil {
		return c, err
	}
	committed, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return c, fmt.Errorf("git: when the commit was made: %w", err)
	}
	if c.created, err = sourceDate(time.Unix(committed, 0)); err != nil {
		return c, err
	}
	if c.version == "" {
		c.version, err = describe(ctx, c)
	}
	return c, err
}

// describe names the commit after the newest tag before it. As Go does it, and git
// does not, new files count as changes: they may be part of a program.
func describe(ctx context.Context, c checkout) (string, error) {
	version, err := git(ctx, c.root, "describe", "--tags", "--always")
	if err != nil {
		return "", err
	}
	if c.modified {
		version += "-dirty"
	}
	if !tag.MatchString(version) {
		return "", fmt.Errorf("git describes the commit as %q, which is no tag for an image: give --version", version)
	}
	return version, nil
}

// sourceDate reads SOURCE_DATE_EPOCH, the convention of reproducible builds.
func sourceDate(otherwise time.Time) (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		return otherwise.UTC(), nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH=%q: write seconds since 1970, for example 1764547200", text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

func git(ctx context.Context, root string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", arguments...)
	command.Dir = root
	answer, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("git %s: %w", arguments[0], err)
	}
	return strings.TrimSpace(string(answer)), nil
}
